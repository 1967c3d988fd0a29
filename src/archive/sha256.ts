type Sha256 = (bytes: Uint8Array) => Uint8Array;

let chosen: Sha256 | undefined;

/**
 * SHA-256 (FIPS 180-4), synchronous everywhere: by the platform's own code where it has a synchronous one, else by
 * {@link portableSha256}. `crypto.subtle` is asynchronous, and absent from pages that were not loaded over TLS.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  chosen ??= platformSha256() ?? portableSha256;
  return chosen(bytes);
}

interface NodeCrypto {
  hash?(algorithm: string, data: Uint8Array, encoding: "buffer"): Uint8Array;
  createHash(algorithm: string): { update(data: Uint8Array): { digest(): Uint8Array } };
}

function platformSha256(): Sha256 | undefined {
  const host = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const crypto = host?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
  if (crypto === undefined) return undefined;
  if (crypto.hash !== undefined) return (bytes) => crypto.hash!("sha256", bytes, "buffer");
  return (bytes) => crypto.createHash("sha256").update(bytes).digest();
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

/** Bytes that {@link portableSha256} hashes in about a millisecond. */
const stepBytes = 64 * 1024;

/**
 * {@link sha256} with rests: each `yield` is a point where the calling thread may do something else. The platform's own
 * code takes one step for all.
 */
export function* sha256Steps(bytes: Uint8Array): Generator<void, Uint8Array> {
  chosen ??= platformSha256() ?? portableSha256;
  return chosen === portableSha256 ? yield* portableSteps(bytes) : chosen(bytes);
}

/** SHA-256 in plain JavaScript. Cost: about 15 ns a byte. */
export function portableSha256(bytes: Uint8Array): Uint8Array {
  const steps = portableSteps(bytes);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function* portableSteps(bytes: Uint8Array): Generator<void, Uint8Array> {
  roundConstants ??= primeRoots(64, Math.cbrt);
  initialState ??= primeRoots(8, Math.sqrt);
  const state = initialState.slice();
  const schedule = new Int32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  for (let at = 0; at < whole; at += stepBytes) {
    if (at > 0) yield;
    compressAll(state, schedule, bytes.subarray(at, Math.min(whole, at + stepBytes)));
  }

  const rest = bytes.length - whole;
  const tail = new Uint8Array(rest < 56 ? 64 : 128);
  tail.set(bytes.subarray(whole));
  tail[rest] = 0x80;
  const tailView = new DataView(tail.buffer);
  tailView.setUint32(tail.length - 8, Math.floor(bytes.length / 2 ** 29));
  tailView.setUint32(tail.length - 4, bytes.length << 3);
  compressAll(state, schedule, tail);

  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  for (let word = 0; word < 8; word++) out.setInt32(word * 4, state[word]!);
  return digest;
}

function compressAll(state: Int32Array, schedule: Int32Array, blocks: Uint8Array): void {
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  for (let at = 0; at < blocks.length; at += 64) compress(state, schedule, view, at);
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
