/** From now until the returned function is called: turns of the event loop, and the longest work between two of them. */
export function watchLoop(): () => { turns: number; longestMs: number } {
  let turns = 0;
  let longestMs = 0;
  let last = performance.now();
  let watching = true;
  const turn = () => {
    const now = performance.now();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    turns++;
    if (watching) setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    watching = false;
    return { turns, longestMs: Math.max(longestMs, performance.now() - last) };
  };
}
