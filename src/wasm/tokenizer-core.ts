import { TokenBudgetError } from "../errors.ts";
import { compileModule, instantiate } from "./instance.ts";
import { tokenizerCode } from "./tokenizer-code.gen.ts";

/** What the core must know of a table besides its bytes. */
export interface TableFacts {
  /** Ranks in the table, and how many of them the encoding uses. */
  readonly entries: number;
  readonly ranks: number;
  readonly horizonBytes: number;
  readonly pattern: 0 | 1 | 2;
  /** The sum of the table's bytes, as the core computes it. */
  readonly sum: bigint;
}

interface CoreExports {
  readonly memory: WebAssembly.Memory;
  tableAddress(): number;
  stateAddress(): number;
  textAddress(): number;
  textCapacity(): number;
  feedUnits(): number;
  inputAddress(): number;
  toText(units: number, offset: number): number;
  isUtf8(bytes: number): number;
  idsAddress(): number;
  idsCapacity(): number;
  decodedAddress(): number;
  tableSum(bytes: number): bigint;
  loadTable(bytes: number, entries: number, own: number, horizonBytes: number, pattern: number): void;
  countText(bytes: number, limit: number): number;
  countTexts(texts: number): void;
  countUtf8Texts(texts: number): void;
  resetStream(): void;
  feedStream(bytes: number): void;
  streamTotal(extra: number): number;
  waitingBytes(): number;
  waitingUnits(): number;
  startPiece(): void;
  measurePiece(bytes: number, final: boolean): number;
  resetParts(): void;
  resumeParts(bytes: number, pieceBytes: number): void;
  pieceBytesLeft(): number;
  countPart(bytes: number, final: boolean): number;
  encodePart(bytes: number, final: boolean): number;
  decodeIds(count: number): number;
}

/** A text that comes in parts, between two of them: bytes that wait for more, and those left of a piece that was measured. */
export interface WaitingParts {
  readonly bytes: Uint8Array;
  readonly pieceBytes: number;
}

let compiled: WebAssembly.Module | undefined;
const encoder = new TextEncoder();

/** Strings shorter than this are quicker to convert by the engine. */
const copyFromUnits = 128;

/** The compiled module, made on first use and shared by all cores of this thread; may be handed to other threads. */
export function tokenizerModule(): WebAssembly.Module {
  compiled ??= compileModule("tokenizer", tokenizerCode);
  return compiled;
}

/** Takes a module that another thread compiled, where this one has none yet. */
export function adoptTokenizerModule(module: WebAssembly.Module): void {
  compiled ??= module;
}

function bufferOn(memory: ArrayBuffer): Buffer | undefined {
  return typeof Buffer === "function" ? Buffer.from(memory) : undefined;
}

/** One instance of build/wasm/tokenizer.wasm with one vocabulary: the only code that touches its memory. */
export class TokenizerCore {
  /** UTF-16 units that one write takes at most. */
  readonly unitsMost: number;
  /** Ids that one decode call takes at most. */
  readonly idsMost: number;
  readonly #exports: CoreExports;
  readonly #textAt: number;
  readonly #stateAt: number;
  readonly #idsAt: number;
  #bytes: Uint8Array<ArrayBuffer>;
  #ids: Uint32Array<ArrayBuffer>;
  /** The memory as Node's Buffer, which copies a string's units quicker than anything converts them; elsewhere undefined. */
  #buffer: Buffer | undefined;
  readonly #inputAt: number;
  /** The text region; a view made once, since making one costs as much as a short count. */
  #text: Uint8Array<ArrayBuffer>;

  /** @throws TokenBudgetError `DAMAGED_TABLE` where the table is not the one that `facts` describe. */
  constructor(table: Uint8Array, facts: TableFacts, module: WebAssembly.Module = tokenizerModule()) {
    const exports = instantiate<CoreExports>(module);
    this.#exports = exports;
    const tableAt = exports.tableAddress();
    const pages =
      Math.ceil((tableAt + 4 * table.length + 0x10000) / 0x10000) - exports.memory.buffer.byteLength / 0x10000;
    if (pages > 0) exports.memory.grow(pages);
    this.#textAt = exports.textAddress();
    this.#stateAt = exports.stateAddress();
    this.#idsAt = exports.idsAddress();
    this.#inputAt = exports.inputAddress();
    this.unitsMost = exports.feedUnits();
    this.idsMost = exports.idsCapacity();
    const buffer = exports.memory.buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#ids = new Uint32Array(buffer);
    this.#text = this.#bytes.subarray(this.#textAt, this.#textAt + exports.textCapacity());
    this.#buffer = bufferOn(buffer);
    this.#bytes.set(table, tableAt);
    if (BigInt.asUintN(64, exports.tableSum(table.length)) !== facts.sum)
      throw new TokenBudgetError(
        "DAMAGED_TABLE",
        "the vocabulary's bytes are not the ones this version was built with",
        {
          bytes: table.length,
        },
      );
    exports.loadTable(table.length, facts.entries, facts.ranks, facts.horizonBytes, facts.pattern);
  }

  /** Views of memory are renewed only when growing has replaced its buffer. */
  #renew(): void {
    const buffer = this.#exports.memory.buffer;
    if (this.#bytes.buffer === buffer) return;
    this.#bytes = new Uint8Array(buffer);
    this.#ids = new Uint32Array(buffer);
    this.#text = this.#bytes.subarray(this.#textAt, this.#textAt + this.#exports.textCapacity());
    this.#buffer = bufferOn(buffer);
  }

  /** Whether at most `unitsMost` bytes are UTF-8. They are left where the next call writes its text. */
  isUtf8(bytes: Uint8Array): boolean {
    this.#text.set(bytes);
    return this.#exports.isUtf8(bytes.length) !== 0;
  }

  /** Writes at most `unitsMost` units, or bytes of UTF-8, as UTF-8 at `offset` in the text region; returns the bytes. */
  #write(text: string | Uint8Array, offset: number): number {
    if (typeof text !== "string") {
      this.#text.set(text, offset);
      return text.length;
    }
    if (this.#buffer !== undefined && text.length >= copyFromUnits) {
      this.#buffer.write(text, this.#inputAt, "utf16le");
      return this.#exports.toText(text.length, offset);
    }
    return encoder.encodeInto(text, offset === 0 ? this.#text : this.#text.subarray(offset)).written;
  }

  /** Tokens of a text of at most `unitsMost` units (or bytes of UTF-8); more than `limit` where it has more than `limit`. */
  count(text: string | Uint8Array, limit = 0xffffffff): number {
    return this.#exports.countText(this.#write(text, 0), limit) >>> 0;
  }

  /** Tokens of each text, into `counts` from `at` on; together they have at most `unitsMost` units. */
  countTexts(texts: readonly string[], counts: Uint32Array, at: number): void {
    if (texts.length > this.idsMost) for (const [index, text] of texts.entries()) counts[at + index] = this.count(text);
    else if (this.#buffer === undefined) this.#countUtf8(texts, counts, at);
    else {
      const base = this.#idsAt >> 2;
      for (let index = 0; index < texts.length; index++) this.#ids[base + index] = texts[index]!.length;
      this.#buffer.write(texts.join(""), this.#inputAt, "utf16le");
      this.#exports.countTexts(texts.length);
      counts.set(this.#ids.subarray(base, base + texts.length), at);
    }
  }

  /** As many texts in one call as the text region holds, with the zero bytes that the core writes behind each. */
  #countUtf8(texts: readonly string[], counts: Uint32Array, at: number): void {
    const base = this.#idsAt >> 2;
    for (let from = 0; from < texts.length; ) {
      let to = from;
      for (let used = 0; to < texts.length && used + 3 * texts[to]!.length + 64 <= this.#text.length; to++) {
        const { written } = encoder.encodeInto(texts[to]!, this.#text.subarray(used));
        this.#ids[base + to - from] = written;
        used += written + 64;
      }
      this.#exports.countUtf8Texts(to - from);
      counts.set(this.#ids.subarray(base, base + to - from), at + from);
      from = to;
    }
  }

  resetStream(): void {
    this.#exports.resetStream();
  }

  /** Appends at most `unitsMost` units to the stream. */
  feed(text: string): void {
    this.#exports.feedStream(this.#write(text, this.#streamSize()));
  }

  #streamSize(): number {
    return this.#ids[(this.#stateAt + 4) >> 2]!;
  }

  /** Tokens of the stream's text with `behind` after it, which the stream does not take in. */
  total(behind = ""): number {
    const extra = behind === "" ? 0 : this.#write(behind, this.#streamSize());
    return this.#exports.streamTotal(extra) >>> 0;
  }

  /** A copy of the stream as it stands. */
  saveStream(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(this.#stateAt, this.#textAt + this.#streamSize());
  }

  restoreStream(state: Uint8Array): void {
    this.#bytes.set(state, this.#stateAt);
  }

  /** Begins a text that comes in parts. */
  resetParts(): void {
    this.#exports.resetParts();
  }

  /** A copy of what stands between two parts of a text. */
  saveParts(): WaitingParts {
    const to = this.#textAt + this.#exports.waitingBytes();
    return { bytes: this.#bytes.slice(this.#textAt, to), pieceBytes: this.#exports.pieceBytesLeft() };
  }

  restoreParts({ bytes, pieceBytes }: WaitingParts): void {
    this.#bytes.set(bytes, this.#textAt);
    this.#exports.resumeParts(bytes.length, pieceBytes);
  }

  /** Tokens of at most `unitsMost` more units (or bytes) of the text, as far as they are certain. */
  countPart(text: string | Uint8Array, final: boolean): number {
    return this.#exports.countPart(this.#write(text, this.#exports.waitingBytes()), final) >>> 0;
  }

  /** Ids of at most `unitsMost` more units (or bytes) of the text, as far as they are certain; valid until the next call. */
  encodePart(text: string | Uint8Array, final: boolean): Uint32Array<ArrayBuffer> {
    const ids = this.#exports.encodePart(this.#write(text, this.#exports.waitingBytes()), final);
    return this.#ids.subarray(this.#idsAt >> 2, (this.#idsAt >> 2) + ids);
  }

  /** What waits of a piece that has become too long for more text to be put behind it, in units and bytes; 0 where there is room. */
  stuck(): { readonly units: number; readonly bytes: number } {
    const bytes = this.#exports.waitingBytes();
    if (this.#text.length - bytes >= 3 * this.unitsMost) return { units: 0, bytes: 0 };
    return { units: this.#exports.waitingUnits(), bytes };
  }

  /** Begins to measure the piece that is stuck: its text is shown from its start, then encoded from its start. */
  startPiece(): void {
    this.#exports.startPiece();
  }

  /** Shows more of the piece's text; true once its length is known. */
  measurePiece(text: string | Uint8Array, final: boolean): boolean {
    return this.#exports.measurePiece(this.#write(text, this.#exports.waitingBytes()), final) !== 0;
  }

  /**
   * Bytes of at most `idsMost` ids; valid until the next call.
   * @throws TokenBudgetError `TOKEN_OUT_OF_RANGE`, `OUT_OF_MEMORY`
   */
  decode(ids: ArrayLike<number>): Uint8Array<ArrayBuffer> {
    this.#ids.set(ids, this.#idsAt >> 2);
    const bytes = this.#exports.decodeIds(ids.length);
    this.#renew();
    if (bytes === -1) throw new TokenBudgetError("TOKEN_OUT_OF_RANGE", "an id is not a token of this encoding");
    if (bytes < 0) throw new TokenBudgetError("OUT_OF_MEMORY", "no memory for the bytes of the vocabulary");
    const at = this.#exports.decodedAddress();
    return this.#bytes.subarray(at, at + bytes);
  }
}
