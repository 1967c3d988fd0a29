import { OpfsArchive } from "../../../src/archive/opfs-archive.ts";
import type { ArchiveInput } from "../../../src/index.ts";

/** What the tests ask this page to do; a failure is told by its code and reason. */
export interface ArchivePage {
  open(name: string): Promise<Told<true>>;
  put(entries: readonly ArchiveInput[]): Promise<Told<readonly string[]>>;
  text(ref: string): Promise<Told<string | undefined>>;
  search(query: string): Promise<Told<readonly string[]>>;
  close(): Promise<Told<true>>;
}

export type Told<T> = { readonly value: T } | { readonly code: string; readonly data: unknown };

let archive: OpfsArchive;

async function tell<T>(step: () => Promise<T>): Promise<Told<T>> {
  try {
    return { value: await step() };
  } catch (error) {
    const { code, data } = error as { code: string; data: unknown };
    return { code, data };
  }
}

const archivePage: ArchivePage = {
  open: (name) =>
    tell(async () => {
      archive = await OpfsArchive.open(name);
      return true as const;
    }),
  put: (entries) => tell(() => archive.put("session", entries)),
  text: (ref) => tell(async () => (await archive.get("session", ref))?.text),
  search: (query) => tell(async () => (await archive.search("session", query)).map(({ ref }) => ref)),
  close: () =>
    tell(async () => {
      await archive.close();
      return true as const;
    }),
};

Object.assign(globalThis, { archivePage });
