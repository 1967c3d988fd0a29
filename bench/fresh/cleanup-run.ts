// One cleanup of a large session in a process of its own: prints a CleanupCost.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createPooledCleanup, MemoryArchive, openArchive, type TokenBudgetManager } from "token-budget";
import { cleanupItems } from "../cleanup-items.ts";
import { cleanSession, faultsOf, fillSession } from "../cleanup-session.ts";
import { openCorpus } from "../corpus.ts";

export interface CleanupTask {
  readonly bytes: number;
  readonly archive: "memory" | "sqlite";
}

export interface CleanupCost {
  readonly inputBytes: number;
  readonly inputTokens: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  /** Resident bytes at the peak above those just before the run. */
  readonly peakBytes: number;
  readonly strategies: readonly {
    readonly name: string;
    readonly ms: number;
    readonly items: number;
    readonly freed: number;
  }[];
  readonly faults: readonly string[];
}

const workers = 2;

async function measure({ bytes, archive: kind }: CleanupTask): Promise<CleanupCost> {
  const folder = mkdtempSync(join(tmpdir(), "cleanup-"));
  const executor = createPooledCleanup({ workers });
  const archive = kind === "memory" ? new MemoryArchive() : await openArchive(join(folder, "archive.sqlite"));
  // Threads compile what they run often, each for itself: they are warm once each of them has done as much. So two of them need
  // two cleanups, which they share.
  const warm: TokenBudgetManager[] = [];
  const warmUp = async (size: number) => {
    warm.push(await fillSession(cleanupItems(openCorpus(), size), archive, executor));
    await cleanSession(warm.at(-1)!);
  };
  for (let thread = 0; thread < workers; thread++) await warmUp(bytes);
  const items = cleanupItems(openCorpus(), bytes);
  const manager = await fillSession(items, archive, executor);
  const inputTokens = manager.items().reduce((sum, item) => sum + item.tokens, 0);
  const inputBytes = manager.items().reduce((sum, item) => sum + Buffer.byteLength(item.text), 0);
  (globalThis as { gc?: () => void }).gc?.();
  // A forced collection, which no user sees, also throws compiled code away.
  await warmUp(bytes / 10);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = process.memoryUsage.rss();
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 20);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const reports = await cleanSession(manager);
  delay.disable();
  clearInterval(watch);
  const strategies = reports.flatMap((report) => report.strategies);
  const cost: CleanupCost = {
    inputBytes,
    inputTokens,
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    peakBytes: peak - before,
    strategies: strategies.map(({ strategy, elapsedMs, items: edited, freed: gain }) => ({
      name: strategy,
      ms: elapsedMs,
      items: edited,
      freed: gain,
    })),
    faults: faultsOf(manager, reports),
  };
  for (const each of warm) await each.close();
  await manager.close();
  await executor.close();
  await archive.close();
  rmSync(folder, { recursive: true });
  return cost;
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]!) as CleanupTask)));
