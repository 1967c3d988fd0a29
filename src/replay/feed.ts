import { type ForeignMessage, type Media, type MessageReader, mediaOf, type RoutedItem } from "../adapters/index.ts";
import type { Archive } from "../archive/archive.ts";
import { BudgetExceededError } from "../errors.ts";
import type { TokenBudgetManager } from "../manager/token-budget-manager.ts";
import type { Denied } from "./recording.ts";

/** Puts the messages of a session into a manager, one after the other, and sees to those that find no room. */
export class Feed {
  readonly denied: Denied[] = [];
  /** Groups whose call found no room: their results have nothing to answer. */
  readonly #lostGroups = new Map<string, BudgetExceededError>();
  readonly #manager: TokenBudgetManager;
  readonly #archive: Archive;
  readonly #now: () => number;
  readonly #count: (text: string) => number;
  readonly #mediaTokens: (media: Media) => number;
  /** Tokens of images and files beyond the texts of their items, by item. */
  readonly #media = new Map<string, { readonly component: string; readonly tokens: number; readonly text: string }>();

  constructor(
    manager: TokenBudgetManager,
    archive: Archive,
    now: () => number,
    count: (text: string) => number,
    mediaTokens: (media: Media) => number,
  ) {
    this.#mediaTokens = mediaTokens;
    this.#manager = manager;
    this.#archive = archive;
    this.#now = now;
    this.#count = count;
  }

  /** Puts the items of one message. A message of which an item finds no room even after a cleanup is archived whole. */
  async put(items: readonly RoutedItem[], message: ForeignMessage, index: number): Promise<void> {
    const lost = items.find((item) => item.group !== undefined && this.#lostGroups.has(item.group));
    if (lost !== undefined) return this.#deny(items, message, index, this.#lostGroups.get(lost.group!)!);
    const kept: RoutedItem[] = [];
    for (const item of items) {
      try {
        await this.#manager.put(item.component, item);
        kept.push(item);
        await this.#bookMedia(item);
        await this.#manager.idle();
      } catch (error) {
        await this.#manager.idle();
        if (!(error instanceof BudgetExceededError)) throw error;
        for (const each of kept) if (this.#manager.get(each.id!) !== undefined) this.#manager.remove(each.id!);
        this.sweep();
        return this.#deny(items, message, index, error);
      }
    }
  }

  async #bookMedia(item: RoutedItem): Promise<void> {
    const media = mediaOf(item);
    if (media === undefined) return;
    const { component, text } = item;
    const tokens = await this.#manager.allocateTokens(component, this.#mediaTokens(media));
    this.#media.set(item.id!, { component, tokens, text });
  }

  /** Gives back the tokens of images and files that a cleanup took out of the context. */
  sweep(): void {
    for (const [id, { component, tokens, text }] of this.#media) {
      if (this.#manager.get(id)?.text === text) continue;
      this.#manager.release(component, tokens);
      this.#media.delete(id);
    }
  }

  /** Tokens of images and files in the context, by component. */
  mediaTokens(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const { component, tokens } of this.#media.values()) sums.set(component, (sums.get(component) ?? 0) + tokens);
    return sums;
  }

  async #deny(
    items: readonly RoutedItem[],
    message: ForeignMessage,
    index: number,
    error: BudgetExceededError,
  ): Promise<void> {
    const refs = await this.#archiveItems(items, message);
    const stubs = items.filter((item) => item.group !== undefined && item.kind === "tool_result");
    const answered = stubs.length > 0 && (await this.#answerByStubs(stubs, refs));
    if (!answered) for (const item of items) if (item.group !== undefined) this.#lostGroups.set(item.group, error);
    if (!answered && stubs.length > 0) await this.#withdrawCalls(stubs);
    const { component, requested } = error.data;
    this.denied.push({
      message: index,
      role: items[0]?.role ?? "",
      component,
      requested,
      allocated: this.#manager.getUtilizationReport().components[component]?.allocated ?? 0,
      ref: refs[0] ?? "",
      leaves: answered ? "a stub" : "nothing",
    });
  }

  async #archiveItems(items: readonly RoutedItem[], message: ForeignMessage): Promise<readonly string[]> {
    const at = this.#now();
    return this.#archive.put(
      this.#manager.namespace,
      items.map(({ id, component, kind, text, metadata }) => ({
        text,
        tokens: this.#count(text),
        component,
        kind: kind ?? "text",
        itemId: id!,
        createdAt: at,
        archivedAt: at,
        metadata: { ...metadata, denied: true, role: String(message.role ?? "") },
      })),
    );
  }

  /** A short text answers the call in the result's place, so that the call may stay. */
  async #answerByStubs(results: readonly RoutedItem[], refs: readonly string[]): Promise<boolean> {
    for (const result of results) {
      const text = `[no room for this result; archived as ${refs[0] ?? ""}]`;
      if (
        this.#manager.tryPut(result.component, { ...result, text, metadata: { ...result.metadata, stub: true } }) ===
        undefined
      )
        return false;
    }
    return true;
  }

  /** Not even a stub fits: the calls go into the archive too. */
  async #withdrawCalls(results: readonly RoutedItem[]): Promise<void> {
    const groups = new Set(results.map((result) => result.group));
    const members = this.#manager.items().filter((item) => item.group !== undefined && groups.has(item.group));
    if (members.length === 0) return;
    const archivedAt = this.#now();
    await this.#archive.put(
      this.#manager.namespace,
      members.map(({ id, component, kind, text, tokens, createdAt, metadata }) => ({
        ...{ text, tokens, component, kind, itemId: id, createdAt, archivedAt },
        ...(metadata !== undefined && { metadata }),
      })),
    );
    for (const { id } of members) if (this.#manager.get(id) !== undefined) this.#manager.remove(id);
    this.sweep();
  }
}

/** The items of everything that stands before the first message: the system prompt and the tools. */
export function preambleOf(
  reader: MessageReader,
  session: { readonly system?: string | readonly ForeignMessage[]; readonly tools?: readonly ForeignMessage[] },
): readonly RoutedItem[][] {
  const system = session.system === undefined ? [] : reader.system(session.system).map((item) => [item]);
  const tools = session.tools === undefined ? [] : reader.tools(session.tools).map((item) => [item]);
  return [...system, ...tools];
}
