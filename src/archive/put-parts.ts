import type { ArchiveInput } from "./archive.ts";
import { prepareEntry } from "./entry.ts";
import type { ArchiveRequest } from "./protocol.ts";

/** A request that lacks only its number. */
export type RequestPart = (id: number) => ArchiveRequest;

/** UTF-16 units that one message carries: checking and copying them takes about a millisecond of the calling thread. */
export const partUnits = 64 * 1024;
/** What an entry costs beside its text. */
const entryUnits = 200;

/** Cuts a put into messages, and checks the entries of each when it is asked for: never all at once. */
export function* putParts(
  namespace: string,
  entries: readonly ArchiveInput[],
  now: () => number,
): Generator<RequestPart, void> {
  for (let at = 0; at < entries.length || at === 0; ) {
    const columns = {
      texts: [] as string[],
      infos: [] as string[],
      components: [] as string[],
      archivedAt: [] as number[],
    };
    for (let units = 0; at < entries.length && units < partUnits; at++) {
      const { text, info, component, archivedAt } = prepareEntry(entries[at]!);
      columns.texts.push(text);
      columns.infos.push(info);
      columns.components.push(component);
      columns.archivedAt.push(archivedAt);
      units += entryUnits + text.length;
    }
    const last = at >= entries.length;
    yield (id) => ({ id, op: "put", namespace, entries: columns, last, now: now() });
    if (last) return;
  }
}
