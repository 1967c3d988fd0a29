import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createTokenBudgetManager,
  type Item,
  type ItemInput,
  MemoryArchive,
  type TokenBudgetManager,
} from "../../src/index.ts";
import { words } from "./fake-host.ts";

const minute = 60_000;
const components = ["working_memory", "knowledge_base", "agent_context", "interaction_buffer"] as const;
type Component = (typeof components)[number];

/** One thing that happens in a session. */
type Event =
  | { type: "say"; role: "user" | "assistant"; words: number; pinned: boolean }
  | { type: "call"; words: number; results: number; elsewhere: boolean; open: boolean }
  | { type: "keep"; component: Component; kind: ItemInput["kind"]; words: number; same: boolean; state: number }
  | { type: "wait"; minutes: number }
  | { type: "allocate"; component: Component; tokens: number }
  | { type: "clean"; component: Component; need: number }
  | { type: "sweep"; component: Component }
  | { type: "touch" | "remove" | "recall"; which: number };

const component = fc.constantFrom(...components);
const count = fc.integer({ min: 1, max: 120 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("say"),
      role: fc.constantFrom("user", "assistant"),
      words: count,
      pinned: fc.boolean().map((yes) => yes && false),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("say"),
      role: fc.constantFrom("user", "assistant"),
      words: count,
      pinned: fc.constant(true),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("call"),
      words: count,
      results: fc.integer({ min: 1, max: 3 }),
      elsewhere: fc.boolean(),
      open: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant("keep"),
      component,
      kind: fc.constantFrom("document", "skill", "agent_state", "task", "debug", "text"),
      words: count,
      same: fc.boolean(),
      state: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant("wait"), minutes: fc.integer({ min: 1, max: 150 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("allocate"), component, tokens: fc.integer({ min: 0, max: 900 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant("clean"), component, need: fc.integer({ min: 0, max: 900 }) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("sweep"), component }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constantFrom("touch", "remove", "recall"), which: fc.nat() }) },
) as fc.Arbitrary<Event>;

const prose = (name: string, length: number): string =>
  Array.from({ length }, (_, i) => (i % 8 === 7 ? `${name}${i}.` : `${name}${i % 23}`)).join(" ");

/** Runs events through a manager with the built-in cleanup and checks after each that all that must hold does. */
async function live(events: readonly Event[]): Promise<void> {
  let now = 0;
  const archive = new MemoryArchive();
  const manager = await createTokenBudgetManager({
    total: 4_000,
    countTokens: words,
    now: () => now,
    proactiveCleanup: false,
    minGain: 1,
    cleanup: { archive, keepRecent: 3 },
  });
  const session = new Session(manager, archive);
  try {
    for (const each of events) {
      if (each.type === "wait") now += each.minutes * minute;
      else await session.happen(each);
      await session.check();
    }
  } finally {
    await manager.close();
    await archive.close();
  }
}

class Session {
  readonly manager: TokenBudgetManager;
  readonly archive: MemoryArchive;
  readonly texts = new Map<string, string>();
  readonly groups = new Map<string, string[]>();
  readonly plain = new Map<string, number>();
  readonly removed = new Set<string>();
  readonly pinned = new Set<string>();
  next = 0;

  constructor(manager: TokenBudgetManager, archive: MemoryArchive) {
    this.manager = manager;
    this.archive = archive;
  }

  /** Puts an item; one that is refused was never there. */
  async put(component: string, input: ItemInput): Promise<boolean> {
    const id = `i${this.next++}`;
    try {
      await this.manager.put(component, { ...input, id });
    } catch {
      return false;
    }
    this.texts.set(id, input.text);
    if (input.pinned) this.pinned.add(id);
    if (input.group !== undefined) this.groups.set(input.group, [...(this.groups.get(input.group) ?? []), id]);
    return true;
  }

  async happen(event: Exclude<Event, { type: "wait" }>): Promise<void> {
    const { manager } = this;
    switch (event.type) {
      case "say":
        await this.put("interaction_buffer", {
          kind: "message",
          role: event.role,
          pinned: event.pinned,
          text: prose(`w${event.words % 5}x`, event.words),
        });
        return;
      case "call":
        return this.call(event);
      case "keep":
        await this.put(event.component, {
          ...(event.kind === undefined ? {} : { kind: event.kind }),
          text: prose(event.same ? "same" : `k${this.next}`, event.words),
          taskId: `t${event.state}`,
          ...(event.state === 1 ? ({ taskState: "completed", agentState: "ended" } as const) : {}),
          agentId: `a${event.state}`,
        });
        return;
      case "allocate": {
        const granted = await manager.allocateTokens(event.component, event.tokens).catch(() => 0);
        this.plain.set(event.component, (this.plain.get(event.component) ?? 0) + granted);
        return;
      }
      case "clean":
        return this.clean(event.component, { need: event.need });
      case "sweep": {
        await this.clean(event.component, { goal: 1_000_000 });
        const again = await manager.cleanupComponent(event.component, { goal: 1_000_000 });
        expect(again.freed, "a second sweep frees nothing").toBe(0);
        return;
      }
      default: {
        const items = manager.items();
        const item = items[event.which % Math.max(1, items.length)];
        if (!item) return;
        if (event.type === "touch") manager.touch(item.id);
        else if (event.type === "recall") await this.recall(item);
        else if (item.group === undefined) {
          manager.remove(item.id);
          this.removed.add(item.id);
        }
      }
    }
  }

  async call({ words: length, results, elsewhere, open }: Extract<Event, { type: "call" }>): Promise<void> {
    const group = `g${this.next}`;
    const text = JSON.stringify({ q: prose("arg", Math.ceil(length / 10)) });
    if (!(await this.put("interaction_buffer", { kind: "tool_call", role: "assistant", group, text })) || open) return;
    for (let i = 0; i < results; i++) {
      const input: ItemInput = { kind: "tool_result", role: "tool", group, text: prose(`r${this.next}x`, length) };
      const there = elsewhere ? "working_memory" : "interaction_buffer";
      if (!(await this.put(there, input))) await this.put(there, { ...input, text: "refused" });
    }
  }

  /** A plan changes nothing and says what the cleanup then does. */
  async clean(component: string, options: { need?: number; goal?: number }): Promise<void> {
    await this.manager.idle();
    const before = this.manager.items();
    const planned = await this.manager.plan(component, options.need ?? 0, options).catch(({ code }) => code as string);
    expect(this.manager.items()).toEqual(before);
    if (typeof planned === "string") {
      // A need above the cap: nothing is cleaned for it.
      expect(planned).toBe("BUDGET_EXCEEDED");
      await expect(this.manager.cleanupComponent(component, options)).rejects.toMatchObject({ code: planned });
      expect(this.manager.items()).toEqual(before);
      return;
    }
    const usedBefore = this.manager.currentUsage[component]!;
    const done = await this.manager.cleanupComponent(component, options);
    const edits = (report: typeof done) => report.strategies.map(({ strategy, edits: list }) => [strategy, list]);
    expect(edits(planned)).toEqual(edits(done));
    expect(done.freed).toBe(usedBefore - this.manager.currentUsage[component]!);
  }

  async recall(item: Item): Promise<void> {
    if (item.ref === undefined) return;
    const back = await this.manager.recall(item.ref).catch(() => undefined);
    if (back) expect(back.text).toBe(this.texts.get(item.id));
  }

  async check(): Promise<void> {
    const { manager } = this;
    const report = manager.getUtilizationReport();
    for (const id of components) {
      const items = manager.items(id);
      const held = items.reduce((sum, item) => sum + item.tokens, 0) + (this.plain.get(id) ?? 0);
      expect(manager.currentUsage[id], `ledger of ${id}`).toBe(held);
      expect(held).toBeLessThanOrEqual(report.components[id]!.allocated);
      const order = items.map(({ sequence }) => sequence);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    // Another cleanup may be under way: first what is alive, then what is archived.
    const alive = new Map(manager.items().map((item) => [item.id, item]));
    const stored = new Set<string>();
    for (const { ref } of await this.archive.list(manager.namespace, { limit: 100_000 })) {
      stored.add((await this.archive.get(manager.namespace, ref))!.text);
    }
    for (const [id, text] of this.texts) {
      const item = alive.get(id);
      if (item === undefined) {
        expect(this.pinned.has(id) && !this.removed.has(id), "a pinned item left").toBe(false);
        if (!this.removed.has(id)) expect(stored.has(text), "what left is archived").toBe(true);
      } else if (item.text !== text) {
        expect(item.pinned).toBe(false);
        expect(item.tokens).toBe(words(item.text));
        expect(item.tokens).toBeLessThan(words(text));
        expect((await this.archive.get(manager.namespace, item.ref!))!.text).toBe(text);
      }
    }
    for (const members of this.groups.values()) {
      const present = members.filter((id) => alive.has(id));
      expect([0, members.length], "a group left in part").toContain(present.length);
    }
  }
}

const numRuns = process.env.LONG ? 3_000 : 60;

test("random sessions: the ledger, the archive, groups, pins and order hold after every step", async () => {
  await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 5, maxLength: 45, size: "max" }), live), {
    numRuns,
    endOnFailure: false,
  });
}, 600_000);
