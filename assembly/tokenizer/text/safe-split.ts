// Boundaries between two characters of three bytes that no token spans (see scripts/vocab/safe-split.mjs).
import { SAFE } from "../layout";
import { K1 } from "../bpe/hash";

@inline function bit(base: usize, hash: u32): u32 { return <u32>load<u8>(base + (hash >> 3)) >> (hash & 7); }

/** 1 where no token spans the boundary at `p`; both neighbours have three bytes. */
@inline export function safeAt(p: usize): u32 {
  const pair = load<u64>(p - 3) & 0xffffffffffff;
  const left = ((<u32>pair & 0xffffff) * 0x9e3779b1) >> 16, right = (<u32>(pair >> 24) * 0x9e3779b1) >> 16;
  return ~(bit(SAFE, <u32>((pair * K1) >> 46)) | bit(SAFE + 0x8000, left) | bit(SAFE + 0xa000, right)) & 1;
}
