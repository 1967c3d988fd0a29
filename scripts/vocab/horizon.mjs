// How far to the left a byte that is appended can change the merging of what stands before it, in bytes, at most.
//
// Merging is a set of events, each joining two neighbours into a token of its rank. An event depends only on events of
// lower rank that touch its own bytes, so a change runs leftwards along a chain of events whose ranks rise. `reach` of an
// event is the largest distance from its left edge to the end of the text over all such chains:
//   - it holds the last byte itself: its length at most;
//   - it depends on the making of its left part (same left edge), or of its right part (one left part further right);
//   - its right part is taken away by an event of lower rank that begins with it;
//   - its left part is taken away by an event of lower rank that ends with it.
// Going through the events in rank order makes this one pass. A token that ends further left than the largest reach is
// final, whatever follows: long runs are merged in bounded windows, exactly.
export function mergeHorizon(tokens, pairs) {
  const reach = new Float64Array(tokens.length);
  const asLeft = new Float64Array(tokens.length);
  const asRight = new Float64Array(tokens.length).fill(Number.NEGATIVE_INFINITY);
  let horizon = 0;
  pairs.forEach((pair, rank) => {
    if (!pair) return;
    const [left, right] = pair;
    const leftBytes = tokens[left].length;
    const own = Math.max(
      leftBytes + tokens[right].length,
      reach[left],
      leftBytes + reach[right],
      asLeft[right] > 0 ? leftBytes + asLeft[right] : 0,
      asRight[left],
    );
    reach[rank] = own;
    asLeft[left] = Math.max(asLeft[left], own);
    asRight[right] = Math.max(asRight[right], own - leftBytes);
    horizon = Math.max(horizon, own);
  });
  return horizon;
}
