import type { PlacedToken } from "./chunk-tokens.ts";
import type { ChunkedText } from "./chunked-text.ts";
import { RowEstimate } from "./row-estimate.ts";
import type { Held } from "./selection.ts";
import type { TokenLayer } from "./token-layer.ts";

/** Where the tokens to draw come from. */
export type TokenSource = (from: number, to: number) => Iterable<PlacedToken>;

/**
 * The part of a long text that is laid out, inside of a scroller that is as high as all of it. When the reader scrolls out
 * of it, it moves, and what is in view stays where it is.
 */
export class TextWindow {
  held: Held = { from: 0, to: 0 };
  readonly #text: ChunkedText;
  readonly #scroller: HTMLElement;
  readonly #space: HTMLElement;
  readonly #frame: HTMLElement;
  readonly #layer: TokenLayer;
  readonly #tokens: TokenSource;
  #rows: RowEstimate;
  #rowHeight = 24;
  #top = 0;
  /** The part whose tokens are drawn. */
  #drawn: Held = { from: 0, to: 0 };

  constructor(text: ChunkedText, scroller: HTMLElement, layer: TokenLayer, tokens: TokenSource) {
    this.#text = text;
    this.#scroller = scroller;
    this.#space = scroller.firstElementChild as HTMLElement;
    this.#frame = this.#space.firstElementChild as HTMLElement;
    this.#layer = layer;
    this.#tokens = tokens;
    this.#rows = new RowEstimate(text, 80);
    this.measure();
    layer.draw("", 0, []);
  }

  /** Takes the width and the type size anew. */
  measure(): void {
    const probe = document.createElement("span");
    probe.textContent = "0".repeat(100);
    probe.className = "probe";
    this.#layer.element.append(probe);
    const { width } = probe.getBoundingClientRect();
    probe.remove();
    const style = getComputedStyle(this.#layer.element);
    this.#rowHeight = Number.parseFloat(style.lineHeight);
    const room =
      this.#layer.element.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
    this.#rows = new RowEstimate(this.#text, Math.floor(room / (width / 100)));
  }

  get text(): string {
    return this.#text.slice(this.held.from, this.held.to);
  }

  /** Moves so that `offset` is laid out, at height `y` of the scroller's content (default: where it is expected). */
  moveTo(offset: number, y = this.#rows.before(offset) * this.#rowHeight): void {
    const reach = this.#reach();
    this.held = {
      from: lineStart(this.#text, Math.max(0, offset - reach)),
      to: characterEnd(this.#text, Math.min(this.#text.length, offset + reach)),
    };
    // What is in view lies within a third of it, whichever way it is scrolled after this.
    this.draw({ from: Math.max(0, offset - reach / 3), to: offset + reach / 3 });
    this.#top = y - this.#layer.rowOf(offset).top;
    this.#settle();
  }

  /** Moves the part around an offset that is in it; on the screen nothing moves. */
  recenter(offset: number): void {
    this.moveTo(offset, this.heightOf(offset));
  }

  /** The height of an offset in the scroller's content, where it is laid out. */
  heightOf(offset: number): number | undefined {
    if (offset < this.held.from || offset > this.held.to) return undefined;
    return this.#top + this.#layer.rowOf(offset).top;
  }

  /** The held part has changed its text: it begins where it did and ends at `to`. */
  changed(to: number): void {
    this.held = { from: this.held.from, to };
    this.draw(this.#view());
    this.#settle();
  }

  /** After scrolling: moves where the view has left what is laid out, and draws the tokens in view. */
  follow(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const margin = clientHeight / 2;
    const above = this.held.from > 0 && scrollTop - margin < this.#top;
    const below = this.held.to < this.#text.length && scrollTop + clientHeight + margin > this.#bottom();
    if (above || below) {
      const visible = scrollTop + clientHeight > this.#top && scrollTop < this.#bottom();
      const offset = visible
        ? this.#layer.offsetAt(scrollTop - this.#top)
        : this.#rows.offsetAt(scrollTop / this.#rowHeight);
      this.moveTo(offset, visible ? this.#top + this.#layer.rowOf(offset).top : scrollTop);
    }
    const view = this.#view();
    if (view.from < this.#drawn.from || view.to > this.#drawn.to) this.draw(view);
  }

  /** Draws the held text, with the tokens of a part and some around it. */
  draw({ from, to }: Held = this.#view()): void {
    const around = 200;
    const part = { from: Math.max(this.held.from, from - around), to: Math.min(this.held.to, to + around) };
    this.#layer.draw(this.text, this.held.from, this.#tokens(part.from, part.to));
    const { held } = this;
    this.#drawn = {
      from: part.from === held.from ? 0 : part.from,
      to: part.to === held.to ? this.#text.length : part.to,
    };
  }

  /** Scrolls as little as brings an offset into view. */
  reveal(offset: number): void {
    if (offset < this.held.from || offset > this.held.to) this.moveTo(offset);
    const { top, bottom } = this.#layer.rowOf(offset);
    const { scrollTop, clientHeight } = this.#scroller;
    const space = this.#rowHeight;
    if (this.#top + top - space < scrollTop) this.#scroller.scrollTop = this.#top + top - space;
    else if (this.#top + bottom + space > scrollTop + clientHeight)
      this.#scroller.scrollTop = this.#top + bottom + space - clientHeight;
  }

  /** An offset a page further down (or up) from one. */
  pageFrom(offset: number, direction: 1 | -1): number {
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 1);
    const there = this.#rows.offsetAt(Math.max(0, this.#rows.before(offset) + direction * page));
    return Math.min(this.#text.length, there);
  }

  /** Characters before and after the place in view that are laid out: about one and a half heights of the scroller. */
  #reach(): number {
    return 1_000 + 1.5 * this.#rows.columns * Math.ceil(this.#scroller.clientHeight / this.#rowHeight);
  }

  #view(): Held {
    const { scrollTop, clientHeight } = this.#scroller;
    return {
      from: this.#layer.offsetAt(scrollTop - this.#top),
      to: this.#layer.offsetAt(scrollTop + clientHeight - this.#top),
    };
  }

  #bottom(): number {
    return this.#top + this.#frame.offsetHeight;
  }

  /** Places the frame; where the text's true start or end is in it, the estimate gives way. */
  #settle(): void {
    const wanted = this.held.from === 0 ? 0 : Math.max(this.#top, this.#rowHeight);
    const shift = wanted - this.#top;
    this.#top = wanted;
    this.#frame.style.top = `${this.#top}px`;
    const below = this.held.to === this.#text.length ? 0 : this.#rows.total() - this.#rows.before(this.held.to);
    this.#space.style.height = `${Math.ceil(this.#bottom() + below * this.#rowHeight)}px`;
    if (shift !== 0) this.#scroller.scrollTop += shift;
  }
}

/** A place after a line break a little before the offset, where there is one; else the start of a character. */
function lineStart(text: ChunkedText, offset: number): number {
  const from = Math.max(0, offset - 2_000);
  const before = text.slice(from, offset);
  if (from === 0 && offset <= 2_000) return 0;
  const at = before.lastIndexOf("\n");
  return at >= 0 ? from + at + 1 : characterEnd(text, offset);
}

/** Never between the halves of a pair. */
function characterEnd(text: ChunkedText, offset: number): number {
  const unit = text.slice(offset, offset + 1).charCodeAt(0);
  return unit >= 0xdc00 && unit <= 0xdfff ? offset + 1 : offset;
}
