import { partsOfText } from "../tokenizer/text-parts.ts";
import { encodeWtf8, isWellFormed } from "./wtf8.ts";

/** A hash of bytes that come in parts. */
interface Hasher {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

interface NodeCrypto {
  hash?: {
    (algorithm: string, data: Uint8Array, encoding: "buffer"): Uint8Array;
    (algorithm: string, data: Uint8Array, encoding: "hex"): string;
  };
  createHash(algorithm: string): Hasher;
}

let platform: NodeCrypto | null | undefined;

function platformCrypto(): NodeCrypto | null {
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  platform ??= (host?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined) ?? null;
  return platform;
}

/**
 * SHA-256 (FIPS 180-4), synchronous everywhere: by the platform's own code where it has a synchronous one, else by
 * {@link portableSha256}. `crypto.subtle` is asynchronous, and absent from pages that were not loaded over TLS.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  const crypto = platformCrypto();
  if (crypto === null) return portableSha256(bytes);
  if (crypto.hash !== undefined) return crypto.hash("sha256", bytes, "buffer");
  const hasher = crypto.createHash("sha256");
  hasher.update(bytes);
  return hasher.digest();
}

/** UTF-16 units that are written as bytes and hashed in about a millisecond, also where each has three bytes. */
const stepUnits = 16 * 1024;

/** {@link sha256} in hex: with code of the platform's a third of the time, as no array is made for the hash. */
export function sha256Hex(bytes: Uint8Array): string {
  return platformCrypto()?.hash?.("sha256", bytes, "hex") ?? hexOf(sha256(bytes));
}

/**
 * {@link sha256Hex} of a text's bytes, and how many there are: part by part, and each `yield` is a point where the calling
 * thread may do something else.
 */
export function* sha256Steps(text: string): Generator<void, { readonly hash: string; readonly bytes: number }> {
  const crypto = platformCrypto();
  if (crypto?.hash !== undefined && text.length <= stepUnits) {
    const bytes = bytesOf(text);
    return { hash: crypto.hash("sha256", bytes, "hex"), bytes: bytes.length };
  }
  const hasher = crypto?.createHash("sha256") ?? new PortableSha256();
  let size = 0;
  for (const part of partsOfText(text, stepUnits)) {
    if (size > 0) yield;
    const bytes = bytesOf(part);
    hasher.update(bytes);
    size += bytes.length;
  }
  return { hash: hexOf(hasher.digest()), bytes: size };
}

const encoder = new TextEncoder();
let room: Uint8Array | undefined;

/** As `encodeWtf8`, of at most `stepUnits`: the bytes hold until the next call, so that none are allocated for each text. */
function bytesOf(part: string): Uint8Array {
  if (!isWellFormed(part)) return encodeWtf8(part);
  room ??= new Uint8Array(stepUnits * 3);
  return room.subarray(0, encoder.encodeInto(part, room).written);
}

function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1);
  return text;
}

/** The first 32 bits of the fractional part of `root` of each of the first `count` primes, as the standard defines. */
function primeRoots(count: number, root: (prime: number) => number): Int32Array {
  const values = new Int32Array(count);
  for (let found = 0, candidate = 2; found < count; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate && prime; divisor++) prime = candidate % divisor !== 0;
    if (prime) {
      const value = root(candidate);
      values[found++] = Math.floor((value - Math.floor(value)) * 2 ** 32) | 0;
    }
  }
  return values;
}

let roundConstants: Int32Array | undefined;
let initialState: Int32Array | undefined;

/** SHA-256 in plain JavaScript. Cost: about 15 ns a byte. */
export function portableSha256(bytes: Uint8Array): Uint8Array {
  const hasher = new PortableSha256();
  hasher.update(bytes);
  return hasher.digest();
}

export class PortableSha256 implements Hasher {
  readonly #state: Int32Array;
  readonly #schedule = new Int32Array(64);
  /** Bytes that are no whole block yet. */
  readonly #rest = new Uint8Array(64);
  #size = 0;

  constructor() {
    roundConstants ??= primeRoots(64, Math.cbrt);
    initialState ??= primeRoots(8, Math.sqrt);
    this.#state = initialState.slice();
  }

  update(bytes: Uint8Array): void {
    const filled = this.#size % 64;
    const first = filled === 0 ? 0 : Math.min(64 - filled, bytes.length);
    this.#rest.set(bytes.subarray(0, first), filled);
    if (filled + first === 64) this.#compress(this.#rest);
    const whole = bytes.length - ((bytes.length - first) % 64);
    this.#compress(bytes.subarray(first, whole));
    this.#rest.set(bytes.subarray(whole));
    this.#size += bytes.length;
  }

  digest(): Uint8Array {
    const rest = this.#size % 64;
    const tail = new Uint8Array(rest < 56 ? 64 : 128);
    tail.set(this.#rest.subarray(0, rest));
    tail[rest] = 0x80;
    const tailView = new DataView(tail.buffer);
    tailView.setUint32(tail.length - 8, Math.floor(this.#size / 2 ** 29));
    tailView.setUint32(tail.length - 4, this.#size << 3);
    this.#compress(tail);
    const digest = new Uint8Array(32);
    const out = new DataView(digest.buffer);
    for (let word = 0; word < 8; word++) out.setInt32(word * 4, this.#state[word]!);
    return digest;
  }

  #compress(blocks: Uint8Array): void {
    const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
    for (let at = 0; at < blocks.length; at += 64) compress(this.#state, this.#schedule, view, at);
  }
}

function compress(state: Int32Array, schedule: Int32Array, view: DataView, at: number): void {
  for (let i = 0; i < 16; i++) schedule[i] = view.getInt32(at + i * 4);
  for (let i = 16; i < 64; i++) {
    const early = schedule[i - 15]!;
    const late = schedule[i - 2]!;
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    schedule[i] = (schedule[i - 16]! + s0 + schedule[i - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants![i]! + schedule[i]!) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  const words = [a, b, c, d, e, f, g, h];
  for (let i = 0; i < 8; i++) state[i] = (state[i]! + words[i]!) | 0;
}

function rotate(value: number, bits: number): number {
  return (value >>> bits) | (value << (32 - bits));
}
