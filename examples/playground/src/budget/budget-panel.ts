import type { ItemInput, Session, TokenBudgetManager } from "token-budget";
import { byId, figure, setText } from "../page/dom.ts";
import { ArchiveSearch } from "./archive-search.ts";
import { ComponentRows } from "./component-rows.ts";
import { clockText, EventLog, type LogEntry } from "./event-log.ts";
import { adjustedEntry, cleanupEntry, planEntry, refusal } from "./event-texts.ts";
import { itemRows } from "./item-list.ts";
import { Player } from "./player.ts";
import { PutForm } from "./put-form.ts";
import { type BudgetStart, fixedComponents, SessionBudget } from "./session-budget.ts";
import { rebalanced, type Shares } from "./share-moves.ts";

/** A slider at rest for so long is meant. */
const settledMs = 250;
const halfHour = 30 * 60_000;

/** The live budget: its rows, what is pushed in, what cleanups do, and the archive. */
export class BudgetPanel {
  readonly #start: () => BudgetStart;
  readonly #log = new EventLog();
  readonly #rows: ComponentRows;
  readonly #player: Player;
  readonly #archive: ArchiveSearch;
  readonly #open = new Set<string>();
  #budget!: SessionBudget;
  #drafted: { shares: Shares; timer: ReturnType<typeof setTimeout> } | undefined;
  #painting = false;

  private constructor(start: () => BudgetStart, text: () => string) {
    this.#start = start;
    this.#rows = new ComponentRows({
      clean: (id) => void this.#try(async () => void (await this.#manager.cleanupComponent(id))),
      plan: (id) => void this.#try(async () => this.#say(planEntry(await this.#manager.plan(id)))),
      showItems: (id, shown) => this.#showItems(id, shown),
      share: (id, value) => this.#draft(id, value),
    });
    this.#player = new Player(
      () => this.#budget,
      (playing) => this.#log.quiet(playing),
    );
    this.#archive = new ArchiveSearch(
      () => this.#budget,
      (recalled) => this.#say({ kind: "recall", text: recalled }),
    );
    new PutForm(text, (component, item) => this.#put(component, item));
    byId("start-over").addEventListener("click", () => void this.#try(() => this.#renew()));
    byId("adjust").addEventListener("click", () => this.#adjust());
    byId("half-hour").addEventListener("click", () => this.#advance(halfHour));
    byId("two-hours").addEventListener("click", () => this.#advance(4 * halfHour));
  }

  /** @param start the total and the counting that a new budget begins with. @param text the page's text. */
  static async open(start: () => BudgetStart, text: () => string): Promise<BudgetPanel> {
    const panel = new BudgetPanel(start, text);
    await panel.#renew();
    return panel;
  }

  loadSession(session: Session): void {
    this.#player.load(session);
    byId("play").focus();
  }

  get #manager(): TokenBudgetManager {
    return this.#budget.manager;
  }

  async #renew(): Promise<void> {
    const old: SessionBudget | undefined = this.#budget;
    this.#player.pause();
    this.#budget = await SessionBudget.open(this.#start());
    await old?.close();
    this.#log.clear();
    this.#listen();
    this.#player.reset();
    const { encoding, estimatedModel } = this.#budget.start;
    setText(
      byId("counted-in"),
      estimatedModel === undefined ? `counted in ${encoding}` : `kept on the high estimate for ${estimatedModel}`,
    );
    await this.#archive.refresh();
    this.#paint();
  }

  #listen(): void {
    const manager = this.#manager;
    manager.on("cleanup", ({ report, freed }) => this.#say(cleanupEntry(report, freed)));
    manager.on("denied", ({ component, requested, available, final }) => {
      if (final)
        this.#say({
          kind: "refused",
          text: `${component} refused ${figure(requested)} tokens: ${figure(available)} free`,
        });
    });
    manager.on("adjusted", ({ moves }) => this.#say(adjustedEntry(moves)));
    manager.on("threshold", ({ component, from, to, level }) =>
      this.#say({
        kind: "level",
        text: `${component} went from ${from} to ${to} its target, at ${(100 * level).toFixed(0)} %`,
      }),
    );
    manager.on("allocated", () => this.#paint());
    manager.on("archived", () => this.#paint());
  }

  #say(entry: LogEntry): void {
    this.#log.add(this.#budget.now, entry);
    this.#paint();
  }

  async #put(component: string, item: ItemInput): Promise<string | undefined> {
    try {
      const kept = await this.#manager.put(component, item);
      this.#say({ kind: "put", text: `Put ${figure(kept.tokens)} tokens into ${component}` });
      return undefined;
    } catch (error) {
      return refusal(error) ?? (error instanceof Error ? error.message : String(error));
    }
  }

  #adjust(): void {
    const { moves } = this.#manager.adjustAllocations();
    // Moves of tokens are told by their event.
    if (moves.every(({ tokens }) => tokens === 0)) this.#say(adjustedEntry(moves));
  }

  #advance(milliseconds: number): void {
    this.#budget.advance(milliseconds);
    this.#paint();
  }

  /** While a slider moves, the shares are shown; once it rests, they are moved. */
  #draft(id: string, value: number): void {
    const before = this.#drafted?.shares ?? this.#budget.wantedShares();
    clearTimeout(this.#drafted?.timer);
    const shares = rebalanced(before, id, value, fixedComponents);
    const timer = setTimeout(() => {
      this.#drafted = undefined;
      void this.#try(async () => this.#budget.setShares(shares));
      this.#paint();
    }, settledMs);
    this.#drafted = { shares, timer };
    this.#rows.showShares(shares, id);
  }

  #showItems(id: string, shown: boolean): void {
    if (shown) this.#open.add(id);
    else this.#open.delete(id);
    this.#paint();
  }

  async #try(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#say({ kind: "refused", text: refusal(error) ?? (error instanceof Error ? error.message : String(error)) });
    }
  }

  /** Draws the budget as it is, once a frame. */
  #paint(): void {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      this.#rows.update(this.#manager.getUtilizationReport(), this.#drafted?.shares ?? this.#budget.wantedShares());
      for (const id of this.#open) this.#listItems(id);
      setText(byId("clock"), clockText(this.#budget.now));
      void this.#archive.follow();
    });
  }

  #listItems(id: string): void {
    const list = this.#rows.itemsOf(id);
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.getAttribute("aria-label")
      : undefined;
    const rows = itemRows(this.#manager.items(id), {
      pin: (item, pinned) => {
        this.#manager.pin(item, pinned);
        this.#paint();
      },
      remove: (item) => {
        const { tokens } = this.#manager.remove(item);
        this.#say({ kind: "put", text: `Removed ${figure(tokens)} tokens from ${id}` });
      },
      recall: (ref) =>
        void this.#try(async () => {
          const { tokens } = await this.#manager.recall(ref);
          this.#say({ kind: "recall", text: `Recalled ${figure(tokens)} tokens into ${id}` });
        }),
    });
    list.replaceChildren(...rows);
    if (focused) list.querySelector<HTMLElement>(`[aria-label="${CSS.escape(focused)}"]`)?.focus();
  }
}
