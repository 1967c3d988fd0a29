// An operation is 16 bytes: code + 16 * account (u32), tokens (i32), and a number of its own (f64). The result replaces
// the tokens; a reserve also leaves its handle in the number. A settle or void may name, as -1 - i, the reserve i of this batch.
import { allocateIn, releaseIn } from "./account";
import { at } from "./cells";
import { BAD_OPERATION, BATCH, BATCH_BYTES, BATCH_CAPACITY, CELL_MASK, HOLDER, TOP, TOUCHED } from "./layout";
import { reserveIn, settleIn, voidIn } from "./reservation";
import { ticksOf } from "./use";

const ALLOCATE: u32 = 1;
const RELEASE: u32 = 2;
const RESERVE: u32 = 3;
const SETTLE: u32 = 4;
const VOID: u32 = 5;
/** Bytes of the operations whose accounts are loaded ahead. */
const GROUP: usize = 32 * BATCH_BYTES;

// @ts-ignore: decorator
@inline
function handleIn(op: usize): f64 {
  const number = load<f64>(op, 8);
  if (number >= 0) return number;
  const index = -1 - number;
  if (!(index < <f64>((op - BATCH) / BATCH_BYTES)) || Math.floor(index) != index) return 0;
  const named = <usize>BATCH + <usize>index * BATCH_BYTES;
  return (load<u32>(named) & 15) == RESERVE ? load<f64>(named, 8) : 0;
}

/**
 * Loads the accounts of the operations from `first` to `end`. None of these loads waits for another, so that a processor has
 * many lines on their way at once; the operations themselves are too long for that.
 */
// @ts-ignore: decorator
@inline
function touch(first: usize, end: usize): void {
  const top = load<u32>(TOP);
  let sum = 0;
  for (let op = first; op < end; op += BATCH_BYTES) {
    let account = load<u32>(op) >> 4;
    if (account == 0) {
      // A settle or void: of a cell of the ledger, unless it names a reserve of this batch.
      const number = load<f64>(op, 8);
      if (number < 0) continue;
      const cell = <u32><i64>number & CELL_MASK;
      if (cell < top) account = load<u32>(at(cell), HOLDER);
    }
    if (account < top) sum += load<i32>(at(account));
  }
  store<i32>(TOUCHED, sum);
}

/** Runs the first `count` operations, each by itself. Returns how many were refused. */
export function runBatch(count: u32, now: f64): i32 {
  if (count > BATCH_CAPACITY) return BAD_OPERATION;
  let refused = 0;
  const t = ticksOf(now);
  const end: usize = BATCH + count * BATCH_BYTES;
  for (let op: usize = BATCH; op < end; ) {
    const stop = min<usize>(op + GROUP, end);
    touch(op, stop);
    refused += runGroup(op, stop, now, t);
    op = stop;
  }
  return refused;
}

function runGroup(first: usize, end: usize, now: f64, t: i64): i32 {
  let refused = 0;
  for (let op = first; op < end; op += BATCH_BYTES) {
    const head = load<u32>(op);
    const tokens = load<i32>(op, 4);
    const account = head >> 4;
    let result: i32;
    switch (head & 15) {
      case ALLOCATE:
        result = allocateIn(account, tokens, now);
        break;
      case RELEASE:
        result = releaseIn(account, tokens, 0, now);
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
