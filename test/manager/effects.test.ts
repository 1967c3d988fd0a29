// What a change causes (expiries, events, waiters that are served) comes after it, whole and once.
import { describe, expect, test } from "vitest";
import { createTokenBudgetManagerSync, jsonLines, type ManagerOptions, replayJournal } from "../../src/index.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

const clock = { now: 0 };

/** A cleaner whose run goes on when `resume` is called, after `meanwhile`. */
function pausing(meanwhile: () => void = () => {}) {
  const cleaner = new ScriptedCleaner();
  let resume = () => {};
  cleaner.pause = () =>
    new Promise((resolve) => {
      resume = () => {
        meanwhile();
        cleaner.pause = async () => {};
        resolve();
      };
    });
  return { cleaner, resume: () => resume() };
}

async function waiting(options: Partial<ManagerOptions> = {}) {
  const { cleaner, resume } = pausing();
  const small = smallManager({ cleaner, ...options });
  const started = () => expect.poll(() => cleaner.requests.length).toBeGreaterThan(0);
  return { ...small, cleaner, resume, started };
}

describe("an expiry in the step of a grant", () => {
  test("serves a waiter once, and the next one too", async () => {
    const { manager, clock, used, resume, started } = await waiting();
    manager.reserve("a", 90, { ttlMs: 100 });
    const first = manager.allocateTokens("a", 50);
    const second = manager.allocateTokens("a", 30);
    await started();
    clock.now += 100;
    resume();
    expect([await first, await second]).toEqual([50, 30]);
    expect(used("a")).toBe(80);
  });

  test("holds a reservation once, and counts one exhaustion", async () => {
    const lines: string[] = [];
    const { manager, clock, row, resume, started } = await waiting({ journal: jsonLines((line) => lines.push(line)) });
    manager.tryAllocate("a", 10);
    manager.reserve("a", 90, { ttlMs: 100 });
    const held = manager.reserveTokens("a", 30);
    await started();
    clock.now += 100;
    resume();
    expect((await held).tokens).toBe(30);
    expect(row("a")).toMatchObject({ used: 10, reserved: 30, exhaustions: 1 });
    expect(replayJournal(lines.join(""), clock.now)[0]!.accounts.a).toMatchObject({ reserved: 30, exhaustions: 1 });
  });

  test("is seen whole by a report, a snapshot and currentUsage", async () => {
    for (const look of ["report", "snapshot", "usage"] as const) {
      const { manager, clock, used } = smallManager({ cleaner: pausing().cleaner });
      manager.reserve("a", 90, { ttlMs: 10 });
      const put = manager.put("a", { id: "p", text: text(30) });
      await Promise.resolve();
      clock.now += 20;
      if (look === "usage") expect(manager.currentUsage.a).toBe(30);
      if (look === "report") expect(manager.getUtilizationReport().components.a).toMatchObject({ used: 30, items: 1 });
      if (look === "snapshot") {
        const other = smallManager();
        other.manager.restore(manager.snapshot());
        expect(other.used("a")).toBe(30);
      }
      expect((await put).id).toBe("p");
      expect(used("a")).toBe(30);
    }
  });

  test("a child's room is in the journal before what its parent's listeners do", () => {
    const lines: string[] = [];
    const { manager, clock } = smallManager({ journal: jsonLines((line) => lines.push(line)) });
    manager.reserve("a", 30, { ttlMs: 10 });
    manager.on("expired", () => manager.tryAllocate("a", 90));
    clock.now += 10;
    manager.child("a", { tokens: 40 });
    expect(lines.map((line) => JSON.parse(line).op)).toEqual(["open", "reserve", "open", "refuse"]);
    expect(replayJournal(lines.join(""), clock.now)[0]!.accounts.a).toMatchObject({ used: 40, exhaustions: 1 });
  });
});

describe("a listener", () => {
  test("that releases finds the item kept", () => {
    const { manager, used } = smallManager();
    const codes: unknown[] = [];
    manager.on("allocated", () => {
      try {
        manager.release("a", 5);
      } catch (error) {
        codes.push((error as { code: string }).code);
      }
    });
    const item = manager.tryPut("a", { text: text(5) })!;
    expect([codes, used("a"), item.tokens]).toEqual([["INVALID_TOKENS"], 5, 5]);
    expect(manager.remove(item.id).tokens).toBe(5);
  });

  test("that removes what was replaced leaves nothing booked", () => {
    const { manager, used } = smallManager();
    manager.tryPut("a", { id: "x", text: text(5) });
    manager.on("allocated", () => manager.get("x") && manager.remove("x"));
    manager.tryPut("a", { id: "x", text: text(11) });
    expect([used("a"), manager.items().length]).toEqual([0, 0]);
  });

  test("that releases does not serve a waiter twice", async () => {
    const { manager, used } = await waiting();
    manager.tryAllocate("a", 90);
    const waiter = manager.allocateTokens("a", 30);
    await Promise.resolve();
    const off = manager.on("allocated", () => {
      off();
      manager.release("a", 10);
    });
    manager.release("a", 40);
    expect(await waiter).toBe(30);
    expect(used("a")).toBe(70);
  });

  test("that aborts a waiter which was just granted is late", async () => {
    const { manager, used } = await waiting();
    const controller = new AbortController();
    manager.tryAllocate("a", 100);
    const waiter = manager.allocateTokens("a", 30, { signal: controller.signal });
    await Promise.resolve();
    manager.on("allocated", () => controller.abort());
    manager.release("a", 50);
    expect(await waiter).toBe(30);
    expect(used("a")).toBe(80);
  });

  test("or counter that closes the manager: what is put afterwards is refused with a type", async () => {
    const { manager } = smallManager();
    manager.on("allocated", () => void manager.close());
    expect(manager.tryPut("a", { text: "abc" })?.tokens).toBe(3);
    expect(await codeOf(() => manager.tryPut("a", { text: "abc" }))).toBe("CLOSED");
    const counting = smallManager({
      countTokens: () => {
        void counting.manager.close();
        return 1;
      },
    });
    expect(await codeOf(() => counting.manager.tryPut("a", { text: "abc" }))).toBe("CLOSED");
  });
});

describe("a listener in the midst of what comes by itself", () => {
  test("finds all edits of a strategy applied, their tokens returned", async () => {
    const { manager, cleaner, used } = await waiting();
    cleaner.pause = async () => {};
    manager.tryPut("a", { id: "call", text: text(90) });
    manager.tryPut("b", { id: "result", text: text(90) });
    const seen: unknown[] = [];
    manager.on("threshold", () => {
      for (const component of ["a", "b"] as const) {
        const kept = manager.items(component).reduce((sum, { tokens }) => sum + tokens, 0);
        seen.push([used(component), kept]);
      }
    });
    cleaner.before = (_, host) => {
      host.apply("test", [
        { type: "remove", id: "call", version: 1 },
        { type: "replace", id: "result", version: 1, text: text(10), tokens: 10, edited: "stub" },
      ]);
    };
    await manager.cleanupComponent("a");
    expect(seen).toEqual([
      [0, 0],
      [10, 10],
      [0, 0],
      [10, 10],
    ]);
  });

  test("finds everything ended that has expired", () => {
    const { manager, clock } = smallManager();
    const held = [manager.reserve("a", 20, { ttlMs: 10 }), manager.reserve("a", 30, { ttlMs: 10 })];
    const seen: unknown[] = [];
    manager.on("expired", ({ tokens }) => seen.push([tokens, ...held.map(({ state }) => state)]));
    clock.now += 10;
    expect(manager.currentUsage.a).toBe(0);
    expect(seen).toEqual([
      [20, "expired", "expired"],
      [30, "expired", "expired"],
    ]);
  });

  test("finds everything ended where the clock throws after the first look", async () => {
    const { manager, clock } = smallManager();
    const held = [manager.reserve("a", 20, { id: "x", ttlMs: 10 }), manager.reserve("a", 30, { ttlMs: 10 })];
    const given = clock.now + 10;
    let looks = 0;
    Object.defineProperty(clock, "now", { get: () => (++looks > 1 ? Number.NaN : given) });
    expect(manager.tryAllocate("a", 5)).toBe(5);
    Object.defineProperty(clock, "now", { get: () => given });
    expect(held.map(({ state }) => state)).toEqual(["expired", "expired"]);
    expect(manager.reserve("a", 40, { id: "x" }).tokens).toBe(40);
  });

  test("finds a loan repaid whose cap came back after its borrower's cleanup", async () => {
    const { manager, cleaner, row } = await waiting({ onShortfall: "borrow" });
    cleaner.pause = async () => {};
    manager.tryAllocate("b", 20);
    manager.tryPut("a", { text: text(60), pinned: true });
    await manager.put("a", { text: text(60) });
    const lent = () => [row("b").allocated, row("b").lent, row("a").allocated, row("a").borrowed];
    expect(lent()).toEqual([80, 20, 120, 20]);
    const seen: unknown[] = [];
    manager.on("threshold", ({ component }) => component === "b" && seen.push(lent()));
    expect(await manager.allocateTokens("b", 75, { onShortfall: "throw" })).toBe(75);
    expect(seen.length).toBeGreaterThan(0);
    for (const each of seen) expect(each).toEqual([95, 5, 105, 5]);
  });

  test("finds a move made that waited for a cleanup", async () => {
    const { manager, cleaner, row } = await waiting({
      proactiveCleanup: true,
      policy: () => [{ rule: "one", from: "a", to: "b", share: 0.2, reason: "test" }],
    });
    cleaner.pause = async () => {};
    manager.tryPut("a", { text: text(42), pinned: true });
    manager.tryPut("a", { text: text(33) });
    const moved = () => [row("a").allocated, manager.getUtilizationReport().adjustments[0]!.tokens];
    manager.adjustAllocations();
    expect(moved()).toEqual([75, 25]);
    const seen: unknown[] = [];
    manager.on("threshold", ({ to }) => seen.push([to, ...moved()]));
    await expect.poll(() => row("a").allocated).toBe(50);
    expect(seen).toEqual([
      ["within", 75, 25],
      ["over", 50, 50],
    ]);
  });
});

describe("waiters", () => {
  test("closing refuses them, though a child gives room back", async () => {
    const { manager, started, resume } = await waiting();
    manager.child("a", { tokens: 95 });
    const waiter = codeOf(() => manager.allocateTokens("a", 10));
    await started();
    const closed = manager.close();
    expect(await waiter).toBe("CLOSED");
    resume();
    await closed;
  });

  test("one who wants a part does not take it from those before", async () => {
    const { manager, used, started, resume } = await waiting();
    manager.tryAllocate("a", 70);
    const first = codeOf(() => manager.allocateTokens("a", 40));
    await started();
    const second = manager.allocateTokens("a", 101, { onShortfall: "partial" });
    expect(used("a")).toBe(70);
    resume();
    expect([await first, await second]).toEqual(["BUDGET_EXCEEDED", 30]);
  });

  test("do not share a cleanup that aims lower than they need", async () => {
    for (const low of [
      { need: 1, goal: 0 },
      { need: 10, goal: 10 },
    ]) {
      const { manager, cleaner, resume, started } = await waiting({ maxPasses: 1 });
      for (let n = 0; n < 10; n++) manager.tryPut("a", { text: text(10) });
      const cleanup = manager.cleanupComponent("a", low);
      await started();
      const waiter = manager.allocateTokens("a", 60);
      resume();
      await cleanup;
      expect(await waiter).toBe(60);
      expect(cleaner.requests.length).toBe(2);
    }
  });

  test("are served by cap that comes in the midst of their cleanup", async () => {
    const policy = () => [{ rule: "one", from: "b", to: "a", share: 0.1, reason: "test" }];
    const { manager, started, resume } = await waiting({ policy });
    manager.tryAllocate("a", 90);
    const waiter = manager.allocateTokens("a", 30);
    await started();
    manager.adjustAllocations();
    expect(await waiter).toBe(30);
    resume();
  });

  test("one who leaves does not end a background cleanup", async () => {
    const { manager, cleaner, resume, started } = await waiting({ proactiveCleanup: true });
    manager.tryPut("a", { text: text(90) });
    await started();
    const controller = new AbortController();
    const waiter = codeOf(() => manager.allocateTokens("a", 20, { signal: controller.signal }));
    await Promise.resolve();
    controller.abort();
    expect(await waiter).toBe("ABORTED");
    expect(cleaner.requests[0]!.signal!.aborted).toBe(false);
    resume();
    await manager.idle();
    expect(manager.items()).toEqual([]);
  });

  test("a put that shrinks its item does not wait behind them", async () => {
    const { manager } = await waiting();
    manager.tryPut("a", { id: "x", text: text(90) });
    const waiter = manager.allocateTokens("a", 40);
    await Promise.resolve();
    expect((await manager.put("a", { id: "x", text: text(50) })).tokens).toBe(50);
    expect(await waiter).toBe(40);
  });
});

describe("loans", () => {
  const circle = (options: Partial<ManagerOptions> = {}) =>
    createTokenBudgetManagerSync({
      total: 1000,
      components: { x: { share: 0.1 }, y: { share: 0.2 }, z: { share: 0.6 }, w: { share: 0.1 } },
      now: () => clock.now,
      onShortfall: "borrow",
      proactiveCleanup: false,
      ...options,
    });
  const loans = (manager: ReturnType<typeof circle>) =>
    manager.getUtilizationReport().loans.map(({ lender, borrower, tokens }) => `${lender}>${borrower} ${tokens}`);

  test("in a circle hold up nobody", async () => {
    const cleaner = new ScriptedCleaner();
    let resume = () => {};
    const gate = new Promise<void>((resolve) => {
      resume = resolve;
    });
    cleaner.before = ({ component }) => (component === "z" ? gate : undefined);
    const manager = circle({ cleaner });
    const snapshot = JSON.parse(JSON.stringify(manager.snapshot()));
    for (const [index, cap] of [90, 200, 610, 100].entries()) {
      Object.assign(snapshot.budget.accounts[index], { cap, used: cap, peak: cap });
    }
    // Borrowing calls back what was lent first, which breaks most circles; a session of before may have one.
    snapshot.loans = [
      { lender: "x", borrower: "z", tokens: 10 },
      { lender: "x", borrower: "y", tokens: 10 },
      { lender: "y", borrower: "x", tokens: 10 },
    ];
    manager.restore(snapshot);
    const refused = (component: string) => codeOf(() => manager.allocateTokens(component, 5, { onShortfall: "throw" }));
    // The run of x waits for that of z; that of y waits for that of x, which comes to y next.
    const both = [refused("x"), refused("y")];
    await expect.poll(() => cleaner.requests.map(({ component }) => component)).toEqual(["z"]);
    resume();
    expect(await Promise.all(both)).toEqual(["BUDGET_EXCEEDED", "BUDGET_EXCEEDED"]);
    await manager.idle();
    await manager.close();
  });

  test("that were lent on come back when they are idle", async () => {
    const manager = circle();
    for (const [component, tokens] of [
      ["z", 600],
      ["x", 50],
      ["w", 100],
    ] as const)
      manager.tryAllocate(component, tokens);
    await manager.allocateTokens("y", 250);
    manager.release("y", 100);
    await manager.allocateTokens("w", 50);
    expect(loans(manager)).toEqual(["x>y 50", "y>w 50"]);
    manager.tryAllocate("y", 50);
    manager.release("w", 150);
    expect(manager.tryAllocate("x", 50)).toBe(50);
    expect(loans(manager)).toEqual([]);
  });

  test("of more than a cap that was lent on are in a snapshot", async () => {
    const manager = circle();
    for (const [component, tokens] of [
      ["z", 600],
      ["x", 50],
      ["w", 100],
    ] as const) {
      manager.tryAllocate(component, tokens);
    }
    await manager.allocateTokens("y", 250);
    manager.release("y", 250);
    await manager.allocateTokens("w", 230);
    expect([loans(manager), manager.getUtilizationReport().components.y!.allocated]).toEqual([
      ["x>y 50", "y>w 230"],
      20,
    ]);
    const other = circle();
    other.restore(manager.snapshot());
    expect(loans(other)).toEqual(loans(manager));
  });

  test("serve those who wait as soon as the borrower has room, in order", async () => {
    const { manager, cleaner, resume } = await waiting();
    manager.tryAllocate("a", 100);
    const lent = manager.allocateTokens("a", 60, { onShortfall: "borrow" });
    await expect.poll(() => cleaner.requests.length).toBe(1);
    resume();
    await lent;
    cleaner.pause = pausing().cleaner.pause;
    manager.tryAllocate("b", 30);
    const order: string[] = [];
    const first = manager.allocateTokens("b", 50).then(() => order.push("first"));
    await expect.poll(() => cleaner.requests.length).toBe(2);
    manager.release("a", 60);
    const second = manager.allocateTokens("b", 20).then(() => order.push("second"));
    await Promise.all([first, second]);
    expect(order).toEqual(["first", "second"]);
  });

  test("are called back for a child", async () => {
    const { manager, row } = smallManager({ onShortfall: "borrow" });
    manager.tryAllocate("a", 100);
    await manager.allocateTokens("a", 40);
    manager.release("a", 40);
    expect(row("b")).toMatchObject({ allocated: 60, lent: 40 });
    manager.child("b", { tokens: 90 });
    expect(row("b")).toMatchObject({ allocated: 90, used: 90, lent: 10, exhaustions: 0 });
  });

  test("a settle that calls back a part is one exhaustion, in the journal too", async () => {
    const lines: string[] = [];
    const { manager, clock, row } = smallManager({
      onShortfall: "borrow",
      journal: jsonLines((line) => lines.push(line)),
    });
    manager.tryAllocate("a", 100);
    await manager.allocateTokens("a", 40);
    const held = manager.reserve("b", 50);
    manager.release("a", 5);
    expect(await codeOf(() => held.settle(80))).toBe("BUDGET_EXCEEDED");
    expect([held.state, row("b").exhaustions]).toEqual(["open", 1]);
    expect(replayJournal(lines.join(""), clock.now)[0]!.accounts.b).toMatchObject({ reserved: 50, exhaustions: 1 });
  });
});

describe("time", () => {
  test("never goes back: what has expired stays so, and journal and snapshot agree", () => {
    const lines: string[] = [];
    const { manager, clock, row } = smallManager({ journal: jsonLines((line) => lines.push(line)) });
    manager.reserve("a", 50, { ttlMs: 100 });
    clock.now += 150;
    expect(row("a").reserved).toBe(0);
    clock.now -= 60;
    expect(manager.tryAllocate("a", 80)).toBe(80);
    expect(manager.reserve("a", 5, { ttlMs: 10 }).expiresAt).toBe(1_000_160);
    expect(replayJournal(lines.join(""), clock.now)[0]!.accounts.a).toMatchObject({ used: 80, reserved: 5 });
    smallManager().manager.restore(manager.snapshot());
  });

  test("an extension below the clock's resolution is refused, and the reservation stays", async () => {
    const { manager, clock, row } = smallManager();
    clock.now = 1.7e12;
    const held = manager.reserve("a", 40);
    expect(await codeOf(() => held.extend(0.0001))).toBe("INVALID_ARGUMENT");
    expect([held.state, row("a").reserved, held.release()]).toEqual(["open", 40, 40]);
  });
});

describe("ids that are made up", () => {
  test("are not those of the same batch, nor of what is on its way in", async () => {
    const { manager } = smallManager();
    const batch = await manager.putBatch("a", [{ id: "i1", text: "first" }, { text: "second" }]);
    expect(batch.map(({ id, text: kept }) => [id, kept])).toEqual([
      ["i1", "first"],
      ["i1'", "second"],
    ]);
    const slow = smallManager({ countTokens: async (counted) => counted.length });
    const both = [slow.manager.put("a", { text: "first" }), slow.manager.put("a", { id: "i0", text: "second" })];
    expect((await Promise.all(both)).map(({ id }) => id)).toEqual(["i0'", "i0"]);
    expect(slow.manager.items().map(({ text: kept }) => kept)).toEqual(["first", "second"]);
  });
});

test("what a counter gives is not in the data of an error", async () => {
  const { manager } = smallManager({ countTokens: (counted) => counted as unknown as number });
  await expect(manager.put("a", { text: "secret" })).rejects.toMatchObject({
    code: "INVALID_TOKENS",
    data: { low: "string", high: "string" },
  });
});
