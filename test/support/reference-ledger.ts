/** A ledger in the plainest form: objects, lists and sums over them. The oracle of the one in WebAssembly. */
export interface ReferenceAccount {
  readonly budget: ReferenceBudget;
  cap: number;
  used: number;
  peak: number;
  exhaustions: number;
  grants: number;
  reservations: { id: number; tokens: number; until: number }[];
  /** Every change of used / cap: from when, and what to. */
  history: { at: number; level: number }[];
}

export interface ReferenceBudget {
  readonly total: number;
  readonly origin: number;
  readonly windowMs: number;
  readonly parent: ReferenceAccount | undefined;
  readonly accounts: ReferenceAccount[];
  children: number;
}

export class ReferenceLedger {
  readonly budgets: ReferenceBudget[] = [];
  now = 0;
  #ids = 0;

  open(caps: readonly number[], windowMs: number, parent?: ReferenceAccount): ReferenceBudget | undefined {
    const total = caps.reduce((sum, cap) => sum + cap, 0);
    if (parent !== undefined && !this.allocate(parent, total)) return undefined;
    if (parent !== undefined) parent.budget.children += 1;
    const accounts: ReferenceAccount[] = [];
    const budget = { total, origin: this.now, windowMs, parent, accounts, children: 0 };
    for (const cap of caps) {
      const history = [{ at: this.now, level: 0 }];
      accounts.push({ budget, cap, used: 0, peak: 0, exhaustions: 0, grants: 0, reservations: [], history });
    }
    this.budgets.push(budget);
    return budget;
  }

  close(budget: ReferenceBudget): boolean {
    if (budget.children > 0) return false;
    this.budgets.splice(this.budgets.indexOf(budget), 1);
    if (budget.parent === undefined) return true;
    budget.parent.budget.children -= 1;
    this.#use(budget.parent, -budget.total);
    return true;
  }

  reserved(account: ReferenceAccount): number {
    account.reservations = account.reservations.filter(({ until }) => until > this.now);
    return account.reservations.reduce((sum, { tokens }) => sum + tokens, 0);
  }

  available(account: ReferenceAccount): number {
    return account.cap - account.used - this.reserved(account);
  }

  allocate(account: ReferenceAccount, tokens: number): boolean {
    if (!this.#check(account, tokens)) return false;
    account.grants += 1;
    this.#use(account, tokens);
    return true;
  }

  release(account: ReferenceAccount, tokens: number): boolean {
    const charged = this.budgets.filter(({ parent }) => parent === account).reduce((sum, { total }) => sum + total, 0);
    if (tokens > account.used - charged) return false;
    this.#use(account, -tokens);
    return true;
  }

  reserve(account: ReferenceAccount, tokens: number, until: number): number | undefined {
    if (!this.#check(account, tokens)) return undefined;
    const id = ++this.#ids;
    account.reservations.push({ id, tokens, until });
    this.#peak(account);
    return id;
  }

  holder(id: number): ReferenceAccount | undefined {
    return this.budgets
      .flatMap(({ accounts }) => accounts)
      .find((account) => account.reservations.some((each) => each.id === id && each.until > this.now));
  }

  settle(id: number, actual: number): boolean {
    const account = this.holder(id);
    const held = account?.reservations.find((each) => each.id === id);
    if (account === undefined || held === undefined) return false;
    if (actual > held.tokens && !this.#check(account, actual - held.tokens)) return false;
    account.reservations = account.reservations.filter((each) => each !== held);
    account.grants += 1;
    this.#use(account, actual);
    return true;
  }

  cancel(id: number): number | undefined {
    const account = this.holder(id);
    const held = account?.reservations.find((each) => each.id === id);
    if (account === undefined || held === undefined) return undefined;
    account.reservations = account.reservations.filter((each) => each !== held);
    return held.tokens;
  }

  extend(id: number, until: number): boolean {
    const held = this.holder(id)?.reservations.find((each) => each.id === id);
    if (held === undefined) return false;
    held.until = until;
    return true;
  }

  transfer(from: ReferenceAccount, to: ReferenceAccount, tokens: number): boolean {
    if (tokens > this.available(from)) return false;
    from.cap -= tokens;
    to.cap += tokens;
    this.#use(from, 0);
    this.#use(to, 0);
    return true;
  }

  /** Mean level over the last window's length; of the window before the current one, its mean stands for each part. */
  meanUse(account: ReferenceAccount): number {
    const { origin, windowMs } = account.budget;
    const elapsed = this.now - origin;
    const index = Math.floor(elapsed / windowMs);
    const start = origin + index * windowMs;
    if (index === 0)
      return elapsed === 0 ? account.history.at(-1)!.level : this.#area(account, origin, this.now) / elapsed;
    const previous = this.#area(account, start - windowMs, start) / windowMs;
    const current = this.#area(account, start, this.now);
    return (current + previous * (windowMs - (this.now - start))) / windowMs;
  }

  #area(account: ReferenceAccount, from: number, to: number): number {
    let area = 0;
    for (const [index, { at, level }] of account.history.entries()) {
      const end = account.history[index + 1]?.at ?? Number.POSITIVE_INFINITY;
      area += level * Math.max(0, Math.min(end, to) - Math.max(at, from));
    }
    return area;
  }

  #check(account: ReferenceAccount, tokens: number): boolean {
    if (tokens <= this.available(account)) return true;
    if (tokens <= account.cap) account.exhaustions += 1;
    return false;
  }

  #use(account: ReferenceAccount, tokens: number): void {
    account.used += tokens;
    account.history.push({ at: this.now, level: account.cap === 0 ? 0 : account.used / account.cap });
    this.#peak(account);
  }

  #peak(account: ReferenceAccount): void {
    account.peak = Math.max(account.peak, account.used + this.reserved(account));
  }
}
