// The exports of build/wasm/tokenizer.wasm, nothing else. Addresses are bytes in the exported memory; results are numbers.
import { IDS, IDS_COUNT, INPUT, INPUT_UNITS, STATE, TABLE, TEXT, TEXT_BYTES } from "./layout";
import { clearCaches, makeRows } from "./bpe/cache";
import { counted, countPieces } from "./bpe/count";
import { decodedAt as outAt, decodeIds } from "./bpe/decode";
import { clearIdCache } from "./bpe/encode";
import {
  countPart, encodePart, measurePiece, pieceBytesLeft, resetParts, resumeParts, startPiece, waitingBytes, waitingUnits,
} from "./bpe/parts";
import { forgetBytes } from "./bpe/token-bytes";
import { forgetWords } from "./bpe/words";
import { restartBatches } from "./bpe/batch";
import { setHorizon } from "./bpe/merge-long";
import { setPattern } from "./bpe/pattern";
import { feedStream, padText, resetStream, streamTotal } from "./bpe/stream";
import { buildVocabulary, tableSum } from "./bpe/vocabulary";
import { makeShuffles, transcode } from "./text/transcode";
import { isUtf8 as isUtf8At } from "./text/utf8";

export function tableAddress(): usize { return TABLE; }
export function stateAddress(): usize { return STATE; }
export function textAddress(): usize { return TEXT; }
export function textCapacity(): usize { return TEXT_BYTES; }
export function feedUnits(): usize { return INPUT_UNITS; }
export function idsAddress(): usize { return IDS; }
export function idsCapacity(): usize { return IDS_COUNT; }
export { tableSum, outAt as decodedAddress, decodeIds };

/** Takes the table of `bytes` bytes at `tableAddress()` into use. */
export function loadTable(bytes: usize, entries: usize, own: usize, horizonBytes: usize, patternId: i32): void {
  makeRows();
  makeShuffles();
  clearCaches();
  clearIdCache();
  forgetBytes();
  forgetWords();
  restartBatches();
  setHorizon(horizonBytes);
  setPattern(patternId);
  buildVocabulary(bytes, entries, own);
  resetStream();
}
/** Where UTF-16 units are written for `toText`. */
export function inputAddress(): usize { return INPUT; }
/** Converts the `units` units at `inputAddress()` to UTF-8 at `offset` in the text region; returns its bytes. */
export function toText(units: usize, offset: usize): usize { return transcode(INPUT, units, TEXT + offset) - TEXT - offset; }

/** Whether the `bytes` bytes at `textAddress()` are UTF-8. */
export function isUtf8(bytes: usize): bool {
  padText(TEXT + bytes);
  return isUtf8At(TEXT, bytes);
}

/** Tokens of the `bytes` bytes of text at `textAddress()`: exact where the result is at most `limit`, else more than `limit`. */
export function countText(bytes: usize, limit: u32): u32 {
  padText(TEXT + bytes);
  countPieces(TEXT, TEXT + bytes, true, limit);
  return counted;
}

/**
 * Counts `texts` texts whose units stand one behind the other at `inputAddress()`, and whose numbers of units stand at
 * `idsAddress()`; each number is replaced by the text's tokens.
 */
export function countTexts(texts: usize): void {
  let from = INPUT;
  for (let at = IDS; at < IDS + (texts << 2); at += 4) {
    const units = <usize>load<u32>(at), end = transcode(from, units, TEXT);
    padText(end);
    countPieces(TEXT, end, true, u32.MAX_VALUE);
    store<u32>(at, counted);
    from += units << 1;
  }
}

/** As `countTexts` for texts in UTF-8 in the text region, whose numbers of bytes stand at `idsAddress()`, with 64 bytes behind each. */
export function countUtf8Texts(texts: usize): void {
  let from = TEXT;
  for (let at = IDS; at < IDS + (texts << 2); at += 4) {
    const end = from + load<u32>(at);
    padText(end);
    countPieces(from, end, true, u32.MAX_VALUE);
    store<u32>(at, counted);
    from = end + 64;
  }
}

export { resetStream, feedStream, streamTotal };

export {
  countPart, encodePart, measurePiece, pieceBytesLeft, resetParts, resumeParts, startPiece, waitingBytes, waitingUnits,
};
