import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Media, MessageReader, mediaTokens, type Routing, type Session, toItems } from "../adapters/index.ts";
import type { Archive } from "../archive/archive.ts";
import type { CleanReport } from "../manager/cleaner.ts";
import { nextTask } from "../manager/next-task.ts";
import type { ComponentReport, UtilizationReport } from "../manager/report.ts";
import type { TokenBudgetManager } from "../manager/token-budget-manager.ts";
import { Feed, preambleOf } from "./feed.ts";
import {
  type AdjustmentRecord,
  bandTime,
  type CleanupRecord,
  type ReplayResult,
  type Sample,
  total,
} from "./recording.ts";
import { selfCheck } from "./self-check.ts";
import { whereaboutsOf } from "./whereabouts.ts";

/** What {@link replaySession} runs a session with. */
export interface ReplayOptions {
  /** Makes the manager on the session's clock, without cleanups of its own accord: the replay runs them, so that it can wait. */
  readonly createManager: (settings: {
    readonly now: () => number;
    readonly proactiveCleanup: false;
    readonly namespace: string;
  }) => Promise<TokenBudgetManager>;
  /** The archive that the manager's cleanups write to. */
  readonly archive: Archive;
  /** Tokens as the manager counts them, from a counter of its own: the self-check counts everything again with it. */
  readonly count: (text: string) => number;
  /** What an image or a file costs beyond its item's text. Default: by OpenAI's rule for gpt-4o, at its high edge. */
  readonly mediaTokens?: (media: Media) => number;
  readonly routing?: Routing;
  /** How long the session's clock goes on with each answer of the model. Default 10. */
  readonly minutesPerTurn?: number;
  /** Told of each message, for a live view. */
  readonly onProgress?: (progress: ReplayProgress) => void;
  /** How the budget and the counts are named in the result. */
  readonly rule: string;
  readonly counting: string;
}

/** How far a replay has come. */
export interface ReplayProgress {
  readonly message: number;
  readonly messages: number;
  readonly at: number;
  readonly cleanups: readonly CleanupRecord[];
  /** What the components hold now. Read it only when it is drawn: it is made at each look. */
  readonly report: () => UtilizationReport;
}

const minute = 60_000;
const standardMedia = (media: Media) => mediaTokens(media, "gpt-4o").high;

/**
 * Feeds a session message by message through a manager, as an agent runtime would: each message is put into its
 * component, a component above its band is cleaned, shares are adjusted. The clock is the session's own, so the same
 * session gives the same result.
 *
 * @throws what the manager and the archive throw; a message that finds no room is no error.
 * Cost: what an agent's budget would cost over the session, and a count of everything again for the self-check.
 * @example
 * const [session] = readSessions('[{ "role": "user", "content": "hi" }, { "role": "assistant", "content": "hello" }]');
 * const tokenizer = createTokenizerSync("o200k_base");
 * const archive = new MemoryArchive();
 * const { selfCheck, report } = await replaySession(session!, {
 *   createManager: (settings) => createTokenBudgetManager({ ...settings, total: 10_000, tokenizer, cleanup: { archive } }),
 *   archive,
 *   count: (text) => tokenizer.count(text),
 *   rule: "10,000 tokens",
 *   counting: "exact in o200k_base",
 * });
 * [selfCheck.passed, report.total.used]; // => [true, 2]
 */
export async function replaySession(session: Session, options: ReplayOptions): Promise<ReplayResult> {
  const run = await Run.start(session, options);
  try {
    const startedMs = performance.now();
    const cpu = process.cpuUsage();
    await run.feedAll();
    const elapsedMs = performance.now() - startedMs;
    const { user, system } = process.cpuUsage(cpu);
    return await run.result(elapsedMs, (user + system) / 1000);
  } finally {
    await run.manager.close();
  }
}

class Run {
  readonly manager: TokenBudgetManager;
  readonly #session: Session;
  readonly #options: ReplayOptions;
  readonly #components: readonly string[];
  readonly #clock: { now: number };
  readonly #reader: MessageReader;
  readonly #feed: Feed;
  readonly #samples: Sample[] = [];
  readonly #cleanups: CleanupRecord[] = [];
  readonly #adjustments: AdjustmentRecord[] = [];
  /** Use of a component after its last cleanup that left it above its band: below this, another would find nothing. */
  readonly #quietBelow = new Map<string, number>();
  readonly #stalls = monitorEventLoopDelay({ resolution: 1 });
  /** Components above their bands. */
  readonly #over = new Set<string>();
  #allocated: readonly number[] = [];
  #message = 0;
  #turns = 0;
  #capsKept = true;

  private constructor(session: Session, options: ReplayOptions, manager: TokenBudgetManager, clock: { now: number }) {
    this.#session = session;
    this.#options = options;
    this.manager = manager;
    this.#clock = clock;
    this.#components = Object.keys(manager.allocations);
    this.#reader = new MessageReader(session.format, options.routing === undefined ? {} : { routing: options.routing });
    const { components } = this.#look();
    const fixed = new Set(this.#components.filter((id) => components[id]!.fixed));
    const { archive, count } = options;
    const media = options.mediaTokens ?? standardMedia;
    this.#feed = new Feed(manager, archive, () => clock.now, count, media);
    manager.on("cleanup", ({ component, report }) => this.#cleaned(component, report));
    manager.on("adjusted", ({ moves }) => {
      this.#look();
      this.#adjustments.push({ message: this.#message, at: clock.now, moves });
    });
    manager.on("threshold", ({ component, to }) => {
      if (to === "over" && !fixed.has(component)) this.#over.add(component);
      else this.#over.delete(component);
    });
  }

  static async start(session: Session, options: ReplayOptions): Promise<Run> {
    const clock = { now: 0 };
    const namespace = `${session.name} ${Date.now().toString(36)}`;
    const manager = await options.createManager({ now: () => clock.now, proactiveCleanup: false, namespace });
    return new Run(session, options, manager, clock);
  }

  async feedAll(): Promise<void> {
    this.#stalls.enable();
    for (const items of preambleOf(this.#reader, this.#session)) {
      await this.#feed.put(items, { role: "system" }, -1);
      await this.#afterMessage();
    }
    for (const message of this.#session.messages) {
      const items = this.#reader.message(message);
      await this.#feed.put(items, message, this.#message);
      this.#message++;
      if (items[0]?.role === "assistant") this.#endTurn();
      await this.#afterMessage();
      // Other work of the process goes on between two messages, as it would between two calls of a model.
      await nextTask();
    }
    this.#stalls.disable();
  }

  #endTurn(): void {
    this.#turns++;
    this.#clock.now += (this.#options.minutesPerTurn ?? 10) * minute;
    this.manager.adjustAllocations();
  }

  async #afterMessage(): Promise<void> {
    for (const component of this.#over) {
      if ((this.manager.currentUsage[component] ?? 0) < (this.#quietBelow.get(component) ?? 0)) continue;
      await this.manager.cleanupComponent(component);
      const { status, used, allocated } = this.#look().components[component]!;
      this.#quietBelow.set(component, status === "over" ? used + Math.min(1024, Math.ceil(allocated / 20)) : 0);
    }
    this.#feed.sweep();
    this.#sample();
    const { onProgress } = this.#options;
    onProgress?.({
      message: this.#message,
      messages: this.#session.messages.length,
      at: this.#clock.now,
      cleanups: this.#cleanups,
      report: () => this.manager.getUtilizationReport(),
    });
  }

  /** A report is dearer than a message: it is made where caps or bands may have changed. */
  #look(): UtilizationReport {
    const report = this.manager.getUtilizationReport();
    const each = this.#components.map((id) => report.components[id]!);
    this.#allocated = each.map((component) => component.allocated);
    this.#capsKept &&= total(this.#allocated) === this.manager.totalBudget;
    this.#capsKept &&= each.every(({ used, reserved, allocated }) => used + reserved <= allocated);
    return report;
  }

  #sample(): void {
    const usage = this.manager.currentUsage;
    const used = this.#components.map((id) => usage[id]!);
    const allocated = this.#allocated;
    this.#capsKept &&= used.every((tokens, at) => tokens <= allocated[at]!);
    this.#samples.push({ message: this.#message, at: this.#clock.now, used, allocated });
  }

  #cleaned(component: string, report: CleanReport): void {
    if (report.goal === 0) return;
    const state = this.#look().components[component]!;
    const { used, allocated, status } = state;
    const why = status === "over" ? reasonOf(report, state) : undefined;
    this.#cleanups.push({ message: this.#message, at: this.#clock.now, report, used, allocated, status, why });
  }

  async result(elapsedMs: number, cpuMs: number): Promise<ReplayResult> {
    const { archive, count, rule, counting } = this.#options;
    // In one step: a cleanup whose caller had room early may still be at work.
    const report = this.manager.getUtilizationReport();
    const items = this.manager.items();
    const media = this.#feed.mediaTokens();
    const entries = await everyEntry(archive, this.manager.namespace);
    const found = { session: this.#session, items, entries, denied: this.#feed.denied };
    const checks = selfCheck({
      ...found,
      report,
      media,
      count,
      capsKept: this.#capsKept,
      routing: this.#options.routing,
    });
    const names = this.#components;
    const tokens = total(toItems(this.#session.format, this.#session).map((item) => count(item.text)));
    return {
      session: {
        name: this.#session.name,
        format: this.#session.format,
        messages: this.#session.messages.length,
        turns: this.#turns,
        tokens,
      },
      budget: { total: this.manager.totalBudget, rule, counting },
      components: names,
      report,
      overall: bandTime(this.#samples, report.total.target, undefined),
      byComponent: Object.fromEntries(
        names.map((id, at) => [id, bandTime(this.#samples, report.components[id]!.target, at)]),
      ),
      cleanups: this.#cleanups,
      adjustments: this.#adjustments,
      denied: this.#feed.denied,
      archive: {
        entries: entries.length,
        tokens: total(entries.map((entry) => entry.tokens)),
        characters: total(entries.map((entry) => entry.text.length)),
      },
      whereabouts: whereaboutsOf(found, count),
      speed: {
        elapsedMs,
        tokensPerSecond: Math.round((1000 * tokens) / Math.max(1, elapsedMs)),
        cpuMsPerTurn: cpuMs / Math.max(1, this.#turns),
        longestStallMs: Math.max(0, this.#stalls.max / 1e6 - 1),
      },
      samples: this.#samples,
      selfCheck: { passed: checks.every((check) => check.passed), checks },
    };
  }
}

/** Why a cleanup left a component above its band. */
function reasonOf(report: CleanReport, { fixed }: ComponentReport): string {
  if (fixed) return "fixed";
  const left = Object.entries(report.left ?? {}).filter(([, tokens]) => tokens > 0);
  if (left.length === 0) return "nothing left to free";
  return left.map(([reason, tokens]) => `${tokens} tokens ${words[reason] ?? reason}`).join(", ");
}

const words: Readonly<Record<string, string>> = {
  fixed: "are fixed",
  pinned: "are pinned",
  recent: "are too recent",
  unmatched: "fit no rule",
};

async function everyEntry(archive: Archive, namespace: string) {
  const entries = [];
  const page = 1000;
  for (let offset = 0; ; offset += page) {
    const listed = await archive.list(namespace, { limit: page, offset });
    for (const { ref } of listed) {
      const entry = await archive.get(namespace, ref);
      if (entry !== undefined) entries.push(entry);
    }
    if (listed.length < page) return entries;
  }
}
