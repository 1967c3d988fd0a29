// A step has one time: nothing expires in the midst of it, and a clock that throws does so before it or not at all.
import { describe, expect, test } from "vitest";
import { jsonLines, replayJournal, type TokenBudgetManager } from "../../src/index.ts";
import { smallManager, text } from "../support/small-manager.ts";
import { viaJson } from "../support/via-json.ts";

const one = { x: { share: 1 } };

/** A manager whose clock goes on at each look. */
function ticking() {
  let time = 1000;
  return smallManager({ now: () => time++ });
}

test("a snapshot is of one moment, though a reservation expires about then", () => {
  for (let ttlMs = 1; ttlMs < 40; ttlMs++) {
    const { manager } = ticking();
    manager.reserve("a", 10, { ttlMs });
    manager.reserve("b", 10, { ttlMs: ttlMs + 3 });
    const snapshot = viaJson(manager.snapshot());
    const other = smallManager({ now: () => snapshot.at }).manager;
    other.restore(snapshot);
    expect(viaJson(other.snapshot())).toEqual(snapshot);
  }
});

test("a release gives the tokens, or nothing where the reservation has expired", () => {
  const given = Array.from({ length: 10 }, (_, ms) =>
    ticking()
      .manager.reserve("a", 10, { ttlMs: ms + 1 })
      .release(),
  );
  expect(new Set(given)).toEqual(new Set([0, 10]));
});

describe("where the clock throws at a later look, all is done or nothing:", () => {
  const calls: Record<string, (manager: TokenBudgetManager) => unknown> = {
    tryAllocate: (manager) => manager.tryAllocate("a", 30),
    allocateTokens: (manager) => manager.allocateTokens("a", 30),
    release: (manager) => manager.release("a", 20),
    reserve: (manager) => manager.reserve("a", 30),
    settle: (manager) => manager.reservation("kept")?.settle(4),
    "settle to more": (manager) => manager.reservation("kept")?.settle(9),
    "release of a reservation": (manager) => manager.reservation("kept")?.release(),
    child: (manager) => manager.child("a", { tokens: 30, components: one }),
    close: (manager) => manager.children[0]!.close(),
    tryPut: (manager) => manager.tryPut("a", { text: text(30) }),
    "tryPut of less": (manager) => manager.tryPut("a", { id: "i", text: text(3) }),
    remove: (manager) => manager.remove("i"),
    adjustAllocations: (manager) => manager.adjustAllocations(),
  };

  function setUp() {
    const clock = { now: 1000, looks: Number.POSITIVE_INFINITY };
    const lines: string[] = [];
    const { manager } = smallManager({
      now: () => (clock.looks-- > 0 ? clock.now : Number.NaN),
      journal: jsonLines((line) => lines.push(line)),
      policy: () => [{ rule: "r", from: "a", to: "b", share: 0.1, reason: "" }],
    });
    for (const event of ["allocated", "denied", "expired", "threshold"] as const) manager.on(event, () => {});
    manager.tryAllocate("a", 20);
    manager.tryPut("a", { id: "i", text: text(5) });
    manager.child("a", { tokens: 5, components: one });
    manager.reserve("a", 6, { ttlMs: 10 });
    manager.reserve("a", 6, { id: "kept", ttlMs: 1000 });
    clock.now += 20;
    const state = () => {
      const { items, children } = manager.snapshot();
      const { used, reserved, allocated } = manager.getUtilizationReport().components.a!;
      return { used, reserved, allocated, items: items.map(({ tokens }) => tokens), children: children.length };
    };
    return { manager, clock, lines, state };
  }

  for (const [name, call] of Object.entries(calls)) {
    test(name, async () => {
      const plain = setUp();
      const before = plain.state();
      await call(plain.manager);
      const after = plain.state();
      for (let looks = 0; looks < 12; looks++) {
        const { manager, clock, lines, state } = setUp();
        clock.looks = looks;
        let code: unknown;
        try {
          await call(manager);
        } catch (error) {
          ({ code } = error as { code?: unknown });
        }
        clock.looks = Number.POSITIVE_INFINITY;
        expect([looks, code, state()]).toEqual([looks, code && "INVALID_ARGUMENT", code ? before : after]);
        const { cap, used, reserved } = replayJournal(lines, clock.now)[0]!.accounts.a!;
        expect(state()).toMatchObject({ allocated: cap, used, reserved });
      }
    });
  }
});
