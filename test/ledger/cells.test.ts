import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLedgerSync, type Ledger } from "../../src/ledger/index.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";
import { runs } from "../support/runs.ts";

interface Block {
  readonly number: number;
  readonly caps: readonly number[];
  readonly handles: number[];
}

const now = 1000;
const batchOf = (ledger: Ledger, add: (batch: ReturnType<Ledger["batch"]>) => void) => {
  const batch = ledger.batch();
  add(batch);
  return [batch.run(now), batch.handle(0)] as const;
};

/** Opens a budget in which every account has a cap of its own, all of it in use but for a reservation in the first. */
function openBlock(ledger: Ledger, size: number, stamp: number): Block {
  const caps = Array.from({ length: size }, (_, index) => 1000 + stamp * 256 + index);
  const number = ledger.openAccounts(caps, 0, 60_000, now);
  for (const [index, cap] of caps.entries()) ledger.allocate(number + 1 + index, index === 0 ? cap - 5 : cap, now);
  const [refused, handle] = batchOf(ledger, (batch) => batch.reserve(number + 1, 5));
  expect(refused).toBe(0);
  return { number, caps, handles: [handle] };
}

function checkBlock(ledger: Ledger, { number, caps }: Block): void {
  const wrong = caps.filter((cap, index) => {
    const state = ledger.read(number + 1 + index, now);
    const held = index === 0 ? 5 : 0;
    return state.cap !== cap || state.used !== cap - held || state.reserved !== held || state.grants !== 1;
  });
  expect(wrong).toEqual([]);
}

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  const code = ledgerCode(build);

  test("budgets of all sizes keep apart over the ends of chunks, and what was closed is used again and names nothing", () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 255 }), fc.constantFrom(1, 5, 200, 254, 255));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), size, fc.nat()), { minLength: 20, maxLength: 60, size: "max" }),
        (steps) => {
          const ledger = createLedgerSync({ code });
          const open: Block[] = [];
          const ended: number[] = [];
          for (const [stamp, [close, accounts, pick]] of steps.entries()) {
            if (close && open.length > 0) {
              const [block] = open.splice(pick % open.length, 1);
              expect(ledger.core.call((wasm) => wasm.close(block!.number, now))).toBeGreaterThan(0);
              ended.push(...block!.handles);
            } else {
              open.push(openBlock(ledger, accounts, stamp));
            }
          }
          for (const block of open) checkBlock(ledger, block);
          const known = new Set(open.flatMap(({ number, caps }) => caps.map((_, index) => number + 1 + index)));
          const used = new Set(
            open.flatMap(({ number, caps }) => [number, ...caps.map((_, index) => number + 1 + index)]),
          );
          expect(used.size).toBe(open.reduce((sum, { caps }) => sum + caps.length + 1, 0));
          // Every number up to far behind the last one: only accounts are accounts, only budgets can be closed.
          const wrong = Array.from({ length: 40_000 }, (_, number) => number).filter(
            (number) =>
              ledger.allocate(number, 2 ** 31 - 1, now) !== (known.has(number) ? -2 : -3) ||
              (!used.has(number) && ledger.core.call((wasm) => wasm.close(number, now)) !== -9),
          );
          expect(wrong).toEqual([]);
          for (const handle of ended) expect(ledger.core.settle(handle, 0, now)).toBe(-5);
          for (const { handles } of open) expect(ledger.core.settle(handles[0]!, 5, now)).toBe(0);
        },
      ),
      runs(`cells (${build})`, 12, 400),
    );
  });

  test("what is left at the end of a chunk is used, and not a cell more", () => {
    for (const first of [1, 2, 3, 7, 100, 200, 253]) {
      const ledger = createLedgerSync({ code });
      let stamp = 0;
      const blocks = [openBlock(ledger, first, stamp++)];
      const next = (size: number) => {
        blocks.push(openBlock(ledger, size, stamp++));
        return blocks.at(-1)!.number;
      };
      for (let i = 0; i < 8; i++) next(254);
      // Each reservation has taken a cell too; what is left of each chunk is less than the 255 cells of such a budget.
      for (let size = 254; size >= 1; size--) next(size);
      for (const block of blocks) checkBlock(ledger, block);
    }
  });

  test("each grant is counted, past what the hot half of an account can count", () => {
    const ledger = createLedgerSync({ now: () => now, code });
    const budget = ledger.open({ caps: { a: 1000, b: 10 } });
    for (let grants = 1; grants <= 100; grants++) {
      if (grants % 3 === 0) budget.child("a", { caps: { x: 1 } });
      else if (grants % 3 === 1) budget.settle(budget.reserve("a", 2), 1);
      else expect(budget.tryAllocate("a", 1)).toBe(1);
      expect([budget.read("a").grants, budget.read("b").grants]).toEqual([grants, 0]);
    }
    for (const grants of [15, 16, 33, 2 ** 31 - 1]) {
      const number = ledger.openAccounts([10], 0, 1000, now) + 1;
      expect(ledger.core.call((wasm) => wasm.restore(number, 1, 12, 5, grants, now, 0.5, -1))).toBe(0);
      expect(ledger.read(number, now)).toMatchObject({ used: 1, peak: 12, exhaustions: 5, grants, area: 0.5 });
    }
  });

  test("counts stay at their ends", () => {
    const ledger = createLedgerSync({ code });
    const account = ledger.openAccounts([10], 0, 1000, now) + 1;
    const [exhaustions, grants] = [2 ** 31 - 2, 2 ** 32 - 2];
    ledger.core.call((wasm) => wasm.restore(account, 0, 0, exhaustions, grants, now, 0, -1));
    for (let i = 1; i < 20; i++) {
      ledger.core.settle(ledger.core.reserve(account, 10, now + 1, now), 10, now);
      expect(ledger.allocate(account, 1, now)).toBe(-1);
      expect(ledger.core.retry(account, 1, now)).toBe(-1);
      expect(ledger.release(account, 10, now)).toBe(10);
      expect(ledger.read(account, now)).toMatchObject({ exhaustions: 2 ** 31 - 1, grants: 2 ** 32 - 1, reserved: 0 });
    }
  });

  test("where memory ends nothing is opened, held or charged", () => {
    const ledger = createLedgerSync({ now: () => now, code });
    const budget = ledger.open({ caps: { a: 100 } });
    const before = budget.read("a");
    // One past the last cell, as it is where the last chunk of 4 GiB begins.
    const top = ledger.core.ints[512 / 4]!;
    ledger.core.ints[512 / 4] = 0xffff * 2048;
    for (const step of [
      () => budget.child("a", { caps: { x: 5 } }),
      () => budget.reserve("a", 5),
      () => ledger.open({ caps: { x: 5 } }),
    ]) {
      expect(step).toThrow(expect.objectContaining({ code: "OUT_OF_MEMORY" }));
    }
    expect(batchOf(ledger, (batch) => batch.reserve(budget.account("a"), 5))).toEqual([1, -8]);
    ledger.core.ints[512 / 4] = top;
    expect(budget.read("a")).toEqual(before);
    expect(budget.child("a", { caps: { x: 5 } }).read("x").cap).toBe(5);
  });

  test("past many chunks, numbers of accounts and of budgets stay their own", () => {
    const ledger = createLedgerSync({ code });
    const blocks = Array.from({ length: 400 }, (_, stamp) => openBlock(ledger, 255, stamp));
    for (const block of blocks) checkBlock(ledger, block);
    const bytes = ledger.bytes;
    for (const { number } of blocks) ledger.core.call((wasm) => wasm.close(number, now));
    for (const [stamp] of blocks.entries()) checkBlock(ledger, openBlock(ledger, 255, 400 - stamp));
    expect(ledger.bytes).toBe(bytes);
  });

  test("a handle is good for one reservation, in whatever form a number comes near it", () => {
    const ledger = createLedgerSync({ code });
    const { number, handles } = openBlock(ledger, 3, 0);
    const [handle] = handles as [number];
    const near = [
      handle + 0.5,
      -handle,
      handle + 2 ** 27,
      handle - 2 ** 27,
      handle + 2 ** 53,
      handle * 2 ** 60,
      number,
      number + 1,
    ];
    for (const wrong of [
      ...near,
      0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 27 - 1,
      2 ** 53 - 1,
      2 ** 53,
      2 ** 63,
    ]) {
      const batch = ledger.batch();
      batch.settle(wrong, 0);
      batch.cancel(wrong);
      expect([batch.run(now), batch.outcome(0), batch.outcome(1)]).toEqual([2, -5, -5]);
      expect(ledger.core.settle(wrong, 0, now)).toBe(-5);
      expect(ledger.core.call((wasm) => wasm.cancel(wrong, now))).toBe(-5);
      expect(ledger.core.call((wasm) => wasm.expiry(wrong))).toBe(Number.NaN);
    }
    expect(ledger.core.settle(handle, 5, now)).toBe(0);
  });

  test("a cell whose generations are used up is not taken again, so that no handle comes twice", () => {
    const ledger = createLedgerSync({ now: () => now, code });
    const budget = ledger.open({ caps: { a: 100 } });
    const first = budget.reserve("a", 1);
    const word = (first % 2 ** 27) * 8;
    budget.cancel(first);
    // The first word of a free cell: a tag, and the generation above its two lowest bits.
    ledger.core.ints[word] = (2 ** 31) | ((2 ** 26 - 2) << 2) | 0;
    const handles = [first];
    for (let i = 0; i < 5; i++) {
      const handle = budget.reserve("a", 1);
      expect(handles).not.toContain(handle);
      handles.push(handle);
      for (const ended of handles.slice(0, -1)) expect(ledger.core.settle(ended, 0, now)).toBe(-5);
      expect(budget.cancel(handle)).toBe(1);
    }
    expect(handles.filter((handle) => handle % 2 ** 27 === first % 2 ** 27).length).toBe(3);
  });

  test("a batch of many accounts, and of handles from a batch before, does what single calls do", () => {
    const [ledger, plain] = [createLedgerSync({ code }), createLedgerSync({ code })];
    const sides = [ledger, plain].map((each) => [openBlock(each, 255, 1), openBlock(each, 255, 2)]);
    const batch = ledger.batch();
    const account = (side: Block[], index: number) => side[index % 2]!.number + 1 + ((index * 7) % 255);
    for (let round = 0; round < 3; round++) {
      batch.clear();
      for (let i = 0; i < 600; i++) batch.release(account(sides[0]!, i), i);
      batch.run(now);
      for (let i = 0; i < 600; i++) expect(batch.outcome(i)).toBe(plain.release(account(sides[1]!, i), i, now));
      batch.clear();
      for (let i = 0; i < 600; i++) batch.reserve(account(sides[0]!, i), i % 40);
      batch.run(now);
      const handles = Array.from({ length: 600 }, (_, i) => [
        batch.handle(i),
        plain.core.reserve(account(sides[1]!, i), i % 40, Number.POSITIVE_INFINITY, now),
      ]);
      const refused = (side: 0 | 1) => handles.map((pair) => Math.min(pair[side]!, 0));
      expect(refused(0)).toEqual(refused(1));
      batch.clear();
      for (const [ours] of handles) batch.settle(ours!, 3);
      batch.run(now);
      for (const [i, [, theirs]] of handles.entries())
        expect(batch.outcome(i)).toBe(plain.core.settle(theirs!, 3, now));
    }
  });
});
