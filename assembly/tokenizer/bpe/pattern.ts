// The patterns by which encodings cut text into pieces.
import { scanCl100k, scanGpt2, scanO200k } from "../text/scan";

@inline export const GPT2: i32 = 0;
@inline export const CL100K: i32 = 1;
@inline export const O200K: i32 = 2;

export let pattern: i32 = CL100K;
export function setPattern(id: i32): void { pattern = id; }

/** End of the piece at `p`. */
@inline export function scanPiece(p: usize, end: usize, id: i32): usize {
  return id == O200K ? scanO200k(p, end) : id == CL100K ? scanCl100k(p, end) : scanGpt2(p, end);
}
