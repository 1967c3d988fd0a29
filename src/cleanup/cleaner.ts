import type { Archive } from "../archive/archive.ts";
import { checkObject, TokenBudgetError } from "../errors.ts";
import type {
  ArchivedOriginal,
  Cleaner,
  CleanHost,
  CleanReport,
  CleanRequest,
  OriginalHit,
} from "../manager/cleaner.ts";
import type { Item } from "../manager/item.ts";
import { createPace } from "../manager/pace.ts";
import type { Executor } from "../workers/executor.ts";
import type { StubText } from "./check.ts";
import { defaultStrategies, planOnlyStrategies } from "./default-strategies.ts";
import { createMemory } from "./memory.ts";
import { createPlanHost, noOriginals } from "./plan-host.ts";
import { runStrategies } from "./run.ts";
import { watchStop } from "./stop.ts";
import { stoppableHost, stoppableOriginals } from "./stoppable.ts";
import type { AnyStrategy } from "./strategy.ts";
import type { Summarizer, SummarizerOptions } from "./summarizer.ts";

/** What {@link createCleaner} makes a cleaner of. */
export interface CleanerOptions {
  /** Where originals go. The cleaner closes it only where `closeArchive` is true. */
  readonly archive: Archive;
  readonly closeArchive?: boolean;
  /** Where heavy work runs; closed (or given back) with the cleaner. */
  readonly executor: Executor;
  /** Namespace of this session's originals in the archive. */
  readonly namespace: string;
  /** Strategies by component, in the order in which they run; a component named here has these and no others. */
  readonly strategies?: Readonly<Record<string, readonly AnyStrategy[]>>;
  /** Messages at the end of a component that are never edited; those that wait for its last room are among them. Default 4. */
  readonly keepRecent?: number;
  /** A summarizer of the caller's; it runs on the calling thread, under guard. */
  readonly summarizer?: Summarizer;
  readonly summarizerOptions?: SummarizerOptions;
  /** The text that stands for a stubbed item; short, as it counts. */
  readonly stubText?: StubText;
}

/** Milliseconds that the calling thread works at a time: what else a turn of its event loop brings, results of workers say, comes on top. */
const sliceMs = 1;

const defaultStub: StubText = (item) => `[${item.kind} archived, ${item.tokens} tokens]`;

/**
 * The cleaner that the library brings along: strategies propose edits, the kernel checks, archives and applies them.
 *
 * @throws TokenBudgetError `INVALID_ARGUMENT` for settings that can't be; nothing was started.
 * Cost: none until a cleanup runs; then proportional to the items of its component and the text that is shortened.
 * @example
 * const archive = new MemoryArchive();
 * const cleaner = createCleaner({ archive, executor: createInlineCleanup(), namespace: "session" });
 * const manager = await createTokenBudgetManager({ total: 10_000, cleaner });
 * (await manager.cleanupComponent("working_memory", { need: 10 })).freed; // => 0
 */
export function createCleaner(options: CleanerOptions): Cleaner {
  const { archive, executor, namespace, keepRecent = 4, summarizer, stubText = defaultStub } = options;
  checkCleanerOptions(options);
  const strategies: ReadonlyMap<string, readonly AnyStrategy[]> = new Map(
    Object.entries({ ...defaultStrategies(), ...options.strategies }),
  );
  const memory = createMemory();
  const closing = new AbortController();

  async function run(request: CleanRequest, host: CleanHost, planned: boolean): Promise<CleanReport> {
    const stop = watchStop({
      signal: request.signal,
      closing: closing.signal,
      deadline: request.deadline,
      now: () => host.now(),
    });
    try {
      // Cleanups that are begun at once take turns from their first step on.
      const pace = createPace(sliceMs);
      if (pace.due()) await pace.rest();
      stop.check();
      memory.prune((id) => host.item(id) !== undefined);
      const fixed = host.component(request.component).fixed;
      const list = fixed ? (planned ? planOnlyStrategies() : []) : (strategies.get(request.component) ?? []);
      const seen = planned ? createPlanHost(host, fixed ? request.component : undefined) : host;
      const context = {
        host: stoppableHost(seen, stop),
        originals: planned ? noOriginals : stoppableOriginals(archive, stop),
        executor,
        memory: planned ? memory.fork() : memory,
        stubText,
        summarizer: planned ? undefined : summarizer,
        summarizerOptions: options.summarizerOptions ?? {},
        stop,
        pace,
      };
      return await runStrategies(list, request, context, { keepRecent });
    } finally {
      stop.release();
    }
  }

  return {
    clean: (request, host) => run(request, host, false),
    plan: (request, host) => run(request, host, true),
    async original(ref): Promise<ArchivedOriginal | undefined> {
      const entry = await archive.get(namespace, ref);
      const item = entry?.metadata?.item as unknown as Omit<Item, "text"> | undefined;
      return entry && item && { text: entry.text, tokens: entry.tokens, item };
    },
    async search(query, searchOptions): Promise<readonly OriginalHit[]> {
      const hits = await archive.search(namespace, query, searchOptions);
      return hits.map(({ ref, tokens, itemId, component, kind, createdAt, archivedAt, snippet, score }) => ({
        ...{ ref, tokens, itemId, component, kind, createdAt, archivedAt, snippet, score },
      }));
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort();
      await executor.close();
      if (options.closeArchive) await archive.close();
    },
  };
}

/** @throws TokenBudgetError `INVALID_ARGUMENT` for settings that can't be. */
export function checkCleanerOptions(
  options: Pick<CleanerOptions, "keepRecent" | "strategies" | "stubText" | "summarizer" | "summarizerOptions">,
): void {
  const { keepRecent = 4, strategies = {}, stubText, summarizer, summarizerOptions = {} } = options;
  checkObject(strategies, "strategies");
  checkObject(summarizerOptions, "summarizerOptions");
  if (stubText !== undefined && typeof stubText !== "function") {
    throw new TokenBudgetError("INVALID_ARGUMENT", "stubText must be a function", { name: "stubText" });
  }
  const { timeoutMs = 1, concurrency = 1 } = summarizerOptions;
  if ((summarizer !== undefined && typeof summarizer !== "function") || !(timeoutMs > 0) || !(concurrency >= 1)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "a summarizer is a function, with limits above zero");
  }
  if (!Number.isSafeInteger(keepRecent) || keepRecent < 0) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "keepRecent must be a whole number of messages", { keepRecent });
  }
  for (const [component, list] of Object.entries(strategies)) {
    const names = new Set<string>();
    for (const strategy of Array.isArray(list) ? (list as readonly AnyStrategy[]) : [undefined]) {
      const valid =
        typeof strategy?.name === "string" &&
        strategy.name !== "" &&
        ("units" in strategy || "module" in strategy || typeof (strategy as { run?: unknown }).run === "function");
      if (!valid || names.has(strategy.name)) {
        throw new TokenBudgetError("INVALID_ARGUMENT", "a list of strategies needs named strategies, each name once", {
          component,
        });
      }
      names.add(strategy.name);
    }
  }
}
