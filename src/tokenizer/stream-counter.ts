import { TokenBudgetError } from "../errors.ts";
import { partsOfText } from "./text-parts.ts";
import type { TokenCounter, TokenCounterSnapshot } from "./types.ts";
import type { WasmEncoding } from "./wasm-encoding.ts";

/** A high surrogate that waits for its other half stands in the count as the replacement character it would be alone. */
const lone = "\ufffd";

const isHigh = (unit: number) => (unit & 0xfc00) === 0xd800;

/** {@link TokenCounter} on a stream of the core. Its state is a few hundred bytes that the garbage collector owns. */
export class StreamCounter implements TokenCounter {
  /** The stream while it is not in the core's memory; undefined for an empty one. Read and set by {@link WasmEncoding}. */
  stream: Uint8Array | undefined;
  readonly #encoding: WasmEncoding;
  #tokens = 0;
  #high = "";

  constructor(encoding: WasmEncoding) {
    this.#encoding = encoding;
  }

  get tokens(): number {
    return this.#tokens;
  }

  append(text: string): number {
    if (typeof text !== "string")
      throw new TokenBudgetError("INVALID_TEXT", "appended text must be a string", { type: typeof text });
    if (text === "") return this.#tokens;
    const joined = this.#high + text;
    const high = isHigh(joined.charCodeAt(joined.length - 1)) ? joined.slice(-1) : "";
    const whole = high === "" ? joined : joined.slice(0, -1);
    const tokens = this.#encoding.withStream(this, (core) => {
      if (whole.length <= core.unitsMost) core.feed(whole);
      else for (const part of partsOfText(whole, core.unitsMost)) core.feed(part);
      return core.total(high === "" ? "" : lone);
    });
    this.#high = high;
    this.#tokens = tokens;
    return tokens;
  }

  snapshot(): TokenCounterSnapshot {
    const state = this.#encoding.withStream(this, (core) => core.saveStream());
    return new Snapshot(this, this.#tokens, this.#high, state);
  }

  rewind(snapshot: TokenCounterSnapshot): void {
    if (!(snapshot instanceof Snapshot) || snapshot.counter !== this)
      throw new TokenBudgetError("INVALID_ARGUMENT", "a counter can only be rewound to a snapshot of its own");
    this.#encoding.withStream(this, (core) => core.restoreStream(snapshot.state));
    this.#tokens = snapshot.tokens;
    this.#high = snapshot.high;
  }
}

class Snapshot implements TokenCounterSnapshot {
  readonly counter: StreamCounter;
  readonly tokens: number;
  readonly high: string;
  readonly state: Uint8Array;

  constructor(counter: StreamCounter, tokens: number, high: string, state: Uint8Array) {
    this.counter = counter;
    this.tokens = tokens;
    this.high = high;
    this.state = state;
  }
}
