// Cleanups of a large session by one worker thread and by two, in turns, in one process whose threads are warm: prints a ParallelCost.
import { performance } from "node:perf_hooks";
import { createPooledCleanup, type Executor, MemoryArchive } from "token-budget";
import { cleanupItems } from "../cleanup-items.ts";
import { cleanSession, faultsOf, fillSession } from "../cleanup-session.ts";
import { openCorpus } from "../corpus.ts";

export interface ParallelTask {
  readonly bytes: number;
  /** Rounds before those that are timed: engines go on compiling for several cleanups. */
  readonly warmRounds: number;
  readonly rounds: number;
}

export interface ParallelCost {
  readonly oneMs: readonly number[];
  readonly twoMs: readonly number[];
  readonly inputTokens: number;
  readonly items: number;
  /** Tokens freed, the same in each round. */
  readonly freed: number;
}

async function measure({ bytes, warmRounds, rounds }: ParallelTask): Promise<ParallelCost> {
  const pools = [createPooledCleanup({ workers: 1 }), createPooledCleanup({ workers: 2 })] as const;
  // The same texts in each round: else the collector would spend a round on those of the rounds before.
  const items = cleanupItems(openCorpus(), bytes);
  const cost = { oneMs: [] as number[], twoMs: [] as number[], inputTokens: 0, items: items.length, freed: 0 };
  const cleanOnce = async (executor: Executor) => {
    const manager = await fillSession(items, new MemoryArchive(), executor);
    cost.inputTokens = manager.items().reduce((sum, { tokens }) => sum + tokens, 0);
    // What the filling left behind for the collector is not the cleanup's.
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = performance.now();
    const reports = await cleanSession(manager);
    const ms = performance.now() - started;
    const freed = reports.reduce((sum, report) => sum + report.freed, 0);
    const faults = faultsOf(manager, reports);
    if (cost.freed !== 0 && freed !== cost.freed) faults.push(`freed ${freed} tokens, and ${cost.freed} before`);
    if (faults.length > 0) throw new Error(`a cleanup went wrong: ${faults.join(", ")}`);
    cost.freed = freed;
    await manager.close();
    return ms;
  };
  for (let round = -warmRounds; round < rounds; round++) {
    for (const workers of round % 2 === 0 ? [1, 2] : [2, 1]) {
      // The one before it is for the threads, which have idled while the others worked.
      await cleanOnce(pools[workers - 1]!);
      const ms = await cleanOnce(pools[workers - 1]!);
      if (round >= 0) (workers === 1 ? cost.oneMs : cost.twoMs).push(ms);
    }
  }
  for (const pool of pools) await pool.close();
  return cost;
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]!) as ParallelTask)));
