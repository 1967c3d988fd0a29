import {
  BudgetExceededError,
  chainSessions,
  type ForeignMessage,
  MessageReader,
  type RoutedItem,
  readSessions,
  type Session,
} from "token-budget";
import type { SessionBudget } from "./session-budget.ts";

/** How long the session's clock goes on with each answer of the model. */
const answerMs = 10 * 60_000;

/** A file as one session: of several in one format, one after the other. Undefined where it holds none. */
export function sessionOf(name: string, text: string): Session | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return chainSessions(readSessions(text, { file: name, onSkip: () => {} }), name);
  } catch {
    return undefined;
  }
}

/** One step of a session: what stands before its messages, or a message. */
type Step = readonly RoutedItem[];

/** Puts a session into a budget message by message, as an agent's runtime would. */
export class SessionFeed {
  readonly session: Session;
  readonly steps: number;
  #done = 0;
  readonly #preamble: readonly Step[];
  readonly #reader: MessageReader;
  readonly #lostGroups = new Set<string>();

  /** @param number tells this session's items from those of others in the same budget. */
  constructor(session: Session, number: number) {
    this.session = session;
    this.#reader = new MessageReader(session.format, { idPrefix: `s${number}m` });
    const system = session.system === undefined ? [] : this.#reader.system(session.system);
    const tools = session.tools === undefined ? [] : this.#reader.tools(session.tools);
    this.#preamble = [...system, ...tools].map((item) => [item]);
    this.steps = this.#preamble.length + session.messages.length;
  }

  get done(): number {
    return this.#done;
  }

  /** Puts the next step. @returns whether it found room, or undefined at the end. */
  async next(budget: SessionBudget): Promise<boolean | undefined> {
    if (this.#done >= this.steps) return undefined;
    const at = this.#done++;
    const message = this.session.messages[at - this.#preamble.length];
    const items = message === undefined ? this.#preamble[at]! : this.#read(message, budget);
    return this.#put(items, budget);
  }

  #read(message: ForeignMessage, budget: SessionBudget): Step {
    const items = this.#reader.message(message);
    if (items.some(({ role }) => role === "assistant")) budget.advance(answerMs);
    return items;
  }

  /** A message stays whole: where a part of it finds no room, the others leave again, and so do answers to its calls. */
  async #put(items: Step, { manager }: SessionBudget): Promise<boolean> {
    const kept: string[] = [];
    try {
      if (items.some(({ group }) => group !== undefined && this.#lostGroups.has(group))) return false;
      for (const item of items) {
        await manager.put(item.component, item);
        kept.push(item.id!);
      }
      await manager.idle();
      return true;
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      for (const id of kept) if (manager.get(id) !== undefined) manager.remove(id);
      for (const { group } of items) if (group !== undefined) this.#lose(group, manager);
      await manager.idle();
      return false;
    }
  }

  /** A call without its result would be refused by any provider. */
  #lose(group: string, manager: SessionBudget["manager"]): void {
    this.#lostGroups.add(group);
    for (const item of manager.items()) if (item.group === group) manager.remove(item.id);
  }
}
