import type { Contestant, Workload } from "./workload.ts";

interface Account {
  cap: number;
  used: number;
  reserved: number;
  peak: number;
  exhaustions: number;
  grants: number;
  since: number;
  area: number;
  wakeAt: number;
  reservations: Set<number>;
}

interface Reservation {
  account: Account;
  tokens: number;
  expiresAt: number;
}

/** A ledger of objects and Maps, keyed by names, with the same checks and bookkeeping: how one writes it first. */
export class MapLedger implements Contestant {
  readonly #accounts = new Map<string, Account>();
  readonly #reservations = new Map<number, Reservation>();
  readonly #names: string[];
  #made = 0;

  constructor(caps: readonly number[]) {
    this.#names = caps.map((_, index) => `session ${index}`);
    for (const [index, cap] of caps.entries()) {
      const times = { since: 0, area: 0, wakeAt: 3_600_000 };
      const counts = { used: 0, reserved: 0, peak: 0, exhaustions: 0, grants: 0 };
      this.#accounts.set(this.#names[index]!, { cap, ...counts, ...times, reservations: new Set() });
    }
  }

  #find(name: string, tokens: number): Account | undefined {
    return Number.isInteger(tokens) && tokens >= 0 && tokens < 2 ** 31 ? this.#accounts.get(name) : undefined;
  }

  #advance(account: Account, now: number): void {
    if (now >= account.wakeAt) this.#wake(account, now);
    if (now <= account.since) return;
    account.area += (account.cap === 0 ? 0 : account.used / account.cap) * (now - account.since);
    account.since = now;
  }

  #wake(account: Account, now: number): void {
    account.wakeAt = 3_600_000 * (Math.floor(now / 3_600_000) + 1);
    for (const id of account.reservations) {
      const { expiresAt } = this.#reservations.get(id)!;
      if (expiresAt <= now) this.#drop(id);
      else account.wakeAt = Math.min(account.wakeAt, expiresAt);
    }
  }

  #fits(account: Account, tokens: number): boolean {
    if (tokens <= account.cap - account.used - account.reserved) return true;
    if (tokens <= account.cap) account.exhaustions += 1;
    return false;
  }

  #notePeak(account: Account): void {
    account.peak = Math.max(account.peak, account.used + account.reserved);
  }

  #drop(id: number): void {
    const { account, tokens } = this.#reservations.get(id)!;
    account.reserved -= tokens;
    account.reservations.delete(id);
    this.#reservations.delete(id);
  }

  allocate(name: string, tokens: number, now: number): boolean {
    const account = this.#find(name, tokens);
    if (account === undefined) return false;
    this.#advance(account, now);
    if (!this.#fits(account, tokens)) return false;
    account.used += tokens;
    account.grants += 1;
    this.#notePeak(account);
    return true;
  }

  release(name: string, tokens: number, now: number): boolean {
    const account = this.#find(name, tokens);
    if (account === undefined) return false;
    this.#advance(account, now);
    if (tokens > account.used) return false;
    account.used -= tokens;
    return true;
  }

  reserve(name: string, tokens: number, expiresAt: number, now: number): number {
    const account = this.#find(name, tokens);
    if (account === undefined || !(expiresAt > now)) return -1;
    this.#advance(account, now);
    if (!this.#fits(account, tokens)) return -1;
    const id = ++this.#made;
    this.#reservations.set(id, { account, tokens, expiresAt });
    account.reservations.add(id);
    account.wakeAt = Math.min(account.wakeAt, expiresAt);
    account.reserved += tokens;
    this.#notePeak(account);
    return id;
  }

  settle(id: number, actual: number, now: number): boolean {
    const holder = this.#reservations.get(id)?.account;
    if (holder === undefined || !Number.isInteger(actual) || actual < 0) return false;
    this.#advance(holder, now);
    const reservation = this.#reservations.get(id);
    if (reservation === undefined || !this.#fits(holder, actual - reservation.tokens)) return false;
    this.#drop(id);
    holder.used += actual;
    holder.grants += 1;
    this.#notePeak(holder);
    return true;
  }

  pairs({ accounts, held, actual, now, expiresAt }: Workload): number {
    let refused = 0;
    for (let i = 0; i < accounts.length; i++) {
      const id = this.reserve(this.#names[accounts[i]!]!, held[i]!, expiresAt, now);
      if (id < 0) refused += 2;
      else if (!this.settle(id, actual[i]!, now)) refused += 1;
    }
    return refused;
  }

  singles({ accounts, held, now }: Workload): number {
    let refused = 0;
    for (let i = 0; i < accounts.length; i++) {
      const name = this.#names[accounts[i]!]!;
      if (!this.allocate(name, held[i]!, now)) refused += 1;
      else this.release(name, held[i]!, now);
    }
    return refused;
  }

  used(): number {
    return [...this.#accounts.values()].reduce((sum, { used }) => sum + used, 0);
  }
}
