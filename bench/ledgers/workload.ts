/** What every ledger of the comparison does: pairs of reserve and settle over many accounts. */
export interface Workload {
  readonly caps: readonly number[];
  /** Per pair: the position of an account, the tokens to hold, and those to settle to. */
  readonly accounts: Int32Array;
  readonly held: Int32Array;
  readonly actual: Int32Array;
  /** The time of each call of a round, and when its reservations would expire. */
  readonly now: number;
  readonly expiresAt: number;
}

/** A ledger of the comparison. Both return how many operations were refused. */
export interface Contestant {
  /** Reserves and settles each pair. */
  pairs(workload: Workload): number;
  /** Allocates and releases once for each pair, by single calls. */
  singles(workload: Workload): number;
  /** What is in use after that, over all accounts: equal for equal ledgers. */
  used(): number;
}

/** Tokens of a cap: what thousands of rounds settle fits below it. */
const cap = 400_000_000;

/** Pairs of which one in fifty is refused; a third settle to less, a third to all, a third to more than they hold. */
export function makeWorkload(accounts: number, pairs: number): Workload {
  let state = 12345;
  const random = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
  const list = (next: (index: number) => number) => Int32Array.from({ length: pairs }, (_, index) => next(index));
  const held = list(() => (random(50) === 0 ? cap + 1 : 1 + random(400)));
  return {
    caps: new Array<number>(accounts).fill(cap),
    accounts: list(() => random(accounts)),
    held,
    actual: list((index) => Math.max(0, held[index]! + (random(3) - 1) * random(50))),
    now: 1_000,
    expiresAt: 600_000,
  };
}
