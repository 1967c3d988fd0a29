import type { EncodingName, Tokenizer } from "token-budget";
import { byId, counted, setText } from "../page/dom.ts";
import { ChunkTokens, type PlacedToken } from "./chunk-tokens.ts";
import { ChunkedText } from "./chunked-text.ts";
import { Editor } from "./editor.ts";
import { EncodingTable } from "./encoding-table.ts";
import { TextWindow } from "./text-window.ts";
import { TokenCounts } from "./token-counts.ts";
import { TokenDetails } from "./token-details.ts";
import { TokenLayer } from "./token-layer.ts";

/** Tokens shown on each side of the caret. */
const neighbours = 12;

/** From this many characters on, the field may not hold all of the text. */
const longText = 8_000;
const longHelp =
  "A long text: the field holds the part around the caret, and follows it. Copying takes all that is selected.";

/** The text with its coloured tokens, its counts, and the token at the caret. */
export class TextPanel {
  readonly text = new ChunkedText();
  readonly editor: Editor;
  readonly counts: TokenCounts;
  readonly #table: EncodingTable;
  readonly #layer = new TokenLayer(byId("token-layer"));
  readonly #window: TextWindow;
  readonly #details: TokenDetails;
  readonly #onCount: () => void;
  readonly #help = byId("text-help");
  readonly #shortHelp = byId("text-help").textContent ?? "";
  #encoding: EncodingName = "o200k_base";
  #tokens: ChunkTokens | undefined;
  #painting = false;

  /** @param onCount told whenever a count has changed. */
  constructor(onCount: () => void) {
    this.#onCount = onCount;
    this.counts = new TokenCounts(this.text, () => this.#countsChanged());
    this.#table = new EncodingTable(this.counts, (encoding) => this.#colorBy(encoding));
    const scroller = byId("editor");
    this.#window = new TextWindow(this.text, scroller, this.#layer, (from, to) => this.#tokensBetween(from, to));
    this.editor = new Editor(this.text, byId<HTMLTextAreaElement>("text"), this.#window, {
      changed: (change) => {
        this.counts.apply(change);
        this.#tokens?.apply(change);
      },
      selected: () => this.#nextFrame(),
    });
    this.#details = new TokenDetails(
      (token) => this.editor.select(token.start, token.end),
      (token, direction) => this.#stepFrom(token, direction),
    );
    scroller.addEventListener("scroll", () => this.editor.follow(), { passive: true });
    scroller.addEventListener("pointermove", (event) => this.#pointAt(event));
    scroller.addEventListener("pointerleave", () => this.#nextFrame());
    new ResizeObserver(() => {
      this.#window.measure();
      this.editor.follow();
    }).observe(scroller);
  }

  get encoding(): EncodingName {
    return this.#encoding;
  }

  /** Counts and colours by an encoding. */
  choose(encoding: EncodingName): Promise<void> {
    return this.#table.choose(encoding);
  }

  #colorBy(encoding: EncodingName): void {
    const tokenizer = this.counts.tokenizer(encoding);
    if (tokenizer === undefined) return;
    this.#encoding = encoding;
    this.#tokens = new ChunkTokens(tokenizer, () => {
      this.#window.draw();
      this.#nextFrame();
    });
    this.#window.draw();
    this.#nextFrame();
    this.#onCount();
  }

  get #tokenizer(): Tokenizer | undefined {
    return this.counts.tokenizer(this.#encoding);
  }

  *#tokensBetween(from: number, to: number): Generator<PlacedToken> {
    if (this.#tokens === undefined) return;
    for (const { chunk, start } of this.text.between(from, to)) {
      yield* this.#tokens.between(chunk, start, Math.max(0, from - start), to - start);
    }
  }

  #countsChanged(): void {
    this.#table.update(this.text.length);
    setText(byId("text-size"), counted(this.text.length, "character"));
    setText(this.#help, this.text.length > longText ? longHelp : this.#shortHelp);
    this.#onCount();
  }

  /** The details follow the caret, once a frame. */
  #nextFrame(): void {
    if (this.#painting) return;
    this.#painting = true;
    requestAnimationFrame(() => {
      this.#painting = false;
      this.#showCaret();
    });
  }

  #showCaret(): void {
    const tokenizer = this.#tokenizer;
    if (tokenizer === undefined || this.text.length === 0) {
      this.#details.clear("Type or paste something: its tokens appear as you type.");
      return;
    }
    const { start, end } = this.editor.selection;
    const caret = Math.min(start, this.text.length - 1);
    const near = [...this.#tokensBetween(Math.max(0, caret - 300), Math.min(this.text.length, caret + 300))];
    const at = Math.max(
      0,
      near.findIndex((token) => token.end > caret),
    );
    const from = Math.max(0, at - neighbours);
    const shown = near.slice(from, at + neighbours + 1);
    this.#details.show(shown, at - from, (token) => this.text.slice(token.start, token.end), tokenizer);
    const here = near.filter((token) => token.start <= caret && token.end > caret);
    this.#say(here, tokenizer);
    setText(byId("token-title"), "Token at the caret");
    this.#layer.mark("pointed", () => false);
    this.#layer.mark("at-caret", (token) => here.some((each) => each.start === token.start) && start <= end);
  }

  #say(tokens: readonly PlacedToken[], tokenizer: Tokenizer): void {
    const first = tokens[0];
    if (first === undefined) return;
    const before = this.counts.tokensBefore(this.#encoding, first.chunk);
    const { index } = first;
    const number = before === undefined || index === undefined ? undefined : before + index + 1;
    this.#details.say(tokens, this.text.slice(first.start, tokens.at(-1)!.end), tokenizer, number);
  }

  #pointAt({ clientX, clientY }: PointerEvent): void {
    const tokenizer = this.#tokenizer;
    if (tokenizer === undefined) return;
    for (const found of document.elementsFromPoint(clientX, clientY)) {
      const tokens = this.#layer.tokensAt(found);
      if (tokens === undefined) continue;
      this.#say(tokens, tokenizer);
      setText(byId("token-title"), "Token under the pointer");
      this.#layer.mark("pointed", (token) => token.start === tokens[0]!.start);
      return;
    }
  }

  #stepFrom(token: PlacedToken, direction: 1 | -1): void {
    const from = direction === 1 ? token.end : Math.max(0, token.start - 1);
    const next = [...this.#tokensBetween(from, Math.min(this.text.length, from + 1))].at(direction === 1 ? 0 : -1);
    if (next !== undefined) this.editor.select(next.start, next.end);
  }
}
