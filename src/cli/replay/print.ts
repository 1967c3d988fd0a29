import type { ReplayResult } from "../../replay/recording.ts";
import { freedTokens, strategyTotals } from "../../replay/strategy-totals.ts";
import { columnsOf, padColumns, printable } from "../../report/columns.ts";
import { formatReport } from "../../report/format-report.ts";
import { figure, quantity } from "../../report/quantity.ts";
import type { Terminal } from "../terminal.ts";

const percent = (value: number) => `${value.toFixed(0)}%`;

/** A figure with its noun, in columns. */
const counted = (value: number, width: number, one: string) =>
  `${figure(value).padStart(width)} ${(value === 1 ? one : `${one}s`).padEnd(one.length + 1)}`;

/** The result of a replay as text. */
export function printResult(result: ReplayResult, terminal: Terminal, { speed }: { readonly speed?: boolean }): void {
  const { out, colors } = terminal;
  const { session, budget, report } = result;
  out(colors.bold(session.name));
  out(
    `${quantity(session.messages, "message")}, ${quantity(session.turns, "turn")}, ${quantity(session.tokens, "token")} as ${session.format}; budget ${figure(budget.total)} (${budget.rule}); ${budget.counting}`,
  );
  out("");
  componentTable(result, terminal);
  cleanupTable(result, terminal);
  adjustments(result, terminal);
  denials(result, terminal);
  const { archive } = result;
  out(
    `archive: ${quantity(archive.entries, "original")}, ${quantity(archive.tokens, "token")}; overall peak ${percent(result.overall["peak%"])}, mean ${percent(result.overall["mean%"])} of ${figure(report.total.allocated)}`,
  );
  const { elapsedMs, tokensPerSecond, cpuMsPerTurn, longestStallMs } = result.speed;
  const cpu = speed ? `, ${cpuMsPerTurn.toFixed(3)} ms of CPU a turn` : "";
  out(
    `${(elapsedMs / 1000).toFixed(2)} s, ${figure(tokensPerSecond)} tokens/s, longest event-loop stall ${longestStallMs.toFixed(1)} ms${cpu}`,
  );
  for (const { name, passed, detail } of result.selfCheck.checks)
    out(`${passed ? colors.green("✓") : colors.red("✗")} ${name}: ${colors.dim(detail)}`);
  out("");
}

/** The budget at the end, and how each component stood over the session. */
function componentTable(result: ReplayResult, { out, colors }: Terminal): void {
  out(formatReport(result.report, { colors: colors.isColorSupported }));
  const names = result.components;
  const width = Math.max("overall".length, ...names.map((name) => columnsOf(printable(name))));
  out("");
  out(colors.dim(`${"over the session".padEnd(width)}  peak  mean  under  within  over`));
  for (const [name, time] of [
    ...names.map((id) => [id, result.byComponent[id]!] as const),
    ["overall", result.overall] as const,
  ]) {
    const shares = [time.under, time.within, time.over].map((share) => percent(100 * share));
    out(
      `${padColumns(printable(name), width)}  ${percent(time["peak%"]).padStart(4)}  ${percent(time["mean%"]).padStart(4)}  ${shares[0]!.padStart(5)}  ${shares[1]!.padStart(6)}  ${shares[2]!.padStart(4)}`,
    );
  }
  out("");
}

function cleanupTable(result: ReplayResult, { out, colors }: Terminal): void {
  const totals = strategyTotals(result.cleanups);
  const freed = freedTokens(result.cleanups);
  const escalated = result.cleanups.filter(({ report }) => report.escalated).length;
  const extra = escalated > 0 ? `, ${escalated} escalated` : "";
  out(`cleanups: ${figure(result.cleanups.length)}${extra}, ${quantity(freed, "token")} freed`);
  const widest = (names: readonly string[]) => Math.max(18, ...names.map((name) => columnsOf(printable(name))));
  const widths = [widest(totals.map((each) => each.component)), widest(totals.map((each) => each.strategy))] as const;
  for (const { component, strategy, runs, items, freed: tokens, elapsedMs } of totals)
    out(
      `  ${padColumns(printable(component), widths[0])} ${padColumns(printable(strategy), widths[1])} ${counted(tokens, 9, "token")}  ${counted(items, 5, "item")}  ${counted(runs, 4, "run")}  ${elapsedMs.toFixed(1).padStart(7)} ms`,
    );
  const stuck = result.cleanups.filter(({ why }) => why !== undefined);
  if (stuck.length > 0) {
    const last = stuck.at(-1)!;
    out(
      colors.yellow(
        `  ${stuck.length} left their component above its band; the last, ${printable(last.report.component)}: ${last.why}`,
      ),
    );
  }
}

function adjustments(result: ReplayResult, { out }: Terminal): void {
  const moves = result.adjustments.flatMap((adjustment) =>
    adjustment.moves.map((move) => ({ ...adjustment, ...move })),
  );
  const shown = moves.filter(({ tokens }) => tokens !== 0).slice(0, 8);
  if (shown.length > 0) out("adjustments:");
  for (const { at, from, to, tokens, reason } of shown) {
    const [giver, taker] = tokens > 0 ? [from, to] : [to, from];
    out(
      `  ${(at / 3_600_000).toFixed(1)} h  ${quantity(Math.abs(tokens), "token")} ${printable(giver)} → ${printable(taker)}: ${reason}`,
    );
  }
}

function denials({ denied }: ReplayResult, { out, colors }: Terminal): void {
  if (denied.length === 0) return;
  const lie = denied.length === 1 ? "lies" : "lie";
  out(colors.yellow(`denied: ${quantity(denied.length, "message")} found no room and ${lie} in the archive, whole`));
  for (const { message, role, component, requested, allocated } of denied.slice(0, 5))
    out(
      `  ${message < 0 ? "before the messages" : `message ${message}`} (${role}): ${quantity(requested, "token")} for ${printable(component)}, which has ${figure(allocated)}`,
    );
  if (denied.length > 5) out(`  and ${figure(denied.length - 5)} more`);
}
