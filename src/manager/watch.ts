import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";
import { type BandStatus, type EventName, Listeners, type ManagerEvents } from "./events.ts";
import type { Journal, JournalEntry } from "./journal.ts";
import { after } from "./steps.ts";

/** Made when somebody listens to a manager: its listeners, its journal, and where each component last stood. */
export class Watch {
  readonly listeners = new Listeners();
  readonly journal: Journal | undefined;
  /** The number of this budget in the journal. */
  readonly number: number;
  readonly #levels = new Map<ComponentState, BandStatus>();

  constructor(journal?: Journal) {
    this.journal = journal;
    this.number = journal?.nextBudget() ?? 0;
  }

  record(entry: JournalEntry): void {
    this.journal?.write(entry);
  }

  hears(name: EventName): boolean {
    return this.listeners.has(name);
  }

  emit<Name extends EventName>(name: Name, event: ManagerEvents[Name]): void {
    if (this.hears(name)) after(() => this.listeners.emit(name, event));
  }

  /** Tells of a component that left one side of its band for another. The first look only learns where it stands. */
  level(core: Core, state: ComponentState, at: number): void {
    if (!this.hears("threshold")) return;
    const { cap, used, reserved } = core.read(state);
    const to = bandStatus(cap, used + reserved, state.rule.target);
    const from = this.#levels.get(state);
    this.#levels.set(state, to);
    if (from === undefined || from === to) return;
    const level = cap === 0 ? 0 : (used + reserved) / cap;
    this.emit("threshold", { at, component: state.rule.id, from, to, level });
  }

  /** Before a first listener: where all components stand now. */
  learn(core: Core): void {
    for (const state of core.states) {
      const { cap, used, reserved } = core.read(state);
      this.#levels.set(state, bandStatus(cap, used + reserved, state.rule.target));
    }
  }
}

/** Where `tokens` of `cap` stand; a component without cap is within any band. */
export function bandStatus(cap: number, tokens: number, target: readonly [low: number, high: number]): BandStatus {
  if (cap === 0) return "within";
  const level = tokens / cap;
  return level < target[0] - 1e-9 ? "under" : level > target[1] + 1e-9 ? "over" : "within";
}
