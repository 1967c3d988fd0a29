import type { Contestant, Workload } from "./workload.ts";

const NO_ROOM = -1;
const OVER_CAP = -2;
const BAD = -3;
const UNKNOWN = -5;

/**
 * A ledger on typed arrays in JavaScript, with the checks and the bookkeeping of the one in WebAssembly: validity of
 * numbers, time-weighted use, expiry, exhaustions, peaks, and handles that are good once. Open reservations of an
 * account are a doubly linked list, swept when the first may have expired.
 */
export class TypedArrayLedger implements Contestant {
  readonly #cap: Int32Array;
  readonly #used: Int32Array;
  readonly #reserved: Int32Array;
  readonly #peak: Int32Array;
  readonly #exhaustions: Int32Array;
  readonly #grants: Int32Array;
  readonly #first: Int32Array;
  readonly #since: Float64Array;
  readonly #area: Float64Array;
  readonly #wakeAt: Float64Array;
  readonly #holder = new Int32Array(1 << 16).fill(-1);
  readonly #tokens = new Int32Array(1 << 16);
  readonly #next = new Int32Array(1 << 16);
  readonly #before = new Int32Array(1 << 16);
  readonly #generation = new Int32Array(1 << 16).fill(1);
  readonly #expiresAt = new Float64Array(1 << 16);
  #free = -1;
  #top = 0;

  constructor(caps: readonly number[]) {
    const count = caps.length;
    this.#cap = Int32Array.from(caps);
    this.#used = new Int32Array(count);
    this.#reserved = new Int32Array(count);
    this.#peak = new Int32Array(count);
    this.#exhaustions = new Int32Array(count);
    this.#grants = new Int32Array(count);
    this.#first = new Int32Array(count).fill(-1);
    this.#since = new Float64Array(count);
    this.#area = new Float64Array(count);
    this.#wakeAt = new Float64Array(count).fill(3_600_000);
  }

  #advance(a: number, now: number): void {
    if (now >= this.#wakeAt[a]!) this.#wake(a, now);
    const since = this.#since[a]!;
    if (now > since) {
      const cap = this.#cap[a]!;
      this.#area[a]! += (cap === 0 ? 0 : this.#used[a]! / cap) * (now - since);
      this.#since[a] = now;
    }
  }

  #wake(a: number, now: number): void {
    let next = 3_600_000 * (Math.floor(now / 3_600_000) + 1);
    for (let r = this.#first[a]!; r !== -1; ) {
      const following = this.#next[r]!;
      if (this.#expiresAt[r]! <= now) this.#drop(a, r);
      else next = Math.min(next, this.#expiresAt[r]!);
      r = following;
    }
    this.#wakeAt[a] = next;
  }

  #refuse(a: number, tokens: number): number {
    if (tokens > this.#cap[a]!) return OVER_CAP;
    this.#exhaustions[a]! += 1;
    return NO_ROOM;
  }

  #notePeak(a: number): void {
    const held = this.#used[a]! + this.#reserved[a]!;
    if (held > this.#peak[a]!) this.#peak[a] = held;
  }

  allocate(a: number, tokens: number, now: number): number {
    if ((tokens | 0) !== tokens || tokens < 0 || a >= this.#cap.length || a < 0) return BAD;
    this.#advance(a, now);
    const available = this.#cap[a]! - this.#used[a]! - this.#reserved[a]!;
    if (tokens > available) return this.#refuse(a, tokens);
    this.#used[a]! += tokens;
    this.#grants[a]! += 1;
    this.#notePeak(a);
    return available - tokens;
  }

  release(a: number, tokens: number, now: number): number {
    if ((tokens | 0) !== tokens || tokens < 0 || a >= this.#cap.length || a < 0) return BAD;
    this.#advance(a, now);
    if (tokens > this.#used[a]!) return BAD;
    this.#used[a]! -= tokens;
    return this.#cap[a]! - this.#used[a]! - this.#reserved[a]!;
  }

  reserve(a: number, tokens: number, expiresAt: number, now: number): number {
    if ((tokens | 0) !== tokens || tokens < 0 || a >= this.#cap.length || a < 0 || !(expiresAt > now)) return BAD;
    this.#advance(a, now);
    if (tokens > this.#cap[a]! - this.#used[a]! - this.#reserved[a]!) return this.#refuse(a, tokens);
    let r = this.#free;
    if (r === -1) r = this.#top++;
    else this.#free = this.#next[r]!;
    this.#holder[r] = a;
    this.#tokens[r] = tokens;
    this.#expiresAt[r] = expiresAt;
    const first = this.#first[a]!;
    this.#next[r] = first;
    this.#before[r] = -1;
    if (first !== -1) this.#before[first] = r;
    this.#first[a] = r;
    if (expiresAt < this.#wakeAt[a]!) this.#wakeAt[a] = expiresAt;
    this.#reserved[a]! += tokens;
    this.#notePeak(a);
    return this.#generation[r]! * 67_108_864 + r;
  }

  settle(handle: number, actual: number, now: number): number {
    if ((actual | 0) !== actual || actual < 0 || !(handle > 0)) return BAD;
    const r = handle % 67_108_864;
    if (r >= this.#top || this.#generation[r]! * 67_108_864 + r !== handle || this.#holder[r]! < 0) return UNKNOWN;
    const a = this.#holder[r]!;
    this.#advance(a, now);
    if (this.#holder[r]! < 0 || this.#generation[r]! * 67_108_864 + r !== handle) return UNKNOWN;
    const extra = actual - this.#tokens[r]!;
    if (extra > this.#cap[a]! - this.#used[a]! - this.#reserved[a]!) return this.#refuse(a, extra);
    this.#drop(a, r);
    this.#used[a]! += actual;
    this.#grants[a]! += 1;
    this.#notePeak(a);
    return this.#cap[a]! - this.#used[a]! - this.#reserved[a]!;
  }

  #drop(a: number, r: number): void {
    this.#reserved[a]! -= this.#tokens[r]!;
    const [before, next] = [this.#before[r]!, this.#next[r]!];
    if (before === -1) this.#first[a] = next;
    else this.#next[before] = next;
    if (next !== -1) this.#before[next] = before;
    this.#holder[r] = -1;
    this.#generation[r]! += 1;
    this.#next[r] = this.#free;
    this.#free = r;
  }

  pairs({ accounts, held, actual, now, expiresAt }: Workload): number {
    let refused = 0;
    for (let i = 0; i < accounts.length; i++) {
      const handle = this.reserve(accounts[i]!, held[i]!, expiresAt, now);
      if (handle < 0) refused += 2;
      else if (this.settle(handle, actual[i]!, now) < 0) refused += 1;
    }
    return refused;
  }

  singles({ accounts, held, now }: Workload): number {
    let refused = 0;
    for (let i = 0; i < accounts.length; i++) {
      if (this.allocate(accounts[i]!, held[i]!, now) < 0) refused += 1;
      else this.release(accounts[i]!, held[i]!, now);
    }
    return refused;
  }

  used(): number {
    return this.#used.reduce((sum, used) => sum + used, 0);
  }
}
