// Decoding. The bytes of all tokens are laid out on the first call, each from those of its two parts.
import { IDS, TABLE } from "../layout";
import { leftOf, ranks, rightOf, stride } from "./vocabulary";

/** u32 a token: where its bytes begin; one more for the end. Then the bytes, then the text of a call. */
let startsAt: usize = 0;
let outAt: usize = 0;
@inline const LONGEST: usize = 128;

export function forgetBytes(): void { startsAt = 0; }

function layOut(): bool {
  const starts = (TABLE + 6 * stride + 63) & ~63, bytes = starts + 4 * (ranks + 1) + 64;
  let at = bytes, reserved: usize = 0;
  for (let id: usize = 0; id < ranks; id++) {
    if (at + 2 * LONGEST > reserved) {
      reserved = at + 0x40000;
      if (!reserve(reserved)) return false;
    }
    store<u32>(starts + (id << 2), <u32>at);
    const left = leftOf(id);
    if (id < 256) { store<u8>(at, <u8>left); at++; continue; }
    if (left == 0xffffff) continue;
    at = copyToken(at, starts, left);
    at = copyToken(at, starts, rightOf(id));
  }
  store<u32>(starts + (ranks << 2), <u32>at);
  startsAt = starts; outAt = (at + 127) & ~63;
  return true;
}
@inline function copyToken(at: usize, starts: usize, id: u32): usize {
  const from = <usize>load<u32>(starts + (<usize>id << 2)), bytes = <usize>load<u32>(starts + (<usize>id << 2), 4) - from;
  v128.store(at, v128.load(from));
  if (bytes > 16) memory.copy(at, from, bytes);
  return at + bytes;
}
function reserve(end: usize): bool {
  const have = <usize>memory.size() << 16;
  return end <= have || memory.grow(<i32>((end - have + 0xffff) >> 16)) >= 0;
}

/** Where the text of `decodeIds` stands. */
export function decodedAt(): usize { return outAt; }

/**
 * Writes the bytes of the `count` ids at IDS and returns how many there are; -1 where an id has no bytes, -2 where
 * memory ran out. Nothing of the vocabulary changes.
 */
export function decodeIds(count: usize): i32 {
  if (!startsAt && !layOut()) return -2;
  if (!reserve(outAt + count * LONGEST + 64)) return -2;
  let out = outAt;
  for (let i: usize = 0; i < count; i++) {
    const id = load<u32>(IDS + (i << 2));
    if (<usize>id >= ranks) return -1;
    const next = copyToken(out, startsAt, id);
    if (next == out) return -1;
    out = next;
  }
  return <i32>(out - outAt);
}

/** Bytes of one token, or 0. */
export function tokenBytes(id: u32): u32 {
  if ((!startsAt && !layOut()) || <usize>id >= ranks) return 0;
  return load<u32>(startsAt + (<usize>id << 2), 4) - load<u32>(startsAt + (<usize>id << 2));
}
