export interface Candidate {
  readonly document: number;
  readonly score: number;
}

/** The best `count` of the scored documents, best first; of equal ones the newer first. Cost: n log count. */
export function bestOf(scores: ReadonlyMap<number, number>, count: number): Candidate[] {
  // A heap whose root is the worst of the best so far.
  const heap: Candidate[] = [];
  for (const [document, score] of scores) {
    const candidate = { document, score };
    if (heap.length < count) {
      heap.push(candidate);
      rise(heap);
    } else if (count > 0 && isWorse(heap[0]!, candidate)) {
      heap[0] = candidate;
      sink(heap);
    }
  }
  return heap.sort((one, other) => (isWorse(one, other) ? 1 : -1));
}

function isWorse(one: Candidate, other: Candidate): boolean {
  return one.score < other.score || (one.score === other.score && one.document < other.document);
}

function rise(heap: Candidate[]): void {
  const added = heap[heap.length - 1]!;
  let at = heap.length - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!isWorse(added, heap[above]!)) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = added;
}

function sink(heap: Candidate[]): void {
  const moved = heap[0]!;
  let at = 0;
  for (;;) {
    let below = 2 * at + 1;
    if (below >= heap.length) break;
    if (below + 1 < heap.length && isWorse(heap[below + 1]!, heap[below]!)) below++;
    if (!isWorse(heap[below]!, moved)) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = moved;
}
