// Encoding or counting a whole text that comes in parts. TEXT holds what more text could change.
//
// A piece that is longer than TEXT can hold is met in two goes: first the host shows its text to `measurePiece` until its
// length is known, then brings it again, and its ids are given out as they become final.
import { IDS, TEXT } from "../layout";
import { counted, countPieces } from "./count";
import { encodePieces, idsEnd } from "./encode";
import { mergeLong, mergedBytes } from "./merge-long";
import { measureRun, measuredTo, startMeasure } from "./run";
import { padText } from "./stream";

let waiting: usize = 0;
/** Bytes still to come of a piece whose length was measured; those in TEXT among them. */
let pieceLeft: usize = 0;

/** Bytes in TEXT that wait for more. */
export function waitingBytes(): usize { return waiting; }
/** UTF-16 units of the text that waits. */
export function waitingUnits(): usize {
  let units: usize = 0;
  for (let p = TEXT; p < TEXT + waiting; p++) {
    const byte = <u32>load<u8>(p);
    units += <usize>((byte & 0xc0) != 0x80) + <usize>(byte >= 0xf0);
  }
  return units;
}
export function resetParts(): void { waiting = 0; pieceLeft = 0; }
/** What the host keeps beside the waiting bytes, to go on with this text after others. */
export function pieceBytesLeft(): usize { return pieceLeft; }
/** Goes on with a text whose `bytes` waiting bytes the host has put back at TEXT. */
export function resumeParts(bytes: usize, left: usize): void { waiting = bytes; pieceLeft = left; }

/** Encodes `bytes` more bytes behind what waits; all of it if `final`. Returns the number of ids at IDS. */
export function encodePart(bytes: usize, final: bool): u32 {
  const end = TEXT + waiting + bytes;
  padText(end);
  let out = IDS + (<usize>mergePiece(end, IDS) << 2), p = TEXT + merged;
  if (!pieceLeft) {
    p = encodePieces(p, end, out, final);
    out = idsEnd;
  }
  keepRest(p, end);
  return <u32>((out - IDS) >> 2);
}
/** As `encodePart`, without the ids. */
export function countPart(bytes: usize, final: bool): u32 {
  const end = TEXT + waiting + bytes;
  padText(end);
  let tokens = mergePiece(end, 0), p = TEXT + merged;
  if (!pieceLeft) {
    p = countPieces(p, end, final, u32.MAX_VALUE);
    tokens += counted;
  }
  keepRest(p, end);
  return tokens;
}
let merged: usize = 0;
/** Goes on with the piece that was measured, if there is one; `merged` says over how many bytes of TEXT. */
function mergePiece(end: usize, out: usize): u32 {
  merged = 0;
  if (!pieceLeft) return 0;
  const have = end - TEXT, closes = have >= pieceLeft;
  const tokens = mergeLong(TEXT, closes ? pieceLeft : have, out, !closes);
  merged = mergedBytes;
  pieceLeft -= merged;
  return tokens;
}
function keepRest(p: usize, end: usize): void {
  waiting = end - p;
  if (p > TEXT) memory.copy(TEXT, p, waiting);
}

/** Begins to measure the piece that waits, from its start: what waited is forgotten. */
export function startPiece(): void { resetParts(); startMeasure(); }
/**
 * Shows `bytes` more bytes of the piece, behind what waits. Once its length is known it is returned, and `encodePart`
 * expects the piece from its start; until then 0.
 */
export function measurePiece(bytes: usize, final: bool): usize {
  const end = TEXT + waiting + bytes;
  padText(end);
  pieceLeft = measureRun(end, final);
  waiting = pieceLeft ? 0 : end - measuredTo;
  if (waiting) memory.copy(TEXT, measuredTo, waiting);
  return pieceLeft;
}
