// Decoding: the bytes of ids, behind the bytes of the vocabulary.
import { IDS } from "../layout";
import { ranks } from "./vocabulary";
import { LONGEST, copyToken, freeAt, layOut, reserve } from "./token-bytes";

/** Where the text of `decodeIds` stands. */
export function decodedAt(): usize { return freeAt; }

/**
 * Writes the bytes of the `count` ids at IDS and returns how many there are; -1 where an id has no bytes, -2 where
 * memory ran out. Nothing of the vocabulary changes.
 */
export function decodeIds(count: usize): i32 {
  if (!layOut()) return -2;
  let out = freeAt, reserved: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    if (out + 2 * LONGEST > reserved) {
      reserved = out + 0x40000;
      if (!reserve(reserved)) return -2;
    }
    const id = <usize>load<u32>(IDS + (i << 2));
    if (id >= ranks) return -1;
    const next = copyToken(out, id);
    if (next == out) return -1;
    out = next;
  }
  return <i32>(out - freeAt);
}
