import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { Archive, ArchiveInput, RetentionOptions, RetentionReport } from "../../../src/index.ts";

/** An entry in which only what a test is about is spelt out. */
export function entry(text: string, more: Partial<ArchiveInput> = {}): ArchiveInput {
  return {
    text,
    tokens: 7,
    component: "working_memory",
    kind: "text",
    itemId: "item-1",
    createdAt: 1_000,
    archivedAt: 2_000,
    ...more,
  };
}

/** An archive with retention rules. */
export type PrunableArchive = Archive & { prune(): Promise<RetentionReport> };

/** Archives for the tests of one theme. */
export interface Rooms {
  /** An archive of the running test's own, closed when it has finished. */
  opened(options?: RetentionOptions): Promise<PrunableArchive>;
  /** Opening a worker for each of the many small cases would take most of the time: these share one, not a namespace. */
  shared(): Archive;
  /** A namespace that nobody has used. */
  space(): string;
  /** Puts the texts into a namespace of their own, and says which of them a query finds, best first. */
  found(texts: readonly string[], query: string): Promise<readonly number[]>;
}

export function createRooms(open: (options?: RetentionOptions) => Promise<PrunableArchive>): Rooms {
  let shared: Archive;
  let spaces = 0;
  beforeAll(async () => {
    shared = await open();
  });
  afterAll(() => shared.close());
  const space = () => `space ${spaces++}`;
  return {
    shared: () => shared,
    space,
    async opened(options) {
      const archive = await open(options);
      onTestFinished(() => archive.close());
      return archive;
    },
    async found(texts, query) {
      const mine = space();
      const refs = await shared.put(
        mine,
        texts.map((text, at) => entry(text, { itemId: `item-${at}` })),
      );
      return (await shared.search(mine, query)).map((hit) => refs.indexOf(hit.ref));
    },
  };
}
