const watched = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `run` once when the signal aborts (at once where it has), with one listener a signal however many wait: Node warns
 * of more than ten. Returns a function that ends the waiting.
 */
export function whenAborted(signal: AbortSignal | undefined, run: () => void): () => void {
  if (!signal) return () => {};
  if (signal.aborted) {
    run();
    return () => {};
  }
  let waiting = watched.get(signal);
  if (!waiting) {
    const all = new Set<() => void>();
    waiting = all;
    watched.set(signal, all);
    signal.addEventListener("abort", () => {
      for (const one of [...all]) one();
      all.clear();
    });
  }
  const mine = () => run();
  waiting.add(mine);
  const set = waiting;
  return () => set.delete(mine);
}
