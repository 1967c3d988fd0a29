import type { OriginalHit } from "token-budget";
import { byId, counted, element, figure, setText } from "../page/dom.ts";
import { refusal } from "./event-texts.ts";
import type { SessionBudget } from "./session-budget.ts";

/** Hits that are shown. */
const most = 8;

type Entry = Pick<OriginalHit, "ref" | "tokens" | "component" | "kind" | "itemId"> & { readonly snippet?: string };

/** Finds what cleanups archived, and brings it back. */
export class ArchiveSearch {
  readonly #budget: () => SessionBudget;
  readonly #onRecall: (text: string) => void;
  readonly #field = byId<HTMLInputElement>("query");
  readonly #hits = byId("hits");
  readonly #status = byId("archive-status");
  #asked = 0;
  #entries = -1;

  constructor(budget: () => SessionBudget, onRecall: (text: string) => void) {
    this.#budget = budget;
    this.#onRecall = onRecall;
    byId<HTMLFormElement>("archive-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.refresh();
    });
    this.#field.addEventListener("input", () => void this.refresh());
  }

  /** Looks again where the archive has grown. */
  async follow(): Promise<void> {
    const { archive, manager } = this.#budget();
    const entries = (await archive.list(manager.namespace)).length;
    // Who reads the hits keeps them.
    if (entries === this.#entries || this.#hits.contains(document.activeElement)) return;
    this.#entries = entries;
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    const { archive, manager } = this.#budget();
    const query = this.#field.value.trim();
    const all = await archive.list(manager.namespace);
    const hits: readonly Entry[] = query === "" ? all.slice(0, most) : await manager.search(query, { limit: most });
    if (asked !== this.#asked) return;
    const archived = `${counted(all.length, "entry").replace(/entrys$/, "entries")} in the archive`;
    const found =
      query === ""
        ? `${archived}.`
        : hits.length === 0
          ? `Nothing found among ${archived}.`
          : `${hits.length} found of ${archived}, best first.`;
    setText(this.#status, found);
    this.#hits.replaceChildren(...hits.map((hit) => this.#row(hit)));
  }

  #row(hit: Entry): HTMLElement {
    const message = element("p", { class: "refusal", role: "alert", hidden: true });
    const button = element(
      "button",
      { type: "button", class: "small", "aria-label": `Recall ${hit.itemId}, ${hit.tokens} tokens` },
      "Recall",
    );
    const makeRoom = element(
      "button",
      { type: "button", class: "small", hidden: true },
      `Give ${hit.component} a larger share, then recall`,
    );
    button.addEventListener("click", () => void this.#recall(hit, message, makeRoom));
    makeRoom.addEventListener("click", () => void this.#widen(hit, message, makeRoom));
    const facts = `${figure(hit.tokens)} tokens \u00b7 ${hit.component} \u00b7 ${hit.kind.replace("_", " ")}`;
    return element(
      "li",
      { class: "hit" },
      element("p", { class: "snippet" }, ...marked(hit.snippet?.trim() ?? `item ${hit.itemId}`, this.#field.value)),
      element("p", { class: "soft hit-facts" }, facts, button),
      message,
      makeRoom,
    );
  }

  async #recall(hit: Entry, message: HTMLElement, makeRoom: HTMLElement): Promise<boolean> {
    try {
      const item = await this.#budget().manager.recall(hit.ref);
      message.hidden = true;
      makeRoom.hidden = true;
      this.#onRecall(`Recalled ${figure(item.tokens)} tokens into ${item.component}`);
      return true;
    } catch (error) {
      message.textContent = refusal(error) ?? (error instanceof Error ? error.message : String(error));
      message.hidden = false;
      makeRoom.hidden = refusal(error) === undefined;
      return false;
    }
  }

  /** Gives the component the share that it lacks, from all others, and tries again. */
  async #widen(hit: Entry, message: HTMLElement, makeRoom: HTMLElement): Promise<void> {
    this.#budget().widen(hit.component, hit.tokens);
    await this.#recall(hit, message, makeRoom);
  }
}

/** Scripts that write words without blanks: theirs are found inside longer runs, others as whole words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** The text with the words of a query marked. */
function marked(text: string, query: string): (Node | string)[] {
  const words = query.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  if (words.length === 0) return [text];
  const places = words.map((word) => (unspaced.test(word) ? word : `(?<![\\p{L}\\p{N}])${word}(?![\\p{L}\\p{N}])`));
  const pattern = new RegExp(`(${places.join("|")})`, "giu");
  return text.split(pattern).map((part, at) => (at % 2 === 1 ? element("mark", {}, part) : part));
}
