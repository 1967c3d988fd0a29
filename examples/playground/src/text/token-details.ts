import type { Tokenizer } from "token-budget";
import { byId, element, figure, setText } from "../page/dom.ts";
import type { PlacedToken } from "./chunk-tokens.ts";

const signs: Readonly<Record<string, string>> = { " ": "\u00b7", "\n": "\u21b5", "\t": "\u2192", "\r": "\u240d" };

/** A token's text as one can see it: blanks and line feeds have signs. */
export function visible(text: string): string {
  return text.replace(/[ \n\t\r]/g, (blank) => signs[blank]!);
}

/** The name that a screen reader says: signs for blanks have none that it knows. */
export function spoken(text: string): string {
  const words = text.replace(/\n/g, " line feed ").replace(/\t/g, " tab ");
  return text.startsWith(" ") ? `space, then ${words.trim() === "" ? "blanks" : words.trim()}` : words;
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");

/** The line under the text: the token at the caret or under the pointer, and its neighbours as a row that can be walked. */
export class TokenDetails {
  readonly #line = byId("token-line");
  readonly #row = byId("token-row");
  readonly #onFocus: (token: PlacedToken) => void;
  readonly #step: (token: PlacedToken, direction: 1 | -1) => void;

  constructor(onFocus: (token: PlacedToken) => void, step: (token: PlacedToken, direction: 1 | -1) => void) {
    this.#onFocus = onFocus;
    this.#step = step;
  }

  /** Says what a token is; its number in the text where all before it is counted. */
  say(tokens: readonly PlacedToken[], text: string, tokenizer: Tokenizer, number: number | undefined): void {
    const parts = tokens.flatMap((token) => [
      element("span", { class: "fact" }, "id ", element("b", {}, String(token.id))),
      element("span", { class: "fact" }, "bytes ", element("code", {}, hex(tokenizer.decodeBytes([token.id])))),
    ]);
    const name = element("code", { class: "token-text" }, visible(text));
    const place = number === undefined ? "" : `token ${figure(number)}`;
    this.#line.replaceChildren(name, element("span", { class: "fact" }, place), ...parts);
  }

  clear(hint: string): void {
    setText(this.#line, hint);
    this.#row.replaceChildren();
  }

  /** Shows the tokens around the caret. Only the one at the caret is a stop of the Tab key; arrows go on from it. */
  show(
    tokens: readonly PlacedToken[],
    current: number,
    textOf: (token: PlacedToken) => string,
    tokenizer: Tokenizer,
  ): void {
    const focused = this.#row.contains(document.activeElement);
    const items = tokens.map((token, at) => {
      const text = textOf(token);
      const bytes = hex(tokenizer.decodeBytes([token.id]));
      const button = element(
        "button",
        {
          type: "button",
          class: "chip",
          tabindex: at === current ? 0 : -1,
          "aria-current": at === current ? "true" : undefined,
          "aria-label": `${spoken(text)}, id ${token.id}, bytes ${bytes}`,
        },
        element("code", {}, visible(text)),
        element("small", {}, String(token.id)),
      );
      button.addEventListener("click", () => this.#onFocus(token));
      button.addEventListener("keydown", (event) => {
        if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
        event.preventDefault();
        this.#step(token, event.key === "ArrowRight" ? 1 : -1);
      });
      return element("li", {}, button);
    });
    this.#row.replaceChildren(...items);
    const now = this.#row.querySelector<HTMLElement>("[aria-current]");
    now?.parentElement && this.#center(now);
    if (focused) now?.focus({ preventScroll: true });
  }

  #center(chip: HTMLElement): void {
    this.#row.scrollLeft = chip.offsetLeft - (this.#row.clientWidth - chip.offsetWidth) / 2;
  }
}
