// One cleanup of a large session in a process of its own: prints a CleanupCost.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import {
  type Archive,
  createPooledCleanup,
  createTokenBudgetManager,
  createTokenizer,
  type Executor,
  MemoryArchive,
  openArchive,
  type TokenBudgetManager,
} from "token-budget";
import { type BenchItem, cleanupItems } from "../cleanup-items.ts";
import { openCorpus } from "../corpus.ts";

export interface CleanupTask {
  readonly bytes: number;
  readonly workers: number;
  readonly archive: "memory" | "sqlite";
}

export interface CleanupCost {
  readonly ms: number;
  readonly inputBytes: number;
  readonly inputTokens: number;
  readonly items: number;
  readonly freed: number;
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
  /** Where a strategy was skipped, or the sum of the items is not what the ledger holds. */
  readonly faults: readonly string[];
}

const clock = 1_000_000_000;
const hour = 3_600_000;
const components = ["working_memory", "knowledge_base", "interaction_buffer"];

async function fill(items: readonly BenchItem[], archive: Archive, executor: Executor): Promise<TokenBudgetManager> {
  const tokenizer = await createTokenizer("o200k_base");
  const manager = await createTokenBudgetManager({
    total: 100_000_000,
    tokenizer,
    now: () => clock,
    minGain: 0,
    proactiveCleanup: false,
    cleanup: { archive, executor: () => executor },
  });
  for (const { component, item, ageHours } of items) {
    const createdAt = clock - ageHours * hour;
    if (!manager.tryPut(component, { ...item, createdAt })) throw new Error(`no room in ${component}`);
  }
  return manager;
}

const clean = (manager: TokenBudgetManager) =>
  Promise.all(components.map((component) => manager.cleanupComponent(component, { goal: 1_000_000_000 })));

async function measure({ bytes, workers, archive: kind }: CleanupTask): Promise<CleanupCost> {
  const folder = mkdtempSync(join(tmpdir(), "cleanup-"));
  const executor = createPooledCleanup({ workers });
  const archive = kind === "memory" ? new MemoryArchive() : await openArchive(join(folder, "archive.sqlite"));
  // Threads compile what they run often, each for itself: they are warm once each of them has done as much. So two of them need
  // two cleanups, which they share.
  const warm: TokenBudgetManager[] = [];
  const warmUp = async (size: number) => {
    warm.push(await fill(cleanupItems(openCorpus(), size), archive, executor));
    await clean(warm.at(-1)!);
  };
  for (let thread = 0; thread < workers; thread++) await warmUp(bytes);
  const items = cleanupItems(openCorpus(), bytes);
  const manager = await fill(items, archive, executor);
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
  const started = performance.now();
  const reports = await clean(manager);
  const ms = performance.now() - started;
  delay.disable();
  clearInterval(watch);
  const strategies = reports.flatMap((report) => report.strategies);
  const held = manager.items().reduce((sum, item) => sum + item.tokens, 0);
  const used = Object.values(manager.currentUsage).reduce((sum, tokens) => sum + tokens, 0);
  const freed = reports.reduce((sum, report) => sum + report.freed, 0);
  const cost: CleanupCost = {
    ms,
    inputBytes,
    inputTokens,
    items: items.length,
    freed,
    delayP99Ms: delay.percentile(99) / 1e6,
    delayMaxMs: delay.max / 1e6,
    peakBytes: peak - before,
    strategies: strategies.map(({ strategy, elapsedMs, items: edited, freed: gain }) => ({
      name: strategy,
      ms: elapsedMs,
      items: edited,
      freed: gain,
    })),
    faults: [
      ...strategies.flatMap(({ strategy, skipped }) => (skipped === undefined ? [] : [`${strategy}: ${skipped}`])),
      ...(held === used ? [] : [`items hold ${held}, the ledger ${used}`]),
    ],
  };
  for (const each of warm) await each.close();
  await manager.close();
  await executor.close();
  await archive.close();
  rmSync(folder, { recursive: true });
  return cost;
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2]!) as CleanupTask)));
