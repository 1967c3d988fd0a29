import type { EncodingName } from "token-budget";
import { byId, element, figure, setText } from "../page/dom.ts";
import type { TokenCounts } from "./token-counts.ts";

/** Which models write in an encoding, in a word or two; the encodings are listed in this order. */
const spokenBy: Readonly<Record<EncodingName, string>> = {
  o200k_base: "GPT\u20114o, GPT\u20114.1, GPT\u20115, o1 to o4",
  o200k_harmony: "gpt-oss",
  cl100k_base: "GPT\u20114, GPT\u20113.5, embeddings",
  p50k_base: "text-davinci-003, Codex",
  p50k_edit: "text-davinci-edit",
  r50k_base: "GPT\u20112, GPT\u20113",
};

/** The encodings side by side. A vocabulary is loaded when its encoding is first counted in. */
export class EncodingTable {
  readonly #counts: TokenCounts;
  readonly #rows = new Map<
    EncodingName,
    {
      readonly tokens: HTMLElement;
      readonly ratio: HTMLElement;
      readonly box: HTMLInputElement;
      readonly radio: HTMLInputElement;
    }
  >();
  readonly #onColors: (encoding: EncodingName) => void;

  constructor(counts: TokenCounts, onColors: (encoding: EncodingName) => void) {
    this.#counts = counts;
    this.#onColors = onColors;
    const body = byId("encodings");
    for (const encoding of Object.keys(spokenBy)) body.append(this.#row(encoding as EncodingName));
  }

  /** Counts in an encoding and colours by it. */
  async choose(encoding: EncodingName): Promise<void> {
    const row = this.#rows.get(encoding)!;
    row.box.checked = true;
    row.radio.checked = true;
    await this.#load(encoding);
    // Another one may have been chosen while this one's vocabulary was on its way.
    if (!row.radio.checked) return;
    for (const [name, { box }] of this.#rows) box.disabled = name === encoding;
    this.#onColors(encoding);
  }

  update(characters: number): void {
    for (const [encoding, { tokens, ratio }] of this.#rows) {
      const state = this.#counts.state(encoding);
      setText(tokens, state === undefined ? "–" : state.done ? figure(state.tokens) : `${figure(state.tokens)} …`);
      const known = state?.done && state.tokens > 0;
      setText(ratio, known ? `${(characters / state.tokens).toFixed(2)} ch./token` : "");
    }
  }

  #row(encoding: EncodingName): HTMLElement {
    const box = element("input", { type: "checkbox", "aria-label": `Count in ${encoding}` });
    const radio = element("input", { type: "radio", name: "colors", "aria-label": `Colour the text by ${encoding}` });
    const tokens = element("span", { "data-encoding": encoding }, "–");
    const ratio = element("small", {});
    this.#rows.set(encoding, { tokens, ratio, box, radio });
    box.addEventListener("change", () => {
      if (box.checked) void this.#load(encoding);
      else this.#counts.stop(encoding);
    });
    radio.addEventListener("change", () => void this.choose(encoding));
    const name = element("th", { scope: "row" }, encoding, element("small", {}, spokenBy[encoding]));
    return element(
      "tr",
      {},
      element("td", {}, box),
      name,
      element("td", { class: "number" }, tokens, ratio),
      element("td", {}, radio),
    );
  }

  async #load(encoding: EncodingName): Promise<void> {
    const cell = this.#rows.get(encoding)!.tokens;
    if (!this.#counts.has(encoding)) setText(cell, "loading");
    await this.#counts.start(encoding);
  }
}
