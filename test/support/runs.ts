/**
 * Parameters of a random run: `short` runs, or `long` with LONG=1; a fresh seed that is printed, or SEED.
 * fast-check adds the path to a counterexample to its report.
 */
export function runs(name: string, short: number, long: number): { seed: number; numRuns: number } {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fffffff));
  const numRuns = process.env.LONG === "1" ? long : short;
  console.log(`${name}: SEED=${seed}, ${numRuns} runs`);
  return { seed, numRuns };
}
