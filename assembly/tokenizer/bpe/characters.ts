// Characters of two or three bytes that a merge can begin with as one part, exactly.
//
// Merging goes by rank. So a character whose token has rank r is whole before any token of a higher rank touches it: while
// it is not, a pair inside it waits with a rank of at most r. Only a token of a lower rank that holds some of its bytes
// and some of a neighbour's could take it apart, and which those are is known: it ends with the character's first bytes,
// or begins with its last ones. A character is taken as one part where the byte beside it is not the one that such a
// token has there. (Tokens have higher ranks than the two they are made of, and each is what its own bytes merge into:
// both are checked when the tables are built.)
//
//   CHARACTER_AT   u16 a code point below 0x10000: which entry, 0 for none
//   CHARACTERS     32 bytes an entry: u32 id, u32 bytes, u64 last bytes of a neighbour before that forbid it (a bit for
//                  each of 0x80-0xbf), u64 first bytes of a neighbour behind (a bit for each of 0xc0-0xff), u32 bits: 1 any
//                  ASCII before forbids it, 2 any ASCII behind
import { CHARACTERS, CHARACTER_AT, CHARACTER_AT_BYTES, WINDOW } from "../layout";
import { leftOf, rightOf } from "./vocabulary";

@inline const MOST: u32 = 8191;
let entries: u32 = 0;

@inline function isContinuation(byte: u32): bool { return (byte & 0xc0) == 0x80; }
/** The code point of the character of two or three bytes at `p`, whose first byte is `lead`. */
@inline function pointAt(p: usize, lead: u32): u32 {
  const second = <u32>load<u8>(p, 1) & 63;
  return lead < 0xe0 ? ((lead & 31) << 6) | second : ((lead & 15) << 12) | (second << 6) | (<u32>load<u8>(p, 2) & 63);
}
/** Writes the bytes of token `id` at `at`; returns the address behind them. */
function spell(id: usize, at: usize): usize {
  if (id < 256) { store<u8>(at, <u8>leftOf(id)); return at + 1; }
  return spell(<usize>rightOf(id), spell(<usize>leftOf(id), at));
}

/**
 * Reads the list of the `listed` tokens that matter here (see scripts/vocab/characters.mjs): the differences of their ids,
 * low bytes, then high bytes. Ids from `own` on belong to another encoding.
 */
export function buildCharacters(list: usize, listed: usize, own: usize): void {
  memory.fill(CHARACTER_AT, 0, CHARACTER_AT_BYTES);
  entries = 0;
  for (let i: usize = 0, id: usize = 0; i < listed; i++) {
    id += <usize>load<u8>(list + i) | (<usize>load<u8>(list + listed + i) << 8);
    if (id < own) addCharacter(<u32>id, spell(id, WINDOW));
  }
  for (let i: usize = 0, id: usize = 0; i < listed; i++) {
    id += <usize>load<u8>(list + i) | (<usize>load<u8>(list + listed + i) << 8);
    if (id < own) addNeighbour(<u32>id, spell(id, WINDOW));
  }
}
/** Token `id`, which is spelled from WINDOW to `end`, if it is a character. */
function addCharacter(id: u32, end: usize): void {
  const bytes = <u32>(end - WINDOW), lead = <u32>load<u8>(WINDOW);
  if (bytes - 2 > 1 || entries == MOST || lead < 0xc2 || lead > 0xef || bytes != (lead < 0xe0 ? 2 : 3)) return;
  if (!isContinuation(load<u8>(WINDOW, 1)) || (bytes == 3 && !isContinuation(load<u8>(WINDOW, 2)))) return;
  const entry = CHARACTERS + (<usize>++entries << 5);
  store<u16>(CHARACTER_AT + (<usize>pointAt(WINDOW, lead) << 1), <u16>entries);
  store<u32>(entry, id); store<u32>(entry, bytes, 4);
  store<u64>(entry, 0, 8); store<u64>(entry, 0, 16); store<u32>(entry, 0, 24);
}

/** If token `id` begins or ends inside a character. */
function addNeighbour(id: u32, end: usize): void {
  const bytes = end - WINDOW;
  if (bytes < 2) return;
  const last = <u32>load<u8>(end - 1), beforeLast = <u32>load<u8>(end - 2);
  if (last >= 0xc2 && last <= 0xef) {
    // It ends with a first byte, which 64 characters of two bytes have, or 4096 of three.
    const first = last < 0xe0 ? (last & 31) << 6 : (last & 15) << 12;
    forbidBefore(first, last < 0xe0 ? 64 : 4096, last < 0xe0, id, beforeLast);
  } else if (bytes > 2 && isContinuation(last) && beforeLast >= 0xe0 && beforeLast <= 0xef) {
    forbidBefore(((beforeLast & 15) << 12) | ((last & 63) << 6), 64, false, id, load<u8>(end - 3));
  }
  const head = <u32>load<u8>(WINDOW), second = <u32>load<u8>(WINDOW, 1);
  if (!isContinuation(head)) return;
  if (!isContinuation(second)) forbidBehind(head & 63, 63, id, second);
  else if (bytes > 2) {
    const third = <u32>load<u8>(WINDOW, 2);
    if (!isContinuation(third)) forbidBehind(((head & 63) << 6) | (second & 63), 4095, id, third);
  }
}
/** Notes in an entry a neighbour's byte: any ASCII as one bit, another in the mask that stands at `mask`. */
function forbid(entry: usize, neighbour: u32, ascii: u32, mask: usize): void {
  if (neighbour < 0x80) store<u32>(entry, load<u32>(entry, 24) | ascii, 24);
  else store<u64>(entry + mask, load<u64>(entry + mask) | (<u64>1 << (neighbour & 63)));
}
function forbidBefore(first: u32, points: u32, two: bool, rank: u32, neighbour: u32): void {
  for (let point = first; point < first + points; point++) {
    const entry = CHARACTERS + (<usize>load<u16>(CHARACTER_AT + (<usize>point << 1)) << 5);
    if (entry == CHARACTERS || load<u32>(entry) < rank || (load<u32>(entry, 4) == 2) != two) continue;
    forbid(entry, neighbour, 1, 8);
  }
}
/** Of all characters whose code points end with these bits. */
function forbidBehind(low: u32, mask: u32, rank: u32, neighbour: u32): void {
  for (let point = low; point < 0x10000; point += mask + 1) {
    const entry = CHARACTERS + (<usize>load<u16>(CHARACTER_AT + (<usize>point << 1)) << 5);
    if (entry == CHARACTERS || load<u32>(entry) < rank) continue;
    forbid(entry, neighbour, 2, 16);
  }
}

/** Whether the merge of the `bytes` bytes at `p` should begin with characters: where its head is not all ASCII. */
@inline export function beginsWide(p: usize, bytes: usize): bool {
  return (i8x16.bitmask(v128.load(p)) & (bytes < 16 ? (1 << <i32>bytes) - 1 : 0xffff)) != 0;
}
/** The entry of the character at `p` if it can be one part, else 0. `rest` bytes are left from `p` on; some are before if `inside`. */
@inline export function characterAt(p: usize, rest: usize, inside: bool): usize {
  const lead = <u32>load<u8>(p);
  if (lead < 0xc2 || lead > 0xef) return 0;
  const bytes: usize = lead < 0xe0 ? 2 : 3;
  if (rest < bytes) return 0;
  const entry = CHARACTERS + (<usize>load<u16>(CHARACTER_AT + (<usize>pointAt(p, lead) << 1)) << 5);
  if (entry == CHARACTERS) return 0;
  if (inside) {
    const before = <u32>load<u8>(p - 1);
    if (before < 0x80 ? load<u32>(entry, 24) & 1 : <u32>(load<u64>(entry, 8) >> (before & 63)) & 1) return 0;
  }
  if (rest > bytes) {
    const behind = <u32>load<u8>(p + bytes);
    if (behind < 0x80 ? load<u32>(entry, 24) & 2 : <u32>(load<u64>(entry, 16) >> (behind & 63)) & 1) return 0;
  }
  return entry;
}
