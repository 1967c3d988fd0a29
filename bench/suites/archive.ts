import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type ArchiveInput, SqliteArchive } from "token-budget";
import { quantile } from "../measure/statistics.ts";
import type { Context, Figure, Suite } from "../suite.ts";

/** What an agent's session consists of, roughly in these parts. */
const classes = ["agent", "code_ts", "code_py", "en_prose", "markdown", "json_pretty", "agent", "ru"];
const batch = 1_000;

export const suite: Suite = {
  name: "archive",
  about: "SQLite archive: putting small and large items, searching 100,000 of them, and the event loop meanwhile",
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), "token-budget-bench-"));
    try {
      return await measure(context, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measure(context: Context, folder: string): Promise<Figure[]> {
  const count = context.pick(100_000, 10_000);
  const items = makeItems(context, classes, count, 300);
  const figures: Figure[] = [];
  const archive = await SqliteArchive.open(join(folder, "small.db"));
  const startedMs = performance.now();
  await putAll(archive, "small", items, batch);
  const seconds = (performance.now() - startedMs) / 1000;
  figures.push({
    id: "put/300 characters",
    value: count / seconds,
    unit: "items/s",
    better: "higher",
    detail: `${count} items in batches of ${batch}, on the disk and indexed`,
    target: { of: "value", min: 15_000 },
    gate: "none",
  });
  figures.push(...(await searches(context, archive, items)));
  await archive.close();
  for (const [name, units] of [
    ["4,000 characters", 4_000],
    ["100,000 characters", 100_000],
  ] as const) {
    figures.push(await putLarge(context, folder, name, units, classes, true));
  }
  for (const name of context.pick(context.corpus.classes, ["zh", "th"])) {
    figures.push(await putLarge(context, folder, name, 4_000, [name], false));
  }
  figures.push(...(await eventLoop(context, folder)));
  return figures;
}

/** Keeps a few batches ahead, as a cleanup does. */
async function putAll(archive: SqliteArchive, namespace: string, items: readonly ArchiveInput[], size: number) {
  const waiting: Promise<unknown>[] = [];
  for (let at = 0; at < items.length; at += size) {
    waiting.push(archive.put(namespace, items.slice(at, at + size)));
    if (waiting.length > 3) await waiting.shift();
  }
  await Promise.all(waiting);
}

async function putLarge(
  context: Context,
  folder: string,
  name: string,
  units: number,
  from: readonly string[],
  mixed: boolean,
): Promise<Figure> {
  const items = makeItems(
    context,
    from,
    Math.ceil(context.pick(20_000_000, 1_000_000) / units / (mixed ? 1 : 5)),
    units,
  );
  const megabytes = items.reduce((sum, item) => sum + Buffer.byteLength(item.text), 0) / 1e6;
  const archive = await SqliteArchive.open(join(folder, `${name}.db`));
  const startedMs = performance.now();
  await putAll(archive, "large", items, Math.ceil(500_000 / units));
  const seconds = (performance.now() - startedMs) / 1000;
  await archive.close();
  return {
    id: `put/${name}`,
    value: megabytes / seconds,
    unit: "MB/s",
    better: "higher",
    gate: "none",
    ...(mixed ? {} : { detail: "one class of text, 4,000 characters an item" }),
    target: { of: "value", min: 8 },
  };
}

async function searches(context: Context, archive: SqliteArchive, items: readonly ArchiveInput[]): Promise<Figure[]> {
  const frequencies = documentFrequencies(items);
  const byFrequency = [...frequencies].sort((one, other) => other[1] - one[1]);
  const words = (from: number, to: number) =>
    byFrequency.filter(([, documents]) => documents >= from && documents <= to).map(([word]) => word);
  await verify(archive, frequencies, words(20, 200)[0]!, items);
  const scale = items.length / 100_000;
  const spread = everyNth(words(1, 5_000 * scale), 100);
  const frequent = everyNth(words(2_000 * scale, 5_000 * scale), 40);
  const pairs = everyNth(words(10 * scale, 1_600 * scale), 120);
  const threes = Array.from({ length: 40 }, (_, at) => [pairs[at], pairs[at + 40], pairs[at + 80]].join(" "));
  const common = byFrequency.slice(0, 64).map(([word]) => word);
  const any = [
    ...common.slice(0, 20),
    ...Array.from({ length: 20 }, (_, at) => common.slice(at, at + 3).join(" ")),
    ...Array.from({ length: 5 }, (_, at) => common.slice(at, at + 32).join(" ")),
    ...items.slice(0, 5).map((item) => item.text),
    context.corpus.text("agent").slice(0, 5_000),
  ];
  const rounds = context.pick(3, 1);
  return [
    await timed("search/one word in at most 5,000 items", spread, 10, undefined),
    await timed("search/one word in 2,000 to 5,000 items", frequent, 10, undefined),
    await timed("search/three words in at most 5,000 items", threes, 10, undefined),
    await timed("search/any query", any, undefined, 100),
  ];

  async function timed(id: string, queries: readonly string[], median?: number, most?: number): Promise<Figure> {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const query of queries) {
        const startedMs = performance.now();
        await archive.search("small", query);
        times.push(performance.now() - startedMs);
      }
    }
    const value = median === undefined ? Math.max(...times) : quantile(times, 0.5);
    return {
      id,
      value,
      unit: "ms",
      better: "lower",
      gate: "none",
      detail:
        `${queries.length} queries over ${items.length} items: ${median === undefined ? "slowest" : "median"}; ` +
        `median ${quantile(times, 0.5).toFixed(2)}, p95 ${quantile(times, 0.95).toFixed(2)}, max ${Math.max(...times).toFixed(2)}`,
      target: { of: "value", max: median ?? most! },
    };
  }
}

/** A search has to find exactly what holds the word, before its time means anything. */
async function verify(
  archive: SqliteArchive,
  frequencies: ReadonlyMap<string, number>,
  word: string,
  items: readonly ArchiveInput[],
): Promise<void> {
  const hits = await archive.search("small", word, { limit: 100_000 });
  const holding = new Set(items.filter((item) => wordsOf(item.text).includes(word)).map((item) => item.itemId));
  const found = new Set(hits.map((hit) => hit.itemId));
  const missed = [...holding].filter((id) => !found.has(id));
  if (missed.length > 0 || hits.length < frequencies.get(word)!) {
    throw new Error(`search finds ${hits.length} of ${holding.size} items that hold a word`);
  }
}

/** The calling thread while 20 MB are put: what else it should do waits so long. */
async function eventLoop(context: Context, folder: string): Promise<Figure[]> {
  const items = makeItems(context, classes, context.pick(20_000, 2_000), 1_000);
  const archive = await SqliteArchive.open(join(folder, "loop.db"));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await archive.put("one call", items);
  delay.disable();
  await archive.close();
  return (["p99", "max"] as const).map((name) => ({
    id: `event loop/${name} while 20 MB are put in one call`,
    value: (name === "p99" ? delay.percentile(99) : delay.max) / 1e6,
    unit: "ms",
    better: "lower",
    gate: "none",
    target: { of: "value", max: name === "p99" ? 10 : 30 },
  }));
}

function makeItems(context: Context, from: readonly string[], count: number, units: number): ArchiveInput[] {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  return Array.from({ length: count }, (_, at) => {
    const source = context.corpus.text(from[at % from.length]!);
    // Each text is another: equal ones would be stored once.
    let text = `${at} `;
    while (text.length < units) {
      const start = random(Math.max(1, source.length - units));
      text += source.slice(start, start + units - text.length);
    }
    return {
      text,
      tokens: Math.ceil(units / 4),
      component: at % 3 === 0 ? "interaction_buffer" : "working_memory",
      kind: "tool_result",
      itemId: `item-${at}`,
      createdAt: 1.7e12 + at,
      archivedAt: 1.7e12 + at,
      metadata: { role: "tool", group: `call-${at >> 1}` },
    };
  });
}

/** Another rule than the archive's own, so that it can tell: letters between characters that are no word's. */
function wordsOf(text: string): string[] {
  return text.match(/(?<![\p{L}\p{N}\p{M}_])[a-z]+(?![\p{L}\p{N}\p{M}_])/gu) ?? [];
}

function documentFrequencies(items: readonly ArchiveInput[]): Map<string, number> {
  const frequencies = new Map<string, number>();
  for (const item of items) {
    for (const word of new Set(wordsOf(item.text))) frequencies.set(word, (frequencies.get(word) ?? 0) + 1);
  }
  return frequencies;
}

function everyNth<T>(list: readonly T[], count: number): T[] {
  const step = Math.max(1, list.length / count);
  return Array.from({ length: Math.min(count, list.length) }, (_, at) => list[Math.floor(at * step)]!);
}
