import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clockedLedger, codeThrown } from "../support/clocked-ledger.ts";
import { type LedgerBuild, ledgerBuilds } from "../support/ledger-builds.ts";
import { runs } from "../support/runs.ts";

describe.each(ledgerBuilds)("%s build", (build: LedgerBuild) => {
  test("a child is charged to its parent and comes back once", () => {
    const { ledger } = clockedLedger(build);
    const parent = ledger.open({ caps: { a: 100, b: 50 } });
    const child = parent.child("a", { caps: { x: 30, y: 40 } });
    expect(parent.read("a")).toMatchObject({ used: 70, cap: 100 });
    expect(codeThrown(() => parent.child("a", { caps: { x: 31 } }))).toBe("BUDGET_EXCEEDED");
    expect(codeThrown(() => parent.close())).toBe("INVALID_ARGUMENT");
    expect(codeThrown(() => parent.release("a", 1))).toBe("INVALID_TOKENS");
    child.allocate("x", 30);
    child.close();
    child.close();
    expect(parent.read("a")).toMatchObject({ used: 0, cap: 100 });
    parent.close();
  });

  test("what children are charged stays in use, account by account, until they are closed", () => {
    const { ledger } = clockedLedger(build);
    const parent = ledger.open({ caps: { a: 100, b: 100 } });
    const ofA = [1, 2, 3].map((tokens) => parent.child("a", { caps: { x: tokens } }));
    const ofB = [10, 20].map((tokens) => parent.child("b", { caps: { x: tokens, y: 1 } }));
    for (const name of ["a", "b"]) parent.allocate(name, 5);
    for (const [name, charged] of [
      ["a", 6],
      ["b", 32],
    ] as const) {
      expect(codeThrown(() => parent.release(name, 6))).toBe("INVALID_TOKENS");
      expect(parent.release(name, 5)).toBe(100 - charged);
      expect(codeThrown(() => parent.release(name, 1))).toBe("INVALID_TOKENS");
    }
    ofB[0]!.close();
    ofA[1]!.close();
    parent.allocate("a", 1);
    expect(codeThrown(() => parent.release("a", 2))).toBe("INVALID_TOKENS");
    expect(parent.release("a", 1)).toBe(96);
    for (const child of [...ofA, ...ofB]) child.close();
    expect([parent.read("a").used, parent.read("b").used]).toEqual([0, 0]);
    for (const name of ["a", "b"]) expect(parent.allocate(name, 100) + parent.release(name, 100)).toBe(200);
  });

  test("caps are read once, also where they do not fit", () => {
    const { ledger } = clockedLedger(build);
    const parent = ledger.open({ caps: { a: 10 } });
    let reads = 0;
    const caps = {
      get x() {
        reads += 1;
        return reads === 1 ? 50 : 5;
      },
      y: 1,
    };
    const data = { component: "a", requested: 51, available: 10, missing: 41, freed: 0 };
    expect(() => parent.child("a", { caps })).toThrow(expect.objectContaining({ code: "BUDGET_EXCEEDED", data }));
    expect(reads).toBe(1);
  });

  test("children of several accounts may come and go in any order", () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat(9)), { maxLength: 60, size: "max" });
    fc.assert(
      fc.property(steps, (list) => {
        const { ledger } = clockedLedger(build);
        const caps = { a: 1000, b: 1000, c: 1000 };
        const parent = ledger.open({ caps });
        const names = Object.keys(caps);
        for (const name of names) parent.allocate(name, 5);
        const open: { name: string; total: number; close(): void }[] = [];
        for (const [close, pick, total] of list) {
          if (close) open.splice(pick % Math.max(1, open.length), 1)[0]?.close();
          else {
            const name = names[pick % 3]!;
            const child = parent.child(name, { caps: { x: total, y: 1 } });
            open.push({ name, total: total + 1, close: () => child.close() });
          }
          for (const name of names) {
            const charged = open.filter((each) => each.name === name).reduce((sum, each) => sum + each.total, 0);
            expect(codeThrown(() => parent.release(name, 6))).toBe("INVALID_TOKENS");
            expect(parent.release(name, 5)).toBe(1000 - charged);
            parent.allocate(name, 5);
          }
        }
      }),
      runs(`children (${build})`, 60, 2_000),
    );
  });
});
