// The bytes of all tokens, each laid out from those of its two parts, when first needed.
import { TABLE } from "../layout";
import { SLICE, leftOf, ranks, rightOf, stride } from "./vocabulary";

/** No token has more bytes. */
@inline export const LONGEST: usize = 128;
@inline const HOLE: u32 = 0xffffff;

/** u32 a token: where its bytes begin; one more for the end. 0 until `layOut` has succeeded. */
export let startsAt: usize = 0;
/** The first free address behind the bytes. */
export let freeAt: usize = 0;
export function forgetBytes(): void { startsAt = 0; next = 0; }

@inline export function startOf(id: usize): usize { return <usize>load<u32>(startsAt + (id << 2)); }

/** Makes sure that memory reaches `end`; false where there is none. */
export function reserve(end: usize): bool {
  const have = <usize>memory.size() << 16;
  return end <= have || memory.grow(<i32>((end - have + 0xffff) >> 16)) >= 0;
}

/** Lays out all tokens, or what is still missing; false where memory ran out. */
export function layOut(): bool {
  while (!startsAt) if (!layOutMore()) return false;
  return true;
}
/** The first token that is not laid out yet; 0 before the first step. */
let next: usize = 0;
/** One step of `layOut`, which is done once `startsAt` is set. */
export function layOutMore(): bool {
  const starts = (TABLE + 6 * stride + 63) & ~63;
  if (!next) freeAt = starts + 4 * (ranks + 1) + 64;
  if (!reserve(freeAt + SLICE * LONGEST)) return false;
  const to = min(next + SLICE, ranks);
  layOutSlice(starts, next, to);
  next = to;
  if (to < ranks) return true;
  store<u32>(starts + (ranks << 2), <u32>freeAt);
  startsAt = starts; freeAt = (freeAt + 127) & ~63;
  return true;
}
function layOutSlice(starts: usize, from: usize, to: usize): void {
  let at = freeAt;
  for (let id = from; id < to; id++) {
    store<u32>(starts + (id << 2), <u32>at);
    const left = leftOf(id);
    if (id < 256) { store<u8>(at, <u8>left); at++; continue; }
    if (left == HOLE) continue;
    at = copyBytes(at, starts, <usize>left);
    at = copyBytes(at, starts, <usize>rightOf(id));
  }
  freeAt = at;
}
@inline function copyBytes(at: usize, starts: usize, id: usize): usize {
  const from = <usize>load<u32>(starts + (id << 2)), bytes = <usize>load<u32>(starts + (id << 2), 4) - from;
  v128.store(at, v128.load(from));
  if (bytes > 16) memory.copy(at, from, bytes);
  return at + bytes;
}
/** Copies the bytes of a token to `at`; returns the address behind them. Up to 16 bytes are written in any case. */
@inline export function copyToken(at: usize, id: usize): usize { return copyBytes(at, startsAt, id); }
