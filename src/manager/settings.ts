import { checkObject, TokenBudgetError } from "../errors.ts";
import { checkedClock } from "../ledger/clock.ts";
import { type Ledger, sharedLedger } from "../ledger/ledger.ts";
import type { Cleaner } from "./cleaner.ts";
import { type CountFunction, Counting, type TextCounter } from "./counting.ts";
import type { JournalSink } from "./journal.ts";
import { type AdjustmentPolicy, standardPolicy } from "./policies.ts";
import type { ComponentOptions, Profile } from "./profile.ts";
import type { TokenBudgetManager } from "./token-budget-manager.ts";
import type { TotalOptions } from "./total.ts";
import { type Shortfall, shortfalls } from "./wait-options.ts";

/** Makes a manager's cleaner when it is first needed; the manager closes it. */
export interface CleanerFactory {
  (manager: TokenBudgetManager): Cleaner;
  /** Called in place of the cleaner's own where the manager closes and never needed one. */
  close?(): Promise<void>;
}

/** Options of a manager. Only `total` has no default. */
export interface ManagerOptions {
  /**
   * Tokens, `{ contextWindow, reserveOutput }`, or a model's name (also as `{ model, reserveOutput }`). At most 2^31 - 1 tokens.
   */
  readonly total: TotalOptions;
  /** Components in their order; default the document's five. A `Profile` may be shared by many managers. */
  readonly components?: Readonly<Record<string, ComponentOptions>> | Profile;
  /**
   * What counts the texts of items: a tokenizer, or the name of an encoding or model, which is loaded first. Default: the
   * tokenizer of the model that `total` names, else `o200k_base`, loaded with the first text.
   */
  readonly tokenizer?: TextCounter | string;
  /** Counts in place of the tokenizer, as a model without a public one needs: any function, or a provider's count call. */
  readonly countTokens?: CountFunction;
  /** All time comes from here, in milliseconds; default `Date.now`. A time before the last one counts as that one. */
  readonly now?: () => number;
  /** What a request gets that cleanup could not make room for. Default "throw". */
  readonly onShortfall?: Shortfall;
  /** Rounds of cleanup for one request, at most; those for the requests before it alone are not counted. Default 3. */
  readonly maxPasses?: number;
  /** The least that a cleanup should free, in tokens. Default a twentieth of the component's cap, at most 1,024. */
  readonly minGain?: number;
  /** Where a need is still unmet, strategies run again with their age gates ignored. Default true. */
  readonly escalate?: boolean;
  /** A component that passes the high edge of its band is brought to the low edge in the background. Default true. */
  readonly proactiveCleanup?: boolean;
  /** What frees tokens: a cleaner (the caller closes it), or a function that makes one for this manager. Default: nothing. */
  readonly cleaner?: Cleaner | CleanerFactory;
  /** How shares are adjusted. Default the document's two rules. */
  readonly policy?: AdjustmentPolicy;
  /** The window of adjusting and of mean use, in milliseconds. Default one hour. */
  readonly windowMs?: number;
  /** After this time a reservation that is not settled ends, in milliseconds. Default 10 minutes. */
  readonly reservationTtlMs?: number;
  /**
   * Is given every move of tokens of this manager and its children, in order. Managers of a process may share one: a replay
   * gives the budgets of all.
   */
  readonly journal?: JournalSink;
  /** Names this session in an archive. Default a random name. */
  readonly namespace?: string;
  /** Default: one ledger that all managers of this thread share. */
  readonly ledger?: Ledger;
}

/** Options as checked, with their defaults. */
export interface Settings {
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly counting: Counting;
  readonly onShortfall: Shortfall;
  readonly maxPasses: number;
  readonly minGain: number | undefined;
  readonly escalate: boolean;
  readonly proactiveCleanup: boolean;
  readonly cleaner: ManagerOptions["cleaner"];
  readonly policy: AdjustmentPolicy;
  readonly windowMs: number;
  readonly reservationTtlMs: number;
  readonly namespace: string | undefined;
}

/** @throws TokenBudgetError INVALID_ARGUMENT */
export function settingsOf(options: ManagerOptions): Settings {
  checkObject(options);
  const { maxPasses = 3, onShortfall = "throw", windowMs = 3_600_000, reservationTtlMs = 600_000 } = options;
  require(Number.isSafeInteger(maxPasses) && maxPasses >= 0, "maxPasses");
  require(shortfalls.includes(onShortfall), "onShortfall");
  require(Number.isFinite(windowMs) && windowMs > 0, "windowMs");
  require(typeof reservationTtlMs === "number" && reservationTtlMs > 0, "reservationTtlMs");
  require(options.minGain === undefined || (Number.isSafeInteger(options.minGain) && options.minGain >= 0), "minGain");
  for (const name of ["now", "countTokens", "policy", "journal"] as const) {
    require(options[name] === undefined || typeof options[name] === "function", name);
  }
  for (const name of ["escalate", "proactiveCleanup"] as const) {
    require(options[name] === undefined || typeof options[name] === "boolean", name);
  }
  const { tokenizer, cleaner, ledger } = options;
  const counts =
    typeof tokenizer === "object" &&
    typeof tokenizer?.count === "function" &&
    typeof tokenizer.countBatch === "function" &&
    typeof tokenizer.encoding === "string";
  require(tokenizer === undefined || typeof tokenizer === "string" || counts, "tokenizer");
  require(cleaner === undefined || typeof cleaner === "function" || typeof cleaner?.clean === "function", "cleaner");
  require(ledger === undefined || typeof ledger?.openAccounts === "function", "ledger");
  require(options.namespace === undefined || typeof options.namespace === "string", "namespace");
  return lasting({
    ledger: ledger ?? sharedLedger(),
    now: checkedClock(options.now),
    counting: countingOf(options),
    onShortfall,
    maxPasses,
    minGain: options.minGain,
    escalate: options.escalate ?? true,
    proactiveCleanup: options.proactiveCleanup ?? true,
    cleaner,
    policy: options.policy ?? standardPolicy,
    windowMs,
    reservationTtlMs,
    namespace: options.namespace,
  });
}

let last: Settings | undefined;

/** The settings before these, where they are the same: managers made alike share them. */
function lasting(settings: Settings): Settings {
  const same =
    last !== undefined && Object.entries(settings).every(([name, value]) => last![name as keyof Settings] === value);
  if (!same) last = settings;
  return last!;
}

function require(condition: boolean, name: string): void {
  if (!condition) throw new TokenBudgetError("INVALID_ARGUMENT", `the option ${name} is out of range`, { name });
}

let standardCounting: Counting | undefined;

function countingOf({ tokenizer, countTokens, total }: ManagerOptions): Counting {
  const model = typeof total === "object" && total !== null && "model" in total ? total.model : total;
  const named = typeof model === "string" ? model : undefined;
  if (tokenizer !== undefined || countTokens !== undefined || named !== undefined) {
    return new Counting({ tokenizer: tokenizer ?? named, countTokens });
  }
  standardCounting ??= new Counting({});
  return standardCounting;
}

/** 128 random bits as hexadecimal digits. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
