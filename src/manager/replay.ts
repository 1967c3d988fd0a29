import { TokenBudgetError } from "../errors.ts";
import { type AccountState, Ledger } from "../ledger/ledger.ts";
import { checkTime, checkTokens, Status } from "../ledger/status.ts";
import { rebuildBudget } from "./budget-state.ts";
import { checkBudget, isCount, isTime } from "./check-budget.ts";
import type { JournalEntry } from "./journal.ts";

/** A budget that a journal was replayed to. */
export interface ReplayedBudget {
  /** The budget's number in the journal. */
  readonly number: number;
  readonly accounts: Readonly<Record<string, Omit<AccountState, "area" | "since" | "previous">>>;
  /** Open reservations: their tokens by id. */
  readonly reservations: Readonly<Record<string, number>>;
}

interface Budget {
  number: number;
  names: string[];
  handles: Map<string, { handle: number; tokens: number }>;
}

/**
 * Runs a journal on a ledger of its own.
 * @param journal entries, or JSON lines (each, or a whole text of them), in the order in which one sink was given them, from
 * the first on: a manager that is restored in another process begins a journal of its own. A last line that a crash cut off is
 * left out by the caller.
 * @param at the time at which the result is read; default the last entry's.
 * @returns the budgets that are open at the end, in the order of their numbers.
 * @throws TokenBudgetError BAD_JOURNAL with the number of the entry that is broken or that this ledger answers otherwise;
 * `cause` says why.
 * Cost: one call of the ledger an entry.
 * @example
 * const journal: string[] = [];
 * const sink = jsonLines((line) => journal.push(line));
 * const manager = await createTokenBudgetManager({ total: 10_000, journal: sink });
 * manager.tryAllocate("working_memory", 40);
 * replayJournal(journal)[0]?.accounts.working_memory?.used; // => 40
 * replayJournal(["{}"]); // throws BAD_JOURNAL
 */
export function replayJournal(
  journal: string | Iterable<string | JournalEntry>,
  at?: number,
): readonly ReplayedBudget[] {
  const lines = typeof journal === "string" ? journal.split("\n") : journal;
  if (typeof lines?.[Symbol.iterator] !== "function") {
    throw new TokenBudgetError("INVALID_ARGUMENT", "a journal must be a text, lines or entries", { name: "journal" });
  }
  if (at !== undefined) checkTime(at, "at");
  const ledger = new Ledger();
  const budgets = new Map<number, Budget>();
  let index = 0;
  let time = 0;
  for (const line of lines) {
    if (line === "" || line === "\n") continue;
    try {
      const entry = typeof line === "string" ? (JSON.parse(line) as JournalEntry & { v?: number }) : line;
      if ("v" in entry && entry.v !== 1) throw new RangeError("its version is not 1");
      if (!isTime(entry.t)) throw new RangeError("it has no time");
      if (!isCount(entry.b)) throw new RangeError("it is of no budget");
      time = entry.t;
      apply(ledger, budgets, entry);
    } catch (cause) {
      throw new TokenBudgetError("BAD_JOURNAL", `entry ${index} can't be replayed`, { entry: index }, cause);
    }
    index += 1;
  }
  return [...budgets]
    .sort(([a], [b]) => a - b)
    .map(([number, budget]) => readBudget(ledger, number, budget, at ?? time));
}

function readBudget(ledger: Ledger, number: number, { number: cell, names, handles }: Budget, at: number) {
  const accounts = names.map((name, index) => {
    const { woke: _, area: __, since: ___, previous: ____, ...account } = ledger.read(cell + 1 + index, at);
    return [name, account] as const;
  });
  const open = [...handles].filter(([, { handle }]) => !Number.isNaN(ledger.core.call((wasm) => wasm.expiry(handle))));
  return {
    number,
    accounts: Object.fromEntries(accounts),
    reservations: Object.fromEntries(open.map(([id, { tokens }]) => [id, tokens])),
  };
}

function apply(ledger: Ledger, budgets: Map<number, Budget>, entry: JournalEntry): void {
  if (entry.op === "open") {
    if (budgets.has(entry.b)) throw new RangeError("a budget is opened twice");
    const parent = entry.parent === undefined ? 0 : accountOf(budgetOf(budgets, entry.parent[0]), entry.parent[1]);
    const number = ledger.openAccounts(Object.values(entry.caps), parent, entry.windowMs, entry.t);
    budgets.set(entry.b, { number, names: Object.keys(entry.caps), handles: new Map() });
    return;
  }
  const budget = budgetOf(budgets, entry.b);
  if (entry.op === "close") {
    close(ledger, budget, entry.t);
    budgets.delete(entry.b);
  } else if (entry.op === "restore") {
    restoreBudget(ledger, budget, entry);
  } else {
    applyMove(ledger, budget, entry);
  }
}

type Move = Exclude<JournalEntry, { op: "open" | "close" | "restore" }>;

const ofReservations: ReadonlySet<Move["op"]> = new Set(["reserve", "settle", "refuse-settle", "cancel", "extend"]);

/** The module would take what is no number as one. */
function checkReservation({ op, id, until }: Partial<Move & { op: "reserve" | "extend" }>): void {
  if (typeof id !== "string") throw new RangeError("its reservation has no name");
  const ends = until === null || isTime(until);
  if ((op === "reserve" || op === "extend") && !ends) throw new RangeError("its reservation ends at no time");
}

function applyMove(ledger: Ledger, budget: Budget, entry: Move): void {
  if (entry.op !== "cancel" && entry.op !== "extend") checkTokens(entry.n);
  if (ofReservations.has(entry.op)) checkReservation(entry as Partial<Move & { op: "reserve" | "extend" }>);
  const status = move(ledger, budget, entry);
  const refused = entry.op === "refuse" || entry.op === "refuse-settle";
  if (refused ? status !== Status.noRoom : status < 0) throw new RangeError(`the ledger answers ${status}`);
}

/** Does what the entry says. Returns what the ledger answers. */
function move({ core }: Ledger, budget: Budget, entry: Move): number {
  const { t } = entry;
  const handleOf = (id: string) => budget.handles.get(id)?.handle ?? 0;
  switch (entry.op) {
    case "allocate":
    case "refuse":
      return core.allocate(accountOf(budget, entry.c), entry.n, t);
    case "release":
      return core.release(accountOf(budget, entry.c), entry.n, 0, t);
    case "reserve": {
      const handle = core.reserve(accountOf(budget, entry.c), entry.n, entry.until ?? Number.POSITIVE_INFINITY, t);
      if (handle >= 0) budget.handles.set(entry.id, { handle, tokens: entry.n });
      return handle;
    }
    case "settle":
    case "refuse-settle":
      return core.settle(handleOf(entry.id), entry.n, t);
    case "cancel":
      return core.call((wasm) => wasm.cancel(handleOf(entry.id), t));
    case "extend": {
      const until = entry.until ?? Number.POSITIVE_INFINITY;
      return core.call((wasm) => wasm.extend(handleOf(entry.id), until, t));
    }
    case "transfer": {
      const [from, to] = [accountOf(budget, entry.from), accountOf(budget, entry.to)];
      return core.call((wasm) => wasm.transfer(from, to, entry.n, t));
    }
    default:
      throw new RangeError("no such entry");
  }
}

/** The restored budget takes the place of the one that was opened, under the same parent. */
function restoreBudget(ledger: Ledger, budget: Budget, entry: JournalEntry & { op: "restore" }): void {
  checkBudget(entry.state, (why) => {
    throw new RangeError(why);
  });
  const { budget: number, handles } = rebuildBudget(ledger, entry.state);
  // A root budget has no place to take over, and its total may be another.
  ledger.core.call((wasm) => wasm.replace(budget.number, number));
  close(ledger, budget, entry.t);
  budget.number = number;
  budget.names = entry.state.accounts.map(({ id }) => id);
  budget.handles = new Map(
    entry.state.reservations.map(({ id, tokens }) => [id, { handle: handles.get(id)!, tokens }]),
  );
}

function close(ledger: Ledger, budget: Budget, at: number): void {
  const status = ledger.core.call((wasm) => wasm.close(budget.number, at));
  if (status < 0) throw new RangeError(`the ledger answers ${status}`);
}

function budgetOf(budgets: Map<number, Budget>, number: number): Budget {
  const budget = budgets.get(number);
  if (budget === undefined) throw new RangeError("no such budget");
  return budget;
}

function accountOf(budget: Budget, name: string): number {
  const index = budget.names.indexOf(name);
  if (index < 0) throw new RangeError("no such component");
  return budget.number + 1 + index;
}
