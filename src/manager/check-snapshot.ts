import { TokenBudgetError } from "../errors.ts";
import { type Bad, checkBudget, isCount, isTime, isWhole } from "./check-budget.ts";
import type { Item } from "./item.ts";
import { checkFields } from "./item-input.ts";
import type { AccountRecord } from "./journal.ts";
import type { NotedUse } from "./mean-tokens.ts";
import { capsOf, Profile } from "./profile.ts";
import type { ManagerSnapshot } from "./snapshot.ts";

/**
 * Checks all that a restore relies on, so that it can't fail half-way: shapes, the ledger's invariants, and that items
 * and children are booked. @throws TokenBudgetError BAD_SNAPSHOT
 */
export function checkSnapshot(snapshot: ManagerSnapshot, base?: Profile): void {
  const bad = (why: string): never => {
    throw new TokenBudgetError("BAD_SNAPSHOT", `the snapshot can't be restored: ${why}`, { why });
  };
  try {
    if (snapshot.version !== 1) bad("its version is not 1");
    const profile = new Profile(snapshot.components);
    const own = profile.rules.map((rule) => rule.id);
    if (base !== undefined && sharesIn(base) !== sharesIn(profile)) bad("its components or their shares are others");
    const { accounts } = snapshot.budget;
    if (JSON.stringify(accounts.map(({ id }) => id)) !== JSON.stringify(own)) bad("its accounts are others");
    checkBudget(snapshot.budget, bad);
    if (!isWhole(snapshot.total)) bad("its total is wrong");
    if (accounts.reduce((sum, { cap }) => sum + cap, 0) !== snapshot.total) bad("its caps do not sum to its total");
    if (!isCount(snapshot.nextSequence) || typeof snapshot.namespace !== "string") bad("its shape is wrong");
    checkItems(snapshot, bad);
    for (const account of accounts) checkHeld(snapshot, account, bad);
    checkMoves(snapshot, profile, bad);
    for (const [id, { exhaustedAt, cleanups, freed, partial, noted }] of Object.entries(snapshot.activity)) {
      const counts = [cleanups, freed, partial].every(isCount);
      if (!own.includes(id) || !exhaustedAt.every(isTime) || !counts) bad("a count is wrong");
      if (noted !== undefined && !isNoted(noted)) bad("a use that was noted is wrong");
    }
    for (const { component, snapshot: child } of snapshot.children) {
      if (!own.includes(component)) bad("a child's component is unknown");
      checkSnapshot(child);
    }
  } catch (error) {
    if (error instanceof TokenBudgetError && error.code === "BAD_SNAPSHOT") throw error;
    throw new TokenBudgetError("BAD_SNAPSHOT", "the snapshot can't be restored: its shape is wrong", {}, error);
  }
}

const isNoted = ({ window, area, tokens, previous }: NotedUse): boolean =>
  [window, area, tokens, previous].every(isTime) && Math.min(window, area, tokens) >= 0;

const sharesIn = ({ rules }: Profile): string => JSON.stringify(rules.map(({ id, share }) => [id, share]));

/** The caps are what the shares come to, and what rules and loans have moved: else a share would never return to its base. */
function checkMoves(snapshot: ManagerSnapshot, profile: Profile, bad: Bad): void {
  const { rules, loans, total } = snapshot;
  const shares = profile.rules.map(({ share }) => share);
  const caps = new Map(capsOf(total, shares).map((cap, index) => [profile.rules[index]!.id, cap]));
  const move = (from: string, to: string, tokens: number, why: string) => {
    if (!caps.has(from) || !caps.has(to) || from === to || !isWhole(tokens)) bad(why);
    caps.set(from, caps.get(from)! - tokens);
    caps.set(to, caps.get(to)! + tokens);
  };
  if (new Set(rules.map(({ rule }) => rule)).size < rules.length) bad("two rules have one name");
  for (const { rule, from, to, wanted, moved, share, firedAt, seenAt, reason } of rules) {
    const named = typeof rule === "string" && typeof reason === "string";
    const wants = isTime(share) && share >= 0 && share < 1 && wanted === Math.round(share * total);
    if (!named || !wants || !isTime(firedAt) || !isTime(seenAt)) bad("a rule is wrong");
    move(from, to, moved, "a rule is wrong");
  }
  for (const { lender, borrower, tokens } of loans) {
    if (tokens === 0) bad("a loan is wrong");
    move(lender, borrower, tokens, "a loan is wrong");
  }
  for (const { id, cap } of snapshot.budget.accounts) {
    if (cap !== caps.get(id)) bad("its caps are not what its shares, rules and loans come to");
  }
}

function checkItems(snapshot: ManagerSnapshot, bad: Bad): void {
  const ids = new Set<string>();
  for (const item of snapshot.items) {
    const { id, component, text, tokens, sequence, version } = item;
    if (typeof id !== "string" || id === "" || ids.has(id)) bad("an item's id is wrong");
    if (typeof text !== "string" || item.kind === undefined || item.pinned === undefined) bad("an item lacks a field");
    if (!isWhole(tokens) || !isCount(sequence) || !isCount(version)) bad("an item's numbers are wrong");
    if (sequence >= snapshot.nextSequence) bad("an item's place is wrong");
    if (![item.createdAt, item.lastUsedAt, item.priority].every(isTime)) bad("an item's times or priority are wrong");
    checkFields(item);
    checkOrigin(item, bad);
    if (!Object.hasOwn(snapshot.components, component)) bad("an item's component is unknown");
    ids.add(id);
  }
}

/** What the manager adds to an item. */
function checkOrigin({ tokens, estimate, ref, edited }: Item, bad: Bad): void {
  const bounds = estimate === undefined || (isWhole(estimate.low) && estimate.low < tokens && estimate.high === tokens);
  const known = edited === undefined || ["lossless", "stub", "excerpt", "summary"].includes(edited);
  if (!bounds || !known || (ref !== undefined && typeof ref !== "string")) bad("an item's estimate or origin is wrong");
}

/** What items and children hold is booked. */
function checkHeld(snapshot: ManagerSnapshot, { id, cap, used, peak }: AccountRecord, bad: Bad): void {
  const sum = (tokens: readonly number[]) => tokens.reduce((total, each) => total + each, 0);
  const { budget, children, items } = snapshot;
  const reserved = sum(budget.reservations.filter(({ component }) => component === id).map(({ tokens }) => tokens));
  const charged = sum(children.filter(({ component }) => component === id).map((child) => child.snapshot.total));
  const kept = sum(items.filter(({ component }) => component === id).map(({ tokens }) => tokens));
  if (used + reserved + charged > cap || peak < used + reserved + charged) bad("more is held than fits");
  if (kept > used) bad("an item is not booked");
}
