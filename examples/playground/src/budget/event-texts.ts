import {
  type AdjustmentMove,
  BudgetExceededError,
  type CleanReport,
  type EditReport,
  type StrategyReport,
} from "token-budget";
import { counted, figure } from "../page/dom.ts";
import type { LogEntry } from "./event-log.ts";

const wentTo: Readonly<Record<EditReport["type"], string>> = {
  remove: "moved to the archive",
  summary: "summarised, the original is in the archive",
  excerpt: "cut to an excerpt, the original is in the archive",
  stub: "replaced by a stub, the original is in the archive",
  lossless: "tidied without loss",
};

/** One line a strategy: what it freed, and where that went. */
export function cleanupLines({ strategies, left }: CleanReport): string[] {
  const lines = strategies
    .filter(({ freed, skipped }) => freed > 0 || (skipped !== undefined && skipped !== "below minGain"))
    .map(strategyLine);
  const stay = Object.entries(left ?? {}).filter(([, tokens]) => tokens > 0);
  if (stay.length > 0) lines.push(`stays: ${stay.map(([why, tokens]) => `${figure(tokens)} ${why}`).join(", ")}`);
  return lines;
}

function strategyLine({ strategy, freed, edits, skipped }: StrategyReport): string {
  if (skipped !== undefined) return `${strategy} was skipped: ${skipped}`;
  const numbers = new Map<EditReport["type"], number>();
  for (const { type } of edits) numbers.set(type, (numbers.get(type) ?? 0) + 1);
  const went = [...numbers].map(([type, number]) => `${counted(number, "item")} ${wentTo[type]}`);
  return `${strategy} ${figure(freed)}: ${went.join("; ")}`;
}

export function cleanupEntry(report: CleanReport, freed: number): LogEntry {
  const how = report.escalated ? ", ages ignored" : "";
  const text =
    freed === 0
      ? `Cleanup of ${report.component}: nothing could be freed`
      : `Cleanup of ${report.component} freed ${figure(freed)} tokens${how}`;
  return { kind: "cleanup", text, details: cleanupLines(report) };
}

export function planEntry(report: CleanReport): LogEntry {
  const text = `A cleanup of ${report.component} would free ${figure(report.freed)} of ${figure(report.goal)} tokens wanted`;
  return { kind: "plan", text, details: cleanupLines(report) };
}

export function adjustedEntry(moves: readonly AdjustmentMove[]): LogEntry {
  if (moves.length === 0) return { kind: "shares", text: "No share moves: no rule has a cause that is new" };
  const tokens = moves.reduce((sum, move) => sum + Math.abs(move.tokens), 0);
  return { kind: "shares", text: `Shares: ${figure(tokens)} tokens of cap moved`, details: moves.map(moveLine) };
}

function moveLine({ from, to, tokens, pending, reason }: AdjustmentMove): string {
  const waits = pending === 0 ? "" : ` (${figure(Math.abs(pending))} wait for room)`;
  const [giver, taker] = tokens < 0 ? [to, from] : [from, to];
  return `${figure(Math.abs(tokens))} from ${giver} to ${taker}${waits}: ${reason}`;
}

/** What a refusal means, in numbers: undefined for any other error. */
export function refusal(error: unknown): string | undefined {
  if (!(error instanceof BudgetExceededError)) return undefined;
  const { component, requested, available, missing, freed } = error.data;
  const tried = freed > 0 ? `, after a cleanup freed ${figure(freed)}` : "";
  return `${component} has no room: ${figure(requested)} tokens wanted, ${figure(available)} free${tried}, ${figure(missing)} missing.`;
}
