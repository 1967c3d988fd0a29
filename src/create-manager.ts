import type { Archive } from "./archive/archive.ts";
import { MemoryArchive } from "./archive/memory-archive.ts";
import { openArchive } from "./archive/open-archive.ts";
import { type CleanerOptions, checkCleanerOptions, createCleaner } from "./cleanup/cleaner.ts";
import { createInlineCleanup } from "./cleanup/inline-cleanup.ts";
import { checkObject, TokenBudgetError } from "./errors.ts";
import {
  createTokenBudgetManager as createBare,
  createTokenBudgetManagerSync as createBareSync,
} from "./manager/create.ts";
import type { CleanerFactory, ManagerOptions } from "./manager/settings.ts";
import type { TokenBudgetManager } from "./manager/token-budget-manager.ts";
import type { Executor } from "./workers/executor.ts";

/** How a manager cleans up; all of it has a default. */
export interface CleanupSettings
  extends Pick<CleanerOptions, "strategies" | "keepRecent" | "summarizer" | "summarizerOptions" | "stubText"> {
  /**
   * Where originals go: an archive of the caller's, who closes it; or the path of an SQLite file (Node), which is opened with
   * the manager and closed with it. Default: in memory, for as long as the manager lives.
   */
  readonly archive?: Archive | string;
  /** Where heavy work runs; closed with the manager. Default: in Node worker threads that all managers share, else here. */
  readonly executor?: () => Executor;
}

/** Options of {@link createTokenBudgetManager}; only `total` has no default. */
export interface CleanupManagerOptions extends ManagerOptions {
  /** The built-in cleanup; `false` leaves it out. Ignored where `cleaner` is given. */
  readonly cleanup?: CleanupSettings | false;
}

/**
 * Creates the budget of a session, with the built-in cleanup. Nothing of it is started before the first cleanup but an
 * archive that has a path.
 *
 * @throws TokenBudgetError INVALID_ARGUMENT, INVALID_TOKENS, UNKNOWN_MODEL; as `createTokenizer` and `openArchive`; nothing
 * stays behind
 * Cost: about a kilobyte; the tokenizer is loaded with the first text, threads start with the first large cleanup.
 * @example
 * const manager = await createTokenBudgetManager({ total: 200_000 });
 * manager.getUtilizationReport().components.working_memory?.allocated; // => 60000
 * await createTokenBudgetManager({ total: -1 }); // throws INVALID_TOKENS
 */
export const createTokenBudgetManager = (options: CleanupManagerOptions): Promise<TokenBudgetManager> =>
  createManagerWith(createInlineCleanup, options);

/**
 * As {@link createTokenBudgetManager}, at once. Cost: the same.
 * @throws TokenBudgetError also `INVALID_ARGUMENT` for an archive with a path, which can't be opened at once.
 * @example createTokenBudgetManagerSync({ total: { contextWindow: 128_000, reserveOutput: 4_000 } }).totalBudget; // => 124000
 */
export const createTokenBudgetManagerSync = (options: CleanupManagerOptions): TokenBudgetManager =>
  createManagerSyncWith(createInlineCleanup, options);

/** {@link createTokenBudgetManager} with another default for where heavy work runs. */
export async function createManagerWith(
  executor: () => Executor,
  options: CleanupManagerOptions,
): Promise<TokenBudgetManager> {
  checkOptions(options);
  const path = options.cleanup ? options.cleanup.archive : undefined;
  if (typeof path !== "string" || options.cleaner !== undefined) return createBare(withCleaner(executor, options));
  const archive = await openArchive(path);
  const opened: OpenedArchive = { archive };
  try {
    opened.owner = await createBare(withCleaner(executor, options, opened));
    return opened.owner;
  } catch (error) {
    await archive.close();
    throw error;
  }
}

/** {@link createTokenBudgetManagerSync} with another default for where heavy work runs. */
export function createManagerSyncWith(executor: () => Executor, options: CleanupManagerOptions): TokenBudgetManager {
  checkOptions(options);
  if (options.cleanup && typeof options.cleanup.archive === "string" && options.cleaner === undefined) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "an archive with a path can't be opened at once: open it before", {
      name: "archive",
    });
  }
  return createBareSync(withCleaner(executor, options));
}

/** @throws TokenBudgetError INVALID_ARGUMENT */
function checkOptions(options: CleanupManagerOptions): void {
  checkObject(options);
  const { cleanup } = options;
  if (cleanup === undefined || cleanup === false) return;
  checkObject(cleanup, "cleanup");
  checkCleanerOptions(cleanup);
  const { archive, executor } = cleanup;
  const wrong = (name: string) =>
    new TokenBudgetError("INVALID_ARGUMENT", `the option ${name} of cleanup is none`, { name });
  if (archive !== undefined && typeof archive !== "string" && typeof archive?.put !== "function")
    throw wrong("archive");
  if (executor !== undefined && typeof executor !== "function") throw wrong("executor");
}

/** An archive that was opened with a manager: its children share it, and only the manager itself closes it. */
interface OpenedArchive {
  readonly archive: Archive;
  owner?: TokenBudgetManager;
}

/** Factories without settings, by their executors: managers made alike share their settings, and these are part of them. */
const plainFactories = new WeakMap<() => Executor, CleanerFactory>();

function plainFactory(executor: () => Executor): CleanerFactory {
  const known = plainFactories.get(executor);
  if (known !== undefined) return known;
  const factory: CleanerFactory = ({ namespace }) =>
    createCleaner({ archive: new MemoryArchive(), closeArchive: true, executor: executor(), namespace });
  plainFactories.set(executor, factory);
  return factory;
}

function withCleaner(executor: () => Executor, options: CleanupManagerOptions, opened?: OpenedArchive): ManagerOptions {
  const { cleanup = {}, ...rest } = options;
  if (rest.cleaner !== undefined || cleanup === false) return rest;
  if (options.cleanup === undefined) return { ...rest, cleaner: plainFactory(executor) };
  const { archive, executor: ownExecutor = executor, ...settings } = cleanup;
  const given = typeof archive === "object" ? archive : undefined;
  const cleaner: CleanerFactory = (manager) =>
    createCleaner({
      ...settings,
      archive: given ?? opened?.archive ?? new MemoryArchive(),
      closeArchive: given === undefined && (opened === undefined || opened.owner === manager),
      executor: ownExecutor(),
      namespace: manager.namespace,
    });
  if (opened !== undefined) cleaner.close = () => opened.archive.close();
  return { ...rest, cleaner };
}
