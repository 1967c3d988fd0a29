import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type Archive, type ArchiveInput, MemoryArchive, SqliteArchive } from "../../src/index.ts";
import { expectConsistent } from "./consistency.ts";

const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const runs = process.env.LONG === undefined ? 100 : 5_000;

const words = [
  "budget",
  "token",
  "fooBar",
  "foo_bar",
  "Ошибка",
  "東京",
  "清理",
  "ภาษา",
  "x",
  "the",
  "\ud800",
  "é",
  "9",
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(" ")),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 6 }),
);
const namespace: fc.Arbitrary<string> = fc.constantFrom("a", "b", "\ud800");
const component = fc.constantFrom("working_memory", "knowledge_base");
const input: fc.Arbitrary<ArchiveInput> = fc.record(
  {
    text,
    tokens: fc.nat(5),
    component,
    kind: fc.constantFrom("text", "message"),
    itemId: fc.constantFrom("i", "j"),
    createdAt: fc.constantFrom(0, 1.5),
    archivedAt: fc.nat(30),
    metadata: fc.dictionary(fc.constantFrom("role", "é", "__proto__"), fc.jsonValue() as fc.Arbitrary<never>),
  },
  { requiredKeys: ["text", "tokens", "component", "kind", "itemId", "createdAt", "archivedAt"] },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant("put" as const), namespace, entries: fc.array(input) }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("delete" as const), namespace, picks: fc.array(fc.nat(40)) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("list" as const),
      namespace,
      offset: fc.nat(5),
      limit: fc.nat(20),
      component: fc.option(component, { nil: undefined }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant("search" as const),
      namespace,
      query: text,
      limit: fc.nat(12),
      component: fc.option(component, { nil: undefined }),
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Carries out the steps and returns everything that was seen. */
async function run(archive: Archive, steps: readonly Step[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  const refs: string[] = [];
  for (const each of steps) {
    if (each.op === "put") {
      const added = await archive.put(each.namespace, each.entries);
      refs.push(...added);
      seen.push(added);
      for (const [at, ref] of added.entries()) {
        const kept = await archive.get(each.namespace, ref);
        expect(kept?.text).toBe(each.entries[at]!.text);
        expect(kept?.metadata).toEqual(JSON.parse(JSON.stringify(each.entries[at]!)).metadata);
      }
    } else if (each.op === "delete") {
      const picked = refs.length === 0 ? [] : each.picks.map((pick) => refs[pick % refs.length]!);
      seen.push(await archive.delete(each.namespace, picked));
      for (const ref of picked) expect(await archive.get(each.namespace, ref)).toBe(undefined);
    } else if (each.op === "list") {
      const { offset, limit } = each;
      seen.push(await archive.list(each.namespace, { offset, limit, ...componentOf(each) }));
    } else {
      const hits = await archive.search(each.namespace, each.query, { limit: each.limit, ...componentOf(each) });
      // Sums in another order differ in the last bits.
      seen.push(hits.map((hit) => ({ ...hit, score: Number(hit.score.toFixed(9)) })));
    }
  }
  return seen;
}

function componentOf(each: { readonly component?: string | undefined }): { component?: string } {
  return each.component === undefined ? {} : { component: each.component };
}

test("MemoryArchive and SqliteArchive give the same refs, lists, hits, snippets and scores", async () => {
  const path = join(folder, "model.db");
  const sqlite = await SqliteArchive.open(path);
  const memory = new MemoryArchive();
  // Each run has namespaces of its own, and shares its texts with all runs before it.
  let prefix = 0;
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        prefix++;
        const own = steps.map((each) => ({ ...each, namespace: `${prefix}${each.namespace}` }));
        expect(await run(sqlite, own)).toEqual(await run(memory, own));
      }),
      { numRuns: runs },
    );
  } finally {
    await sqlite.close();
    await memory.close();
  }
  expectConsistent(path);
}, 600_000);
