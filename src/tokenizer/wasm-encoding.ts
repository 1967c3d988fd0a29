import { isTrap, trapped } from "../wasm/instance.ts";
import { type TableFacts, TokenizerCore, type WaitingParts } from "../wasm/tokenizer-core.ts";
import { StreamCounter } from "./stream-counter.ts";
import { partAt } from "./text-parts.ts";
import type { TextInput, TokenCounter } from "./types.ts";
import { readable } from "./utf8.ts";

function joined<A extends Uint8Array | Uint32Array>(type: new (length: number) => A, parts: readonly A[]): A {
  const whole = new type(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Brings a text to the core part by part; `take` has each part counted or encoded. A piece too long for the core's memory
 * is measured first, then brought again from its start.
 */
function takeParts(core: TokenizerCore, text: TextInput, take: (part: TextInput, final: boolean) => void): void {
  core.resetParts();
  for (let at = 0; at < text.length; ) {
    const part = partAt(text, at, core.unitsMost);
    take(part, false);
    at += part.length;
    at -= measureStuck(core, text, at);
  }
  take("", true);
}

/** Measures the piece that is stuck in the core's memory, if one is. Returns by how much to go back, to its start. */
function measureStuck(core: TokenizerCore, text: TextInput, at: number): number {
  const stuck = typeof text === "string" ? core.stuck().units : core.stuck().bytes;
  if (stuck === 0) return 0;
  core.startPiece();
  for (let to = at - stuck, known = false; !known; ) {
    const shown = partAt(text, to, core.unitsMost);
    to += shown.length;
    known = core.measurePiece(shown, to === text.length);
  }
  return stuck;
}

/** The table has six planes, three for the left part of each token and three for the right; the first 256 are the bytes. */
function byteLengths(table: Uint8Array, { entries, ranks }: TableFacts): Uint8Array {
  const lengths = new Uint8Array(ranks).fill(1, 0, 256);
  const part = (at: number) => table[at]! | (table[at + entries]! << 8) | (table[at + 2 * entries]! << 16);
  for (let id = 256; id < ranks; id++) {
    const left = part(id);
    if (left !== 0xffffff) lengths[id] = lengths[left]! + lengths[part(id + 3 * entries)]!;
  }
  return lengths;
}

/** Ordinary text of one vocabulary, counted by one instance that all tokenizers of the vocabulary in this thread share. */
export class WasmEncoding {
  readonly rankCount: number;
  /** The bytes of the vocabulary; nobody writes to them. */
  readonly table: Uint8Array;
  readonly #facts: TableFacts;
  #core: TokenizerCore;
  #byteLengths: Uint8Array | undefined;
  /** The counter whose stream is in the core's memory. */
  #owner: StreamCounter | undefined;

  constructor(table: Uint8Array, facts: TableFacts) {
    this.table = table;
    this.#facts = facts;
    this.#core = new TokenizerCore(table, facts);
    this.rankCount = facts.ranks;
  }

  count(input: TextInput): number {
    const core = this.#free();
    try {
      const text = readable(core, input);
      if (text.length <= core.unitsMost) return core.count(text);
      let tokens = 0;
      takeParts(core, text, (part, final) => {
        tokens += core.countPart(part, final);
      });
      return tokens;
    } catch (cause) {
      throw this.#replace(cause);
    }
  }

  /** Tokens of each text. As many texts as fit are counted in one call of the core. */
  countMany(texts: readonly string[]): Uint32Array {
    const core = this.#free();
    const counts = new Uint32Array(texts.length);
    try {
      for (let from = 0; from < texts.length; ) {
        let to = from;
        for (let units = 0; to < texts.length; to++) {
          units += texts[to]!.length;
          if (units > core.unitsMost) break;
        }
        if (to > from) core.countTexts(texts.slice(from, to), counts, from);
        else counts[from] = this.count(texts[to++]!);
        from = to;
      }
      return counts;
    } catch (cause) {
      throw this.#replace(cause);
    }
  }

  encode(input: TextInput): Uint32Array {
    const core = this.#free();
    try {
      const text = readable(core, input);
      core.resetParts();
      if (text.length <= core.unitsMost) return core.encodePart(text, true).slice();
      const runs: Uint32Array[] = [];
      takeParts(core, text, (part, final) => runs.push(core.encodePart(part, final).slice()));
      return joined(Uint32Array, runs);
    } catch (cause) {
      throw this.#replace(cause);
    }
  }

  /** Between two steps the core belongs to others: each puts back what waits in it, and keeps it again. */
  *encodeSteps(text: string): Generator<Uint32Array> {
    let waiting: WaitingParts = { bytes: new Uint8Array(0), pieceBytes: 0 };
    for (let at = 0; at < text.length; ) {
      const core = this.#free();
      let ids: Uint32Array;
      try {
        core.restoreParts(waiting);
        const part = partAt(text, at, core.unitsMost);
        at += part.length;
        ids = core.encodePart(part, at === text.length).slice();
        at -= measureStuck(core, text, at);
        waiting = core.saveParts();
      } catch (cause) {
        throw this.#replace(cause);
      }
      yield ids;
    }
  }

  /** Computed when first asked for, from the two tokens that make each: 0.2 MB and about 2 ms. */
  get byteLengths(): Uint8Array {
    this.#byteLengths ??= byteLengths(this.table, this.#facts);
    return this.#byteLengths;
  }

  decodeBytes(ids: Uint32Array): Uint8Array {
    const core = this.#free();
    const parts: Uint8Array[] = [];
    try {
      for (let at = 0; at < ids.length; at += core.idsMost)
        parts.push(core.decode(ids.subarray(at, at + core.idsMost)).slice());
    } catch (cause) {
      throw this.#replace(cause);
    }
    return parts.length === 1 ? parts[0]! : joined(Uint8Array, parts);
  }

  counter(): TokenCounter {
    return new StreamCounter(this);
  }

  /** Runs `step` with the stream of `counter` in the core's memory. */
  withStream<T>(counter: StreamCounter, step: (core: TokenizerCore) => T): T {
    if (this.#owner !== counter) {
      const core = this.#free();
      if (counter.stream === undefined) core.resetStream();
      else core.restoreStream(counter.stream);
      this.#owner = counter;
    }
    try {
      return step(this.#core);
    } catch (cause) {
      throw this.#replace(cause);
    }
  }

  /** The core, with the stream that was in its memory kept away. */
  #free(): TokenizerCore {
    if (this.#owner !== undefined) {
      this.#owner.stream = this.#core.saveStream();
      this.#owner = undefined;
    }
    return this.#core;
  }

  /** After a trap the instance can't be trusted. A counter whose stream was in it goes on from its last kept state. */
  #replace(cause: unknown): unknown {
    if (!isTrap(cause)) return cause;
    this.#owner = undefined;
    this.#core = new TokenizerCore(this.table, this.#facts);
    return trapped(cause);
  }
}
