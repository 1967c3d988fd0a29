import { TokenBudgetError } from "../errors.ts";
import type { Item } from "../manager/item.ts";
import type { Origin, Slot } from "./conversation.ts";
import type { FormatName, PartSpec } from "./format.ts";
import { isRecord, type JsonRecord } from "./json.ts";

/** What is needed of an item to write its message; a manager's {@link Item} and a reader's item both fit. */
export type WritableItem = Pick<Item, "text"> & Partial<Pick<Item, "id" | "role" | "metadata" | "edited">>;

/** What is left of one part of a message. */
export interface RemainingPart {
  readonly text: string;
  readonly edited: boolean;
}

/** A message whose items are partly or wholly there; a part that is missing was cleaned away. */
export interface Remains {
  readonly origin: Origin | undefined;
  readonly parts: Map<number, RemainingPart>;
  /** For an item that came from no message. */
  readonly role: string;
  /** How many messages the readers before this one's have read at least: their numbers begin again. */
  offset: number;
}

/** What came from one reader, which numbers its messages from 0: a session that was restored goes on with another. */
interface Reading {
  readonly known: Map<string, Remains>;
  readonly order: Map<Remains, number>;
  lastIndex: number;
}

export type RemainsBySlot = Readonly<Record<Slot, Remains[]>> & { readonly format: FormatName };

/** Brings the items of each message together, messages in the order in which they were read. */
export function collectRemains(items: readonly WritableItem[], wanted: FormatName | undefined): RemainsBySlot {
  const slots: Record<Slot, Remains[]> = { system: [], tools: [], messages: [] };
  let latest: Reading = { known: new Map(), order: new Map(), lastIndex: -1 };
  /** Under no name: what stands before the first message that was read. */
  const readings = new Map<string | undefined, Reading>([[undefined, latest]]);
  let format = wanted;
  for (const item of items) {
    const { origin, part } = originOf(item);
    if (origin !== undefined && format !== undefined && origin.format !== format)
      throw new TokenBudgetError("BAD_FORMAT", `an item of ${origin.format} among items of ${format}`, { format });
    format ??= origin?.format;
    const slot = origin?.slot ?? "messages";
    const reader = origin === undefined ? undefined : readerOf(item, origin, part);
    let reading = reader === undefined ? latest : readings.get(reader);
    if (reading === undefined) {
      reading = { known: new Map(), order: new Map(), lastIndex: -1 };
      readings.set(reader, reading);
    }
    if (slot === "messages") latest = reading;
    const key = origin && `${origin.slot}:${origin.index}`;
    let remains = key === undefined ? undefined : reading.known.get(key);
    if (remains === undefined) {
      remains = { origin, parts: new Map(), role: item.role ?? "user", offset: 0 };
      if (key !== undefined) reading.known.set(key, remains);
      slots[slot].push(remains);
      if (origin?.slot === "messages") reading.lastIndex = Math.max(reading.lastIndex, origin.index);
      reading.order.set(remains, origin?.index ?? reading.lastIndex + 0.5);
    }
    remains.parts.set(part, { text: item.text, edited: item.edited !== undefined || item.metadata?.stub === true });
  }
  const order = inOrder(readings.values());
  for (const slot of Object.values(slots)) slot.sort((a, b) => order.get(a)! - order.get(b)!);
  return { ...slots, format: format ?? "openai-chat" };
}

/** Places of all messages: one reader's after those of the readers before it. */
function inOrder(readings: Iterable<Reading>): ReadonlyMap<Remains, number> {
  const order = new Map<Remains, number>();
  let offset = 0;
  for (const reading of readings) {
    for (const [remains, place] of reading.order) {
      remains.offset = offset;
      order.set(remains, offset + place);
    }
    offset += reading.lastIndex + 1;
  }
  return order;
}

/** A reader is known by what it puts before the ids of its items; items with ids of another make are one reader's. */
function readerOf({ id = "" }: WritableItem, { slot, index }: Origin, part: number): string {
  const own = `${slot === "messages" ? "" : `${slot}-`}${index}.${part}`;
  return id.endsWith(own) ? id.slice(0, -own.length) : "";
}

function originOf(item: WritableItem): { origin: Origin | undefined; part: number } {
  const metadata = item.metadata as JsonRecord | undefined;
  if (!isRecord(metadata) || !isRecord(metadata.origin) || typeof metadata.part !== "number")
    return { origin: undefined, part: 0 };
  return { origin: metadata.origin as unknown as Origin, part: metadata.part };
}

/** Whether these are the first messages of the session, whole and unchanged: then they are written as they came. */
export function isUntouched(messages: readonly Remains[]): boolean {
  return messages.every((each, at) => each.origin?.index === at && isWhole(each));
}

/** Whether no part of the message is gone or changed. */
export function isWhole(remains: Remains): boolean {
  if (remains.origin !== undefined && remains.parts.size !== remains.origin.parts.length) return false;
  for (const part of remains.parts.values()) if (part.edited) return false;
  return true;
}

/** The parts of the message as it was read. */
export function specsOf(remains: Remains): readonly PartSpec[] {
  return (remains.origin?.parts ?? []) as unknown as readonly PartSpec[];
}
