import fc from "fast-check";
import { expect, test } from "vitest";
import {
  BudgetExceededError,
  type JournalEntry,
  type ManagerSnapshot,
  replayJournal,
  TokenBudgetError,
  type TokenBudgetManager,
} from "../../src/index.ts";
import { createLedgerSync } from "../../src/ledger/index.ts";
import { expectReplayed } from "../support/expect-replayed.ts";
import { type LedgerBuild, ledgerBuilds, ledgerCode } from "../support/ledger-builds.ts";
import { runs } from "../support/runs.ts";
import { smallManager, text } from "../support/small-manager.ts";

/**
 * What a manager should hold, by plain bookkeeping: allocations, items, reservations and children. Caps are read from the
 * manager (adjusting and lending move them) and held against their sum.
 */
class Books {
  readonly plain: Record<string, number> = { a: 0, b: 0, pinned: 0 };
  items = new Map<string, { component: string; tokens: number }>();
  held = new Map<string, { component: string; tokens: number; until: number }>();
  children: { component: string; tokens: number; manager: TokenBudgetManager }[] = [];

  used(component: string): number {
    const sum = (list: Iterable<{ component: string; tokens: number }>) =>
      [...list].filter((each) => each.component === component).reduce((total, { tokens }) => total + tokens, 0);
    return this.plain[component]! + sum(this.items.values()) + sum(this.children);
  }

  reserved(component: string, now: number): number {
    for (const [id, { until }] of this.held) if (until <= now) this.held.delete(id);
    return [...this.held.values()]
      .filter((each) => each.component === component)
      .reduce((total, { tokens }) => total + tokens, 0);
  }
}

function setUp(build: LedgerBuild) {
  const journal: JournalEntry[] = [];
  const small = smallManager({
    ledger: createLedgerSync({ code: ledgerCode(build) }),
    journal: (entry) => journal.push(entry),
    windowMs: 1000,
    onShortfall: "borrow",
    components: {
      a: { share: 0.4, target: [0.5, 0.8] },
      b: { share: 0.4, floor: 0.1, target: [0.5, 0.8] },
      pinned: { share: 0.2, target: [0.9, 1], fixed: true },
    },
    policy: (uses) => {
      const [a, b] = [uses.get("a")!, uses.get("b")!];
      return a.exhaustions > 1 || b.utilizationOfBase < 0.2
        ? [{ rule: "test", from: "b", to: "a", share: 0.1, reason: "test" }]
        : [];
    },
  });
  return { ...small, journal, books: new Books(), bookmarks: [] as { snapshot: ManagerSnapshot; books: Books }[] };
}

type World = ReturnType<typeof setUp>;
type Step = (world: World) => void | Promise<void>;

/** Room by the books: what fits at the first check, once what this component has lent is called back. */
function room({ books, manager, clock }: World, component: string): number {
  const report = manager.getUtilizationReport();
  const { allocated } = report.components[component]!;
  const own = allocated - books.used(component) - books.reserved(component, clock.now);
  const back = report.loans
    .filter(({ lender }) => lender === component)
    .map(({ borrower, tokens }) => Math.min(tokens, report.components[borrower]!.available));
  return own + back.reduce((sum, tokens) => sum + tokens, 0);
}

const refused = (step: () => unknown): boolean => {
  try {
    step();
  } catch (error) {
    expect(error).toBeInstanceOf(TokenBudgetError);
    return true;
  }
  return false;
};

const component = fc.constantFrom("a", "b", "pinned");
const tokens = fc.oneof(
  { weight: 6, arbitrary: fc.nat(45) },
  { weight: 1, arbitrary: fc.constantFrom(0, 100, 101, 250) },
);
const name = fc.constantFrom("x", "y", "z", "w");
const pick = fc.nat(30);

const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(component, tokens).map(
    ([id, n]): Step =>
      (world) => {
        const fits = n <= room(world, id);
        expect(world.manager.tryAllocate(id, n)).toBe(fits ? n : 0);
        if (fits) world.books.plain[id]! += n;
      },
  ),
  fc.tuple(component, tokens).map(
    ([id, n]): Step =>
      async (world) => {
        const fits = n <= room(world, id);
        const granted = await world.manager.allocateTokens(id, n).catch((error: unknown) => {
          expect(error).toBeInstanceOf(BudgetExceededError);
          return undefined;
        });
        if (fits || id === "pinned") expect(granted).toBe(fits ? n : undefined);
        if (granted !== undefined) world.books.plain[id]! += n;
      },
  ),
  fc.tuple(component, tokens).map(
    ([id, n]): Step =>
      ({ manager, books }) => {
        const fits = n <= books.plain[id]!;
        expect(refused(() => manager.release(id, n))).toBe(!fits);
        if (fits) books.plain[id]! -= n;
      },
  ),
  fc.tuple(component, name, tokens).map(
    ([id, item, n]): Step =>
      (world) => {
        const { manager, books } = world;
        const old = books.items.get(item);
        const elsewhere = old !== undefined && old.component !== id;
        const fits = Math.max(0, n - (old?.tokens ?? 0)) <= room(world, id);
        let kept: unknown;
        expect(
          refused(() => {
            kept = manager.tryPut(id, { id: item, text: text(n) });
          }),
        ).toBe(elsewhere);
        expect(kept !== undefined).toBe(fits && !elsewhere);
        if (kept !== undefined) books.items.set(item, { component: id, tokens: n });
      },
  ),
  name.map(
    (item): Step =>
      ({ manager, books }) => {
        expect(refused(() => manager.remove(item))).toBe(!books.items.delete(item));
      },
  ),
  fc.tuple(component, tokens, name, fc.constantFrom(5, 100, 3000)).map(
    ([id, n, key, ttlMs]): Step =>
      (world) => {
        const { manager, books, clock } = world;
        books.reserved(id, clock.now);
        const known = books.held.get(key);
        const same = known?.component === id && known.tokens === n;
        const fits = known === undefined && n <= room(world, id);
        expect(refused(() => manager.reserve(id, n, { id: key, ttlMs }))).toBe(!same && !fits);
        if (fits) books.held.set(key, { component: id, tokens: n, until: clock.now + ttlMs });
      },
  ),
  fc.tuple(name, tokens).map(
    ([key, n]): Step =>
      (world) => {
        const { manager, books, clock } = world;
        books.reserved("a", clock.now);
        const held = books.held.get(key);
        const reservation = manager.reservation(key);
        if (held === undefined) {
          expect(["open", "expired"]).toContain(reservation?.state ?? "expired");
          return;
        }
        const fits = n - held.tokens <= room(world, held.component);
        expect(refused(() => reservation!.settle(n))).toBe(!fits);
        if (!fits) return;
        books.held.delete(key);
        books.plain[held.component]! += n;
      },
  ),
  name.map(
    (key): Step =>
      ({ manager, books, clock }) => {
        books.reserved("a", clock.now);
        expect(manager.reservation(key)?.release() ?? 0).toBe(books.held.get(key)?.tokens ?? 0);
        books.held.delete(key);
      },
  ),
  fc.tuple(fc.constantFrom("a", "b"), tokens).map(
    ([id, n]): Step =>
      (world) => {
        const { manager, books } = world;
        const available = room(world, id);
        let child: TokenBudgetManager | undefined;
        const carve = () => {
          child = manager.child(id, { tokens: n, components: { only: { share: 1 } } });
        };
        expect(refused(carve)).toBe(n > available);
        if (child === undefined) return;
        child.tryAllocate("only", Math.floor(n / 2));
        books.children.push({ component: id, tokens: n, manager: child });
      },
  ),
  pick.map(
    (index): Step =>
      async ({ books }) => {
        const child = books.children[index % Math.max(1, books.children.length)];
        await child?.manager.close();
        books.children = books.children.filter((each) => each !== child);
      },
  ),
  fc.constantFrom(1, 40, 400, 1000).map(
    (ms): Step =>
      ({ clock }) => {
        clock.now += ms;
      },
  ),
  fc.constant<Step>(({ manager }) => void manager.adjustAllocations()),
  fc.constant<Step>(({ manager, books, bookmarks, clock }) => {
    if (books.children.length > 0) return;
    books.reserved("a", clock.now);
    const copy = new Books();
    Object.assign(copy.plain, books.plain);
    copy.items = new Map(books.items);
    copy.held = new Map(books.held);
    bookmarks.push({ snapshot: JSON.parse(JSON.stringify(manager.snapshot())) as ManagerSnapshot, books: copy });
  }),
  pick.map(
    (index): Step =>
      (world) => {
        const bookmark = world.bookmarks[index % Math.max(1, world.bookmarks.length)];
        if (bookmark === undefined) return;
        world.manager.restore(bookmark.snapshot);
        Object.assign(world.books.plain, bookmark.books.plain);
        world.books.items = new Map(bookmark.books.items);
        world.books.held = new Map(bookmark.books.held);
        world.books.children = [];
      },
  ),
];

function check(world: World): void {
  const { manager, books, clock } = world;
  const report = manager.getUtilizationReport();
  let caps = 0;
  for (const [id, row] of Object.entries(report.components)) {
    expect([id, row.used, row.reserved]).toEqual([id, books.used(id), books.reserved(id, clock.now)]);
    expect(row.available).toBe(row.allocated - row.used - row.reserved);
    expect(Math.min(row.available, row.used, row.reserved)).toBeGreaterThanOrEqual(0);
    caps += row.allocated;
  }
  expect([caps, report.total.allocated]).toEqual([250, 250]);
  const kept = manager.items().map(({ id, component: of, tokens: n }) => [id, of, n]);
  expect(kept.sort()).toEqual([...books.items].map(([id, item]) => [id, item.component, item.tokens]).sort());
  const shares = Object.values(manager.allocations);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
}

/** The journal and a snapshot both lead to the very same state. */
function checkCopies({ manager, journal, clock }: World): void {
  const report = manager.getUtilizationReport();
  const [replayed] = replayJournal(journal, clock.now);
  expectReplayed(replayed!, report, 4);
  const snapshot = JSON.parse(JSON.stringify(manager.snapshot())) as ManagerSnapshot;
  const copy = setUp("release");
  copy.clock.now = clock.now;
  copy.manager.restore(snapshot);
  expect(JSON.parse(JSON.stringify(copy.manager.snapshot()))).toEqual(snapshot);
  expect(copy.manager.getUtilizationReport()).toEqual(report);
}

test.each(ledgerBuilds)(
  "a manager (%s) holds what plain bookkeeping says, and its journal and snapshots the same",
  async (build) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(...steps), { maxLength: 40, size: "max" }), async (list) => {
        const world = setUp(build);
        for (const step of list) {
          await step(world);
          check(world);
        }
        checkCopies(world);
        await world.manager.close();
      }),
      runs(`manager (${build})`, 300, 10_000),
    );
  },
  900_000,
);
