import { TokenBudgetError } from "../errors.ts";
import type { AppliedEdit, ApplyResult, CleanHost, HostComponent } from "./cleaner.ts";
import type { Core } from "./core.ts";
import { booked } from "./counting.ts";
import type { Item } from "./item.ts";
import { Locks } from "./locks.ts";
import { step } from "./steps.ts";

/** The manager's side of a cleanup. */
export class ManagerHost implements CleanHost {
  readonly #core: Core;
  readonly #locks = new Locks();

  /** Left out where counts are not a tokenizer's own: a worker could not recount them. */
  readonly encoding?: string;

  constructor(core: Core) {
    this.#core = core;
    const { encoding } = core.settings.counting;
    if (encoding !== undefined) this.encoding = encoding;
  }

  get namespace(): string {
    return this.#core.namespace;
  }

  now(): number {
    return this.#core.now();
  }

  component(id: string): HostComponent {
    const state = this.#core.state(id);
    const { cap, used, reserved } = this.#core.read(state);
    return { id, cap, used, reserved, fixed: state.rule.fixed, target: state.rule.target };
  }

  items(component: string): readonly Item[] {
    const state = this.#core.state(component);
    return this.#core.items?.list(state.rule.index) ?? [];
  }

  item(id: string): Item | undefined {
    return this.#core.items?.get(id);
  }

  group(group: string): readonly Item[] {
    return this.#core.items?.group(group) ?? [];
  }

  countTokens(text: string): number | Promise<number> {
    const count = this.#core.settings.counting.count(text);
    return count instanceof Promise ? count.then(booked) : booked(count);
  }

  exclusive<T>(components: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.#locks.exclusive(
      components.map((component) => this.#core.state(component).rule.index),
      work,
    );
  }

  apply(strategy: string, edits: readonly AppliedEdit[]): ApplyResult {
    this.#core.open();
    return step(() => this.#apply(strategy, edits));
  }

  #apply(strategy: string, edits: readonly AppliedEdit[]): ApplyResult {
    const core = this.#core;
    const stale = edits.filter((edit) => !this.#current(edit)).map((edit) => edit.id);
    if (stale.length > 0) return { applied: false, stale, freed: {} };
    // The clock may throw: then nothing has changed.
    core.now();
    const freed = new Map<string, number>();
    const refs = new Map<string, string[]>();
    for (const edit of this.#checked(edits)) {
      const item = core.items!.get(edit.id)!;
      const tokens = edit.type === "remove" ? item.tokens : item.tokens - edit.tokens;
      freed.set(item.component, (freed.get(item.component) ?? 0) + tokens);
      if (edit.ref !== undefined) {
        const known = refs.get(item.component);
        if (known === undefined) refs.set(item.component, [edit.ref]);
        else known.push(edit.ref);
      }
      if (edit.type === "remove") core.items!.remove(item);
      else core.items!.set(shortened(item, edit));
    }
    for (const [component, tokens] of freed) {
      const state = core.state(component);
      state.held -= tokens;
      core.give(state, tokens);
    }
    for (const [component, found] of refs) {
      const tokens = freed.get(component)!;
      core.watch?.emit("archived", { at: core.now(), component, strategy, refs: found, freed: tokens });
    }
    return { applied: true, stale: [], freed: Object.fromEntries(freed) };
  }

  #current(edit: AppliedEdit): boolean {
    const item = this.#core.items?.get(edit.id);
    return (
      item !== undefined &&
      !item.pinned &&
      item.version === edit.version &&
      !this.#core.state(item.component).rule.fixed
    );
  }

  /** @throws TokenBudgetError BAD_EDIT where an edit grows an item or an item is edited twice; nothing has changed. */
  #checked(edits: readonly AppliedEdit[]): readonly AppliedEdit[] {
    const seen = new Set<string>();
    for (const edit of edits) {
      const item = this.#core.items!.get(edit.id)!;
      const whole = edit.type === "remove" || ((edit.tokens | 0) === edit.tokens && edit.tokens >= 0);
      if (!whole || seen.has(edit.id) || (edit.type === "replace" && edit.tokens > item.tokens)) {
        throw new TokenBudgetError("BAD_EDIT", "an edit must be the only one of its item and must not grow it", {
          id: edit.id,
        });
      }
      seen.add(edit.id);
    }
    return edits;
  }
}

function shortened(item: Item, edit: AppliedEdit & { type: "replace" }): Item {
  const { estimate: _, ...kept } = item;
  return {
    ...kept,
    text: edit.text,
    tokens: edit.tokens,
    edited: edit.edited,
    ...(edit.ref === undefined ? {} : { ref: edit.ref }),
    version: item.version + 1,
  };
}
