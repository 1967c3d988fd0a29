import type { Chunk, ChunkedText } from "./chunked-text.ts";

/**
 * How many rows text takes up once it is wrapped, by its characters alone: what is not drawn is never laid out. Wide
 * characters make it differ from what is drawn; the window corrects for that by anchoring what is in view.
 */
export class RowEstimate {
  readonly #text: ChunkedText;
  readonly columns: number;
  readonly #rows = new WeakMap<Chunk, number>();

  constructor(text: ChunkedText, columns: number) {
    this.#text = text;
    this.columns = Math.max(1, columns);
  }

  total(): number {
    let rows = 0;
    for (const chunk of this.#text.chunks) rows += this.#of(chunk);
    return rows + 1;
  }

  before(offset: number): number {
    let rows = 0;
    let at = 0;
    for (const chunk of this.#text.chunks) {
      const end = at + chunk.text.length;
      if (end >= offset) return rows + rowsOf(chunk.text.slice(0, offset - at), this.columns);
      rows += this.#of(chunk);
      at = end;
    }
    return rows;
  }

  /** Where about a row begins. */
  offsetAt(row: number): number {
    let rows = 0;
    let at = 0;
    for (const chunk of this.#text.chunks) {
      const own = this.#of(chunk);
      if (rows + own > row) return at + offsetIn(chunk.text, row - rows, this.columns);
      rows += own;
      at += chunk.text.length;
    }
    return at;
  }

  #of(chunk: Chunk): number {
    let rows = this.#rows.get(chunk);
    if (rows === undefined) {
      rows = rowsOf(chunk.text, this.columns);
      this.#rows.set(chunk, rows);
    }
    return rows;
  }
}

function rowsOf(text: string, columns: number): number {
  let rows = 0;
  let from = 0;
  for (;;) {
    const lineEnd = text.indexOf("\n", from);
    if (lineEnd < 0) return rows + (text.length - from) / columns;
    rows += Math.max(1, Math.ceil((lineEnd - from) / columns));
    from = lineEnd + 1;
  }
}

function offsetIn(text: string, row: number, columns: number): number {
  let rows = 0;
  let from = 0;
  for (;;) {
    const lineEnd = text.indexOf("\n", from);
    const length = (lineEnd < 0 ? text.length : lineEnd) - from;
    const own = Math.max(1, Math.ceil(length / columns));
    if (rows + own > row || lineEnd < 0) return from + Math.min(length, Math.floor(row - rows) * columns);
    rows += own;
    from = lineEnd + 1;
  }
}
