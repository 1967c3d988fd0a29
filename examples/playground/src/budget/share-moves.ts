import type { WantedMove } from "token-budget";

export type Shares = Readonly<Record<string, number>>;

/** No component goes below this share. */
export const leastShare = 0.01;

/**
 * Shares with one set to a value, and the others changed in proportion, so that the sum stays what it is. Fixed ones stay.
 * A value that leaves the others less than the least is cut down.
 */
export function rebalanced(shares: Shares, id: string, value: number, fixed: ReadonlySet<string>): Shares {
  const others = Object.keys(shares).filter((each) => each !== id && !fixed.has(each));
  const free = others.reduce((sum, each) => sum + shares[each]!, shares[id]!);
  const own = Math.min(Math.max(value, leastShare), free - leastShare * others.length);
  const result: Record<string, number> = { ...shares, [id]: own };
  let rest = free - own;
  let weights = others.reduce((sum, each) => sum + shares[each]!, 0);
  // The smallest first: one that would fall below the least gets the least, and the larger ones pay for it.
  for (const each of others.sort((a, b) => shares[a]! - shares[b]!)) {
    const share = Math.max(leastShare, (rest * shares[each]!) / weights);
    weights -= shares[each]!;
    rest -= share;
    result[each] = share;
  }
  return result;
}

/** The moves that make the second shares of the first: from those that lose to those that gain. */
export function movesBetween(now: Shares, wanted: Shares, rule: string): WantedMove[] {
  const losing = Object.keys(now)
    .map((id) => ({ id, left: now[id]! - wanted[id]! }))
    .filter(({ left }) => left > 0);
  const gaining = Object.keys(now)
    .map((id) => ({ id, left: wanted[id]! - now[id]! }))
    .filter(({ left }) => left > 0);
  const moves: WantedMove[] = [];
  for (const taker of gaining) {
    for (const giver of losing) {
      const share = Math.min(taker.left, giver.left);
      if (share < 1e-6) continue;
      taker.left -= share;
      giver.left -= share;
      const reason = "set by hand";
      moves.push({ rule: `${rule}: ${giver.id} to ${taker.id}`, from: giver.id, to: taker.id, share, reason });
    }
  }
  return moves;
}
