// What a change causes (expiries, events, waiters that are served) comes after it, whole and once.
import { describe, expect, test } from "vitest";
import { jsonLines, replayJournal } from "../../src/index.ts";
import { pausing, pausingManager } from "../support/pausing-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

describe("an expiry in the step of a grant", () => {
  test("serves a waiter once, and the next one too", async () => {
    const { manager, clock, used, resume, started } = pausingManager();
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
    const { manager, clock, row, resume, started } = pausingManager({ journal: jsonLines((line) => lines.push(line)) });
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
    const { manager, used } = pausingManager();
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
    const { manager, used } = pausingManager();
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
    const { manager, cleaner, used } = pausingManager();
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
    const { manager, cleaner, row } = pausingManager({ onShortfall: "borrow" });
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
    const { manager, cleaner, row } = pausingManager({
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
