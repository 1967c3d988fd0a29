import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  chainSessions,
  formatNames,
  fromItems,
  readSessions,
  type Session,
  toItems,
} from "../../src/adapters/index.ts";
import { MemoryArchive, openArchive } from "../../src/archive/index.ts";
import { createTokenBudgetManager } from "../../src/create-manager.ts";
import type { TokenBudgetManager } from "../../src/manager/token-budget-manager.ts";
import type { ReplayResult } from "../../src/replay/recording.ts";
import { replaySession } from "../../src/replay/replay.ts";
import { illegal } from "../adapters/legal.ts";
import { scratchFolder } from "../cli/run-cli.ts";
import { converted } from "./converted.ts";

// @dqbd/tiktoken counts everything again, not our own tokenizer.
const { get_encoding } = createRequire(import.meta.url)("@dqbd/tiktoken") as typeof import("@dqbd/tiktoken");
const o200k = get_encoding("o200k_base");
const counts = new Map<string, number>();
afterAll(() => o200k.free());
function count(text: string): number {
  const known = counts.get(text);
  if (known !== undefined) return known;
  const tokens = o200k.encode_ordinary(text).length;
  counts.set(text, tokens);
  return tokens;
}

const shipped = join(import.meta.dirname, "../../examples/sessions");
const shared = join(import.meta.dirname, "../../../shared/sessions");
const isSession = (name: string) => /\.jsonl?$/.test(name) && !name.includes("tools");
const long = process.env.LONG === "1";

/** The shipped sessions, and those beside the project that are not among them (the longest one only in a long run, whole). */
function files(): string[] {
  const own = readdirSync(shipped).filter(isSession);
  const others = existsSync(shared) ? readdirSync(shared).filter((name) => isSession(name) && !own.includes(name)) : [];
  const whole = long && existsSync(shared) ? [join(shared, "tau-bench-airline.openai.jsonl")] : [];
  return [...own.map((name) => join(shipped, name)), ...others.map((name) => join(shared, name)), ...whole];
}

const sessions = files().map((file) => {
  const read = readSessions(readFileSync(file, "utf8"), { file });
  return chainSessions(read, file.slice(file.lastIndexOf("/") + 1));
});

/** Every session in its own format; what is in OpenAI's, in all others too. */
const cases = sessions.flatMap((session): Session[] => {
  if (session.format !== "openai-chat") return [session];
  const messages = long ? session.messages : session.messages.slice(0, 120);
  return formatNames.map((format) => ({
    ...session,
    name: `${session.name} as ${format}`,
    format,
    messages: converted(messages, format),
  }));
});

interface Observed {
  readonly result: ReplayResult;
  /** Taken in one step after the last message: a cleanup whose caller had room early may still be at work. */
  readonly manager: { items: ReturnType<TokenBudgetManager["items"]>; used: Readonly<Record<string, number>> };
}

async function replayed(session: Session, total: number): Promise<Observed> {
  const archive = new MemoryArchive();
  let manager: TokenBudgetManager | undefined;
  const seen: Observed["manager"] = { items: [], used: {} };
  const result = await replaySession(session, {
    archive,
    count,
    rule: "test",
    counting: "test",
    createManager: async (settings) => {
      manager = await createTokenBudgetManager({ ...settings, total, countTokens: count, cleanup: { archive } });
      return manager;
    },
    onProgress: () => {
      seen.items = manager!.items();
      seen.used = manager!.currentUsage;
    },
  });
  return { result, manager: seen };
}

describe.each(cases)("$name", (session) => {
  const tokens = toItems(session.format, session).reduce((sum, item) => sum + count(item.text), 0);

  test.each([10, 25, 50, 100])("with a budget of %i percent of its size", { timeout: 60_000 }, async (percent) => {
    const total = Math.ceil((tokens * percent) / 100);
    const { result, manager } = await replayed(session, total);
    expect(result.selfCheck.checks.filter((check) => !check.passed)).toEqual([]);
    expect(result.selfCheck.checks).toHaveLength(4);
    expect(result.session).toMatchObject({ messages: session.messages.length, tokens });

    // The checks again, by this test's own means.
    const names = result.components;
    for (const { used, allocated } of result.samples) {
      expect(used.every((each, at) => each <= allocated[at]!)).toBe(true);
      expect(allocated.reduce((sum, each) => sum + each, 0)).toBe(total);
    }
    for (const name of names) {
      const held = manager.items.filter((item) => item.component === name);
      expect(held.reduce((sum, item) => sum + count(item.text), 0)).toBe(manager.used[name]);
    }
    const open = { role: "user", content: "and now?" };
    const messages = fromItems(manager.items, session.format);
    if (!endsWithCall(session)) expect(illegal(session.format, [...messages, ...closing(session, open)])).toEqual([]);

    for (const { status, why, report } of result.cleanups)
      if (status === "over") expect([report.component, why]).toEqual([report.component, expect.stringMatching(/./)]);
    for (const { requested, component, ref } of result.denied) {
      expect(names).toContain(component);
      expect([requested > 0, ref.length > 0]).toEqual([true, true]);
    }
  });
});

/** A message of the format that ends it, where its checker wants one. */
function closing({ format }: Session, open: { role: string; content: string }) {
  if (format === "langchain") return [{ type: "human", data: { content: open.content } }];
  return format === "swe-agent" ? [{ ...open, agent: "main" }] : [open];
}

function endsWithCall({ format, messages }: Session): boolean {
  const last = messages.at(-1);
  return last !== undefined && toItems(format, [last]).some((item) => item.kind === "tool_call");
}

test("the same session gives the same result", async () => {
  const [first, second] = [await replayed(sessions[0]!, 5000), await replayed(sessions[0]!, 5000)];
  const bare = ({ result }: Observed) => ({
    used: result.samples,
    denied: result.denied.length,
    freed: result.cleanups.map(({ report }) => report.freed),
  });
  expect(bare(first)).toEqual(bare(second));
});

test("a message that finds no room is archived whole, and its call is answered by a stub", async () => {
  const call = { id: "a", type: "function", function: { name: "read", arguments: "{}" } };
  const messages = [
    { role: "user", content: "read it" },
    { role: "assistant", content: null, tool_calls: [call] },
    { role: "tool", tool_call_id: "a", content: "word ".repeat(2000) },
    { role: "user", content: "x ".repeat(3000) },
    { role: "assistant", content: "done" },
  ];
  const { result, manager } = await replayed({ name: "s", format: "openai-chat", messages }, 1000);
  // 30 % of 1,000, and the 5 % that the unused knowledge_base gave after the first turn.
  expect(result.denied).toMatchObject([
    { message: 2, role: "tool", component: "working_memory", requested: 2001, allocated: 350, leaves: "a stub" },
    { message: 3, role: "user", component: "interaction_buffer", requested: 3001, allocated: 250, leaves: "nothing" },
  ]);
  expect(fromItems(manager.items)).toEqual([
    messages[0],
    messages[1],
    { ...messages[2], content: expect.stringContaining(`archived as ${result.denied[0]!.ref}`) },
    messages[4],
  ]);
  expect(result.selfCheck.passed).toBe(true);
});

test("where not even a stub fits, the call goes too; and a call that found no room takes its result with it", async () => {
  const call = (id: string, text: string) => ({
    role: "assistant",
    content: null,
    tool_calls: [{ id, type: "function", function: { name: "f", arguments: JSON.stringify({ text }) } }],
  });
  const messages = [
    call("a", "x"),
    { role: "tool", tool_call_id: "a", content: "y ".repeat(300) },
    call("b", "z ".repeat(300)),
    { role: "tool", tool_call_id: "b", content: "ok" },
    { role: "user", content: "hi" },
  ];
  const { result, manager } = await replayed({ name: "s", format: "openai-chat", messages }, 40);
  expect(result.denied.map(({ message, leaves }) => [message, leaves])).toEqual([
    [1, "nothing"],
    [2, "nothing"],
    [3, "nothing"],
  ]);
  expect(fromItems(manager.items)).toEqual([messages[4]]);
  expect(result.selfCheck.passed).toBe(true);
});

test("with an archive on disk the originals are there afterwards", async () => {
  const path = join(scratchFolder(), "archive.db");
  const archive = await openArchive(path);
  const session = sessions.find(({ format }) => format === "openai-chat")!;
  const result = await replaySession(
    { ...session, messages: session.messages.slice(0, 60) },
    {
      archive,
      count,
      rule: "test",
      counting: "test",
      createManager: (settings) =>
        createTokenBudgetManager({
          ...settings,
          namespace: "disk",
          total: 3000,
          countTokens: count,
          cleanup: { archive },
        }),
    },
  );
  expect(result.selfCheck.checks.filter((check) => !check.passed)).toEqual([]);
  await archive.close();
  const again = await openArchive(path);
  expect((await again.list("disk", { limit: 10_000 })).length).toBe(result.archive.entries);
  expect(result.archive.entries).toBeGreaterThan(0);
  await again.close();
});

test("images are booked by their provider's rule, and given back when they leave", async () => {
  const png = Buffer.alloc(24);
  png.set([0x89, 0x50, 0x4e, 0x47]);
  png.writeUInt32BE(1024, 16);
  png.writeUInt32BE(1024, 20);
  const url = `data:image/png;base64,${png.toString("base64")}`;
  const image = { role: "user", content: [{ type: "image_url", image_url: { url, detail: "high" } }] };
  const one = await replayed({ name: "s", format: "openai-chat", messages: [image] }, 10_000);
  expect(one.result.report.components.working_memory!.used).toBe(765 + count("[image 1024x1024]"));
  const messages = Array.from({ length: 12 }, () => [image, { role: "assistant", content: "seen" }]).flat();
  const many = await replayed({ name: "s", format: "openai-chat", messages }, 10_000);
  expect(many.result.selfCheck.checks.filter((check) => !check.passed)).toEqual([]);
  expect(many.result.denied.length).toBeGreaterThan(0);
});
