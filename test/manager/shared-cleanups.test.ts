// Who shares a cleanup, whom it goes on for, and whom it waits for.
import { describe, expect, test } from "vitest";
import { gatedCleaner, settle } from "../support/gated-cleaner.ts";
import { ScriptedCleaner } from "../support/scripted-cleaner.ts";
import { codeOf, smallManager, text } from "../support/small-manager.ts";

function filled(component?: string) {
  const { cleaner, open, started } = gatedCleaner(component);
  const small = smallManager({ cleaner });
  for (let n = 0; n < 10; n++) small.manager.tryPut("a", { text: text(10) });
  return { ...small, cleaner, open, started };
}

describe("a cleanup that was aborted", () => {
  test("is not shared by a waiter, who has one of its own after it", async () => {
    const { manager, cleaner, open, started } = filled();
    const controller = new AbortController();
    const first = codeOf(() => manager.cleanupComponent("a", { need: 80, signal: controller.signal }));
    await started();
    controller.abort();
    const waiter = manager.allocateTokens("a", 40);
    await settle();
    open();
    expect([await first, await waiter]).toEqual(["ABORTED", 40]);
    expect([cleaner.requests.length, cleaner.mostAtOnce]).toEqual([2, 1]);
  });

  test("is not shared by those who ask for one, who share the next", async () => {
    const { manager, cleaner, open, started } = filled();
    const controller = new AbortController();
    const waiter = codeOf(() => manager.allocateTokens("a", 40, { signal: controller.signal }));
    await started();
    controller.abort();
    const late = new AbortController();
    const all = [
      manager.cleanupComponent("a", { need: 40 }),
      manager.cleanupComponent("a", { need: 40 }),
      codeOf(() => manager.cleanupComponent("a", { need: 40, signal: late.signal })),
    ];
    late.abort();
    open();
    expect(await waiter).toBe("ABORTED");
    expect(await Promise.all(all)).toMatchObject([{ freed: 90 }, { freed: 90 }, "ABORTED"]);
    expect(cleaner.requests.length).toBe(2);
  });

  test("and whose caller left too is followed by none", async () => {
    const { manager, cleaner, open, started } = filled();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiter = codeOf(() => manager.allocateTokens("a", 40, { signal: first.signal }));
    await started();
    first.abort();
    const asked = codeOf(() => manager.cleanupComponent("a", { need: 40, signal: second.signal }));
    second.abort();
    open();
    expect([await waiter, await asked]).toEqual(["ABORTED", "ABORTED"]);
    await manager.idle();
    await settle();
    expect(cleaner.requests.length).toBe(1);
  });

  test("leaves those who come to it with CLOSED where the manager closes first", async () => {
    const { manager, open, started } = filled();
    const controller = new AbortController();
    const waiter = codeOf(() => manager.allocateTokens("a", 40, { signal: controller.signal }));
    await started();
    controller.abort();
    const asked = codeOf(() => manager.cleanupComponent("a", { need: 40 }));
    const closed = manager.close();
    open();
    expect([await waiter, await asked]).toEqual(["ABORTED", "CLOSED"]);
    await closed;
  });
});

/** a holds 100 plain tokens and 4 items of 10 in cap that b has lent it; b has 60 left. */
async function lent(component: string) {
  const { cleaner, open, started } = gatedCleaner(component);
  const small = smallManager({ cleaner });
  const { manager } = small;
  await manager.allocateTokens("a", 140, { onShortfall: "borrow" });
  manager.release("a", 40);
  for (let n = 0; n < 4; n++) manager.tryPut("a", { text: text(10) });
  return { ...small, cleaner, open, started };
}

describe("the cleanup of a borrower for its lender", () => {
  test("is aborted when nobody waits for the lender any more", async () => {
    const { manager, cleaner, open, started } = await lent("a");
    const controller = new AbortController();
    const waiter = codeOf(() => manager.allocateTokens("b", 90, { signal: controller.signal }));
    await started();
    controller.abort();
    expect([await waiter, cleaner.requests[0]!.component, cleaner.requests[0]!.signal!.aborted]).toEqual([
      "ABORTED",
      "a",
      true,
    ]);
    open();
    await manager.idle();
    expect([manager.items("a").length, cleaner.requests.length]).toEqual([4, 1]);
  });

  test("goes on where another caller wants it", async () => {
    const { manager, cleaner, open, started } = await lent("a");
    const controller = new AbortController();
    const waiter = codeOf(() => manager.allocateTokens("b", 90, { signal: controller.signal }));
    await started();
    const asked = manager.cleanupComponent("a");
    controller.abort();
    open();
    expect([await waiter, (await asked).freed]).toEqual(["ABORTED", 40]);
    expect(cleaner.requests[0]!.signal!.aborted).toBe(false);
  });

  test("goes no further than the lender's may", async () => {
    const { manager, cleaner } = await lent("nothing");
    await manager.cleanupComponent("b", { need: 90, escalate: false, deadline: 2_000_000 });
    expect(cleaner.requests).toMatchObject([
      { component: "a", need: 30, escalate: false, deadline: 2_000_000 },
      { component: "b", need: 90, escalate: false, deadline: 2_000_000 },
    ]);
  });

  test("follows one of the borrower's own that does not go as far", async () => {
    const { manager, cleaner, open, started } = await lent("a");
    const own = manager.cleanupComponent("a", { goal: 10 });
    await started();
    const waiter = manager.allocateTokens("b", 90);
    await settle();
    open();
    await own;
    expect(await waiter).toBe(90);
    await manager.idle();
    expect(cleaner.requests.map(({ component, need }) => [component, need])).toEqual([
      ["a", 0],
      ["a", 20],
    ]);
  });
});

test("a background cleanup whose clock throws loses nothing, and the next allocation starts another", async () => {
  const { cleaner, open, started } = gatedCleaner();
  const { manager, clock, used } = smallManager({ cleaner, proactiveCleanup: true });
  for (let n = 0; n < 9; n++) manager.tryPut("a", { text: text(10) });
  await started();
  const { now } = clock;
  clock.now = Number.NaN;
  open();
  await settle();
  clock.now = now;
  expect([used("a"), manager.items("a").length]).toEqual([90, 9]);
  manager.tryPut("a", { text: text(5) });
  await settle();
  expect(used("a")).toBeLessThanOrEqual(50);
});

test("idle() waits for what has just begun in the background, and for all rounds of a caller", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used, row } = smallManager({ cleaner, proactiveCleanup: true });
  for (let n = 0; n < 9; n++) manager.tryPut("a", { text: text(10) });
  await manager.idle();
  expect(used("a")).toBeLessThanOrEqual(50);
  const clean = cleaner.clean.bind(cleaner);
  cleaner.clean = (request, host) => clean({ ...request, goal: 1 }, host);
  const waiter = manager.allocateTokens("a", 70);
  await manager.idle();
  expect(row("a").waiting).toBe(0);
  expect(await waiter).toBe(70);
});

test("a reservation that passes the high edge starts a cleanup, and after its release so does what passes it next", async () => {
  const cleaner = new ScriptedCleaner();
  const { manager, used } = smallManager({ cleaner, proactiveCleanup: true });
  const held = manager.reserve("a", 90);
  await manager.idle();
  expect(cleaner.requests).toMatchObject([{ need: 0, goal: 40 }]);
  // That has freed nothing: with little more in use it is not tried again.
  manager.tryPut("a", { text: text(1) });
  await manager.idle();
  expect(cleaner.requests.length).toBe(1);
  held.release();
  for (let n = 0; n < 8; n++) manager.tryPut("a", { text: text(10) });
  await manager.idle();
  expect([cleaner.requests.length, used("a") <= 50]).toEqual([2, true]);
});

describe("a cleanup that has a deadline", () => {
  function late() {
    const made = filled();
    const gate = made.cleaner.before;
    made.cleaner.before = async (request, host) => {
      await gate(request, host);
      if (request.deadline !== undefined && request.deadline <= host.now()) throw new Error("late");
    };
    return made;
  }

  test("is not what one who waits for longer is refused by", async () => {
    const { manager, clock, cleaner, open, started } = late();
    const first = codeOf(() => manager.cleanupComponent("a", { need: 50, deadline: clock.now + 10 }));
    await started();
    const waiter = manager.allocateTokens("a", 50);
    await settle();
    clock.now += 10;
    open();
    expect([await first, await waiter]).toEqual(["Error: late", 50]);
    expect([cleaner.requests.length, cleaner.mostAtOnce]).toEqual([2, 1]);
  });

  test("counts for nobody behind who has longer", async () => {
    const { manager, clock, cleaner, open, started } = late();
    const first = codeOf(() => manager.allocateTokens("a", 60, { deadline: clock.now + 10 }));
    const behind = manager.allocateTokens("a", 50);
    await started();
    clock.now += 10;
    open();
    expect([await first, await behind]).toEqual(["DEADLINE", 50]);
    expect([cleaner.requests.length, cleaner.mostAtOnce]).toEqual([2, 1]);
  });

  test("is not shared by one who has longer, and is by one who has not", async () => {
    const { manager, clock, cleaner, open, started } = late();
    const deadline = clock.now + 10;
    const waiter = codeOf(() => manager.allocateTokens("a", 50, { deadline }));
    await started();
    const sooner = codeOf(() => manager.cleanupComponent("a", { need: 50, deadline: deadline - 1 }));
    const longer = manager.cleanupComponent("a", { need: 50 });
    await settle();
    clock.now += 10;
    open();
    expect([await waiter, await sooner]).toEqual(["DEADLINE", "Error: late"]);
    expect(await longer).toMatchObject({ freed: 100 });
    expect([cleaner.requests.length, cleaner.mostAtOnce]).toEqual([2, 1]);
  });
});
