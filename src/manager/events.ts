import { TokenBudgetError } from "../errors.ts";
import type { AdjustmentMove } from "./adjusting.ts";
import type { CleanReport } from "./cleaner.ts";

/** Where a component stands against its target band. */
export type BandStatus = "under" | "within" | "over";

/** What a manager tells its listeners: numbers and names, never content. `at` is on the manager's clock. */
export interface ManagerEvents {
  /** Tokens were granted; `available` is what the component has left. */
  allocated: { at: number; component: string; tokens: number; available: number };
  /** Tokens were refused, at a first check (`final` false: a cleanup may follow) or for good. */
  denied: { at: number; component: string; requested: number; available: number; final: boolean };
  /** A cleanup has ended; `freed` as the ledger saw it. */
  cleanup: { at: number; component: string; freed: number; report: CleanReport };
  /** Cap was moved between components. */
  adjusted: { at: number; moves: readonly AdjustmentMove[] };
  /** A component's used + reserved left one side of its band for another. */
  threshold: { at: number; component: string; from: BandStatus; to: BandStatus; level: number };
  /** Originals of items went into the archive, and the items were shortened or removed. */
  archived: { at: number; component: string; strategy: string; refs: readonly string[]; freed: number };
  /** A reservation ended without being settled. */
  expired: { at: number; component: string; id: string; tokens: number };
}

/** The events that {@link TokenBudgetManager.on} takes. */
export type EventName = keyof ManagerEvents;
/** Called when the step that makes the event is complete, before its call returns; what it throws is reported as uncaught and harms nothing. */
export type Listener<Name extends EventName> = (event: ManagerEvents[Name]) => void;

const names: Readonly<Record<EventName, true>> = {
  allocated: true,
  denied: true,
  cleanup: true,
  adjusted: true,
  threshold: true,
  archived: true,
  expired: true,
};

/** @throws TokenBudgetError INVALID_ARGUMENT where there is no such event, or the listener is no function. */
export function checkListener(name: unknown, listener: unknown): void {
  if (typeof name !== "string" || !Object.hasOwn(names, name)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "no such event", { known: Object.keys(names) });
  }
  if (typeof listener !== "function") {
    throw new TokenBudgetError("INVALID_ARGUMENT", "a listener must be a function", { name: "listener" });
  }
}

/** Listeners by event. A listener that throws fails alone: its error is reported as uncaught, as with an EventTarget. */
export class Listeners {
  readonly #byName = new Map<EventName, Set<(event: never) => void>>();

  add<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    const listeners = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, listeners);
    // A wrapper, so that the same function added twice is called twice and removed one at a time.
    const entry = (event: never) => listener(event);
    listeners.add(entry);
    return () => {
      listeners.delete(entry);
    };
  }

  has(name: EventName): boolean {
    return (this.#byName.get(name)?.size ?? 0) > 0;
  }

  emit<Name extends EventName>(name: Name, event: ManagerEvents[Name]): void {
    for (const listener of [...(this.#byName.get(name) ?? [])]) {
      try {
        (listener as Listener<Name>)(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  clear(): void {
    this.#byName.clear();
  }
}
