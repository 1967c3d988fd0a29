import { expect, test } from "vitest";
import { createCleaner } from "../../src/cleanup/cleaner.ts";
import { createInlineCleanup } from "../../src/cleanup/inline-cleanup.ts";
import type { FunctionStrategy } from "../../src/cleanup/strategy.ts";
import { createFakeArchive, createFakeHost, request, text } from "./fake-host.ts";

/** A cleaner whose every stage calls `at`: one strategy of the caller's, an archive, a lock, an asynchronous counter. */
function staged(at: (stage: string) => void | Promise<void>) {
  const fake = createFakeHost(
    { a: 1_000 },
    {
      count: async (counted) => {
        await at("count");
        return counted.split(" ").length;
      },
    },
  );
  for (const id of ["x", "y"]) fake.put("a", { id, text: text(id, 10) });
  const archive = createFakeArchive();
  const { put } = archive;
  archive.put = async (...args) => {
    await at("archive");
    return put(...args);
  };
  const mine: FunctionStrategy = {
    name: "mine",
    run: async (view) => {
      await at("strategy");
      return view.editable.map(({ id }) => ({ type: "replace", id, text: "short", as: "summary" }));
    },
  };
  const { exclusive } = fake.host;
  const host = {
    ...fake.host,
    exclusive: <T>(components: readonly string[], step: () => Promise<T>) =>
      exclusive(components, async () => {
        await at("lock");
        return step();
      }),
  };
  const cleaner = createCleaner({
    archive,
    executor: createInlineCleanup(),
    namespace: "test",
    keepRecent: 0,
    strategies: { a: [mine] },
  });
  return { ...fake, host, cleaner };
}

const stages = ["strategy", "count", "lock", "archive"];

test("the stages are those that these tests stop at", async () => {
  const seen: string[] = [];
  const { cleaner, host } = staged((stage) => void seen.push(stage));
  await cleaner.clean(request("a"), host);
  expect(seen).toEqual(["strategy", "count", "count", "lock", "archive"]);
});

test.each(stages)("an abort at the stage %s changes nothing", async (where) => {
  const abort = new AbortController();
  const { cleaner, host, state } = staged((stage) => {
    if (stage === where) abort.abort();
  });
  await expect(cleaner.clean(request("a", { signal: abort.signal }), host)).rejects.toMatchObject({ code: "ABORTED" });
  expect(state.log).toEqual([]);
  expect((await cleaner.clean(request("a"), host)).freed).toBe(18);
});

test.each(stages)("a deadline that passes at the stage %s changes nothing", async (where) => {
  let passed = false;
  const fake = staged((stage) => {
    if (stage === where && !passed) fake.state.now = 1_000;
  });
  const { cleaner, host, state } = fake;
  await expect(cleaner.clean(request("a", { deadline: 1_000 }), host)).rejects.toMatchObject({ code: "DEADLINE" });
  expect(state.log).toEqual([]);
  passed = true;
  expect((await cleaner.clean(request("a", { deadline: 2_000 }), host)).freed).toBe(18);
});

test.each(stages)("a close at the stage %s changes nothing", async (where) => {
  const fake = staged(async (stage) => {
    if (stage === where) await fake.cleaner.close();
  });
  const { cleaner, host, state } = fake;
  await expect(cleaner.clean(request("a"), host)).rejects.toMatchObject({ code: "CLOSED" });
  expect(state.log).toEqual([]);
});

test("what is aborted already never starts", async () => {
  const seen: string[] = [];
  const { cleaner, host } = staged((stage) => void seen.push(stage));
  await expect(cleaner.clean(request("a", { signal: AbortSignal.abort() }), host)).rejects.toMatchObject({
    code: "ABORTED",
  });
  expect(seen).toEqual([]);
});

test("a strategy that never answers is left behind by an abort and by a deadline", async () => {
  const { host, state } = createFakeHost({ a: 100 });
  const cleaner = createCleaner({
    archive: createFakeArchive(),
    executor: createInlineCleanup(),
    namespace: "test",
    strategies: { a: [{ name: "silent", run: () => new Promise<never>(() => {}) }] },
  });
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 10);
  await expect(cleaner.clean(request("a", { signal: abort.signal }), host)).rejects.toMatchObject({ code: "ABORTED" });
  setTimeout(() => {
    state.now = 20;
  }, 5);
  await expect(cleaner.clean(request("a", { deadline: 20 }), host)).rejects.toMatchObject({ code: "DEADLINE" });
});

test("two cleanups at once: each item is edited once, and both end", async () => {
  const { cleaner, host, state } = staged(() => new Promise((resolve) => setTimeout(resolve, 1)));
  const [one, two] = await Promise.all([cleaner.clean(request("a"), host), cleaner.clean(request("a"), host)]);
  expect(state.log.toSorted()).toEqual(["mine replace x", "mine replace y"]);
  expect(one.freed + two.freed).toBe(18);
});

test.each(["archive", "lock", "count"])(
  "an abort leaves a %s that never answers behind, and holds no lock",
  async (where) => {
    let hangs = true;
    const { cleaner, host, state } = staged((stage) => {
      if (stage === where && hangs) return new Promise(() => {});
    });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 10);
    await expect(cleaner.clean(request("a", { signal: abort.signal }), host)).rejects.toMatchObject({
      code: "ABORTED",
    });
    expect(state.log).toEqual([]);
    hangs = false;
    if (where !== "lock") expect((await cleaner.clean(request("a"), host)).freed).toBe(18);
  },
);
