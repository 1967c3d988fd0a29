// An operation is 16 bytes: code + 16 * account (u32), tokens (i32), and a number of its own (f64). The result replaces
// the tokens; a reserve also leaves its handle in the number. A settle or void may name, as -1 - i, the reserve i of this batch.
import { allocateIn, releaseIn } from "./account";
import { BAD_OPERATION, BATCH, BATCH_BYTES, BATCH_CAPACITY } from "./layout";
import { reserveIn, settleIn, voidIn } from "./reservation";
import { ticksOf } from "./use";

const ALLOCATE: u32 = 1;
const RELEASE: u32 = 2;
const RESERVE: u32 = 3;
const SETTLE: u32 = 4;
const VOID: u32 = 5;

// @ts-ignore: decorator
@inline
function handleIn(op: usize): f64 {
  const number = load<f64>(op, 8);
  if (number >= 0) return number;
  const index = -1 - number;
  return index < <f64>((op - BATCH) / BATCH_BYTES) ? load<f64>(<usize>BATCH + <usize>index * BATCH_BYTES, 8) : 0;
}

/** Runs the first `count` operations, each by itself. Returns how many were refused. */
export function runBatch(count: u32, now: f64): i32 {
  if (count > BATCH_CAPACITY) return BAD_OPERATION;
  let refused = 0;
  const t = ticksOf(now);
  const end = BATCH + count * BATCH_BYTES;
  for (let op: usize = BATCH; op < end; op += BATCH_BYTES) {
    const head = load<u32>(op);
    const tokens = load<i32>(op, 4);
    const account = head >> 4;
    let result: i32;
    switch (head & 15) {
      case ALLOCATE:
        result = allocateIn(account, tokens, now, t, true);
        break;
      case RELEASE:
        result = releaseIn(account, tokens, 0, now, t);
        break;
      case RESERVE: {
        const handle = reserveIn(account, tokens, load<f64>(op, 8), now, t);
        result = handle < 0 ? <i32>handle : 0;
        store<f64>(op, handle, 8);
        break;
      }
      case SETTLE:
        result = settleIn(handleIn(op), tokens, now, t);
        break;
      case VOID:
        result = voidIn(handleIn(op), now);
        break;
      default:
        result = BAD_OPERATION;
    }
    store<i32>(op, result, 4);
    if (result < 0) refused++;
  }
  return refused;
}
