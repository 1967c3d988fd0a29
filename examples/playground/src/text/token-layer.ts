import type { PlacedToken } from "./chunk-tokens.ts";

/** Hues that tokens take turns in. */
const hues = 5;

/**
 * The drawn copy of the text behind the textarea: the same letters in the same places, invisible, on coloured tokens. It
 * is what offsets are measured with, and what the pointer is compared to.
 */
export class TokenLayer {
  readonly element: HTMLElement;
  #text = "";
  #from = 0;
  /** Drawn tokens by their element. */
  #tokens = new Map<Element, readonly PlacedToken[]>();

  constructor(element: HTMLElement) {
    this.element = element;
  }

  /** Draws `text`, which begins at `from` of the whole; tokens are those in view, in order. */
  draw(text: string, from: number, tokens: Iterable<PlacedToken>): void {
    this.#text = text;
    this.#from = from;
    this.#tokens = new Map();
    const parts: (Node | string)[] = [];
    let at = 0;
    let before = -1;
    for (const group of sharingCharacters(tokens)) {
      const start = Math.max(at, group[0]!.start - from);
      const end = Math.min(text.length, group.at(-1)!.end - from);
      if (end <= start) continue;
      if (start > at) parts.push(text.slice(at, start));
      const hue = hueAfter(before, group[0]!.id);
      before = hue;
      const span = document.createElement("span");
      span.className = `token hue-${hue}`;
      span.textContent = text.slice(start, end);
      this.#tokens.set(span, group);
      parts.push(span);
      at = end;
    }
    // A last line that is empty has its height only if something stands in it.
    parts.push(`${text.slice(at)}\u200b`);
    this.element.replaceChildren(...parts);
  }

  tokensAt(element: Element): readonly PlacedToken[] | undefined {
    return this.#tokens.get(element);
  }

  mark(name: string, marks: (token: PlacedToken) => boolean): void {
    for (const [element, tokens] of this.#tokens) element.classList.toggle(name, tokens.some(marks));
  }

  /** Top and bottom of the row that an offset of the whole text is in, from the layer's top. */
  rowOf(offset: number): { readonly top: number; readonly bottom: number } {
    const range = document.createRange();
    const { node, place } = this.#find(Math.max(0, Math.min(this.#text.length, offset - this.#from)));
    range.setStart(node, place);
    range.setEnd(node, Math.min(place + 1, node.data.length));
    const own = this.element.getBoundingClientRect();
    const rects = range.getClientRects();
    // A line break has a rectangle at its line's end, and one more at the start of the next where it is followed by text.
    const box = rects[0] ?? range.getBoundingClientRect();
    return { top: box.top - own.top, bottom: box.bottom - own.top };
  }

  /** The first offset of the whole text whose row reaches below `y`, from the layer's top. */
  offsetAt(y: number): number {
    let [low, high] = [0, this.#text.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.rowOf(this.#from + middle).bottom > y) high = middle;
      else low = middle + 1;
    }
    return this.#from + low;
  }

  #find(place: number): { readonly node: Text; readonly place: number } {
    let left = place;
    for (let child = this.element.firstChild; child !== null; child = child.nextSibling) {
      const node = (child instanceof Text ? child : child.firstChild) as Text;
      if (left < node.data.length) return { node, place: left };
      left -= node.data.length;
    }
    const last = this.element.lastChild as Text;
    return { node: last, place: Math.max(0, last.data.length - 1) };
  }
}

/** Tokens that hold parts of one character have one place, and are drawn as one. */
function* sharingCharacters(tokens: Iterable<PlacedToken>): Generator<readonly PlacedToken[]> {
  let group: PlacedToken[] = [];
  let end = -1;
  for (const token of tokens) {
    if (group.length > 0 && token.start >= end) {
      yield group;
      group = [];
    }
    group.push(token);
    end = Math.max(end, token.end);
  }
  if (group.length > 0) yield group;
}

/** By the token's id, so that an edit recolours little behind it; never the neighbour's. */
function hueAfter(before: number, id: number): number {
  const hue = id % hues;
  return hue === before ? (hue + 1) % hues : hue;
}
