import { checkObject, TokenBudgetError } from "../errors.ts";
import type { BandStatus } from "../manager/events.ts";
import type { Utilization, UtilizationReport } from "../manager/report.ts";
import { columnsOf, padColumns, printable } from "./columns.ts";

/** How a report is rendered. */
export interface FormatOptions {
  /** ANSI colours. Default: on a terminal that has not asked for none (NO_COLOR), or where FORCE_COLOR asks for them. */
  readonly colors?: boolean;
  /** Cells of a bar, 5 to 100. Default 20. */
  readonly barWidth?: number;
}

/**
 * A report as a table of plain text: tokens, percent, a bar and the band of each component, then estimates, loans and adjustments.
 * In a bar `█` is used, `▒` reserved, `─` the rest of the target band, `·` idle.
 * @throws TokenBudgetError INVALID_ARGUMENT for a width that is no number, and where the report or the options are no object.
 * @returns lines without a trailing newline; no line holds content, only names and numbers.
 * Cost: proportional to the components.
 * @example
 * const manager = await createTokenBudgetManager({ total: 1_000 });
 * const lines = formatReport(manager.getUtilizationReport(), { colors: false, barWidth: 5 }).split("\n");
 * lines[0]; // => "system_context      0 /   100  0.0%  ····─  95–99  under"
 */
export function formatReport(report: UtilizationReport, options: FormatOptions = {}): string {
  checkObject(report, "report");
  checkObject(options);
  const paint = painter(options.colors ?? wantsColors());
  const { barWidth = 20 } = options;
  if (typeof barWidth !== "number" || Number.isNaN(barWidth)) {
    throw new TokenBudgetError("INVALID_ARGUMENT", "barWidth must be a number", { name: "barWidth" });
  }
  const width = Math.min(100, Math.max(5, Math.trunc(barWidth)));
  const entries = [...Object.entries(report.components), ["total", report.total] as const];
  const rows = entries.map(([name, row]) => cellsOf(name, row, width));
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => columnsOf(row[column]!))));
  const lines = rows.map((row, index) => {
    const [name, ...rest] = row.map((cell, column) =>
      column === 0 || column > 3 ? padColumns(cell, widths[column]!) : cell.padStart(widths[column]!),
    );
    const bar = paint(entries[index]![1].status, rest[3]!);
    return `${name}  ${rest[0]} / ${rest[1]}  ${rest[2]}  ${bar}  ${rest[4]}  ${rest[5]}`.trimEnd();
  });
  return [...lines, ...notes(report)].join("\n");
}

function cellsOf(name: string, row: Utilization, width: number): string[] {
  const [low, high] = row.target.map(hundredths);
  return [
    printable(name),
    tokensOf(row.used),
    tokensOf(row.allocated),
    `${row["utilization%"].toFixed(1)}%`,
    bar(row, width),
    `${low}–${high}`,
    row.status,
  ];
}

function bar({ used, reserved, allocated, target }: Utilization, width: number): string {
  // A cell is drawn for what its middle stands for, but any cell that a band touches is of the band.
  const part = (tokens: number) => (allocated === 0 ? 0 : tokens / allocated);
  let cells = "";
  for (let cell = 0; cell < width; cell++) {
    const middle = (cell + 0.5) / width;
    if (middle < part(used)) cells += "█";
    else if (middle < part(used + reserved)) cells += "▒";
    else cells += cell * 100 < target[1] * width && (cell + 1) * 100 > target[0] * width ? "─" : "·";
  }
  return cells;
}

function notes(report: UtilizationReport): string[] {
  const [low, high] = report.feasibleOverall.map(hundredths);
  const both = report.feasibleTarget?.map(hundredths) ?? null;
  const target = both === null ? "none of it" : `${both[0]}–${both[1]}%`;
  return [
    ...Object.entries(report.components).flatMap(([name, { estimate }]) =>
      estimate === undefined
        ? []
        : [`estimated: ${printable(name)} holds ${tokensOf(estimate.low)} to ${tokensOf(estimate.high)}`],
    ),
    `bands together: ${low}–${high}% overall, of which ${target} meets ${report.total.target.join("–")}%`,
    ...report.loans.map(
      ({ lender, borrower, tokens }) => `loan: ${printable(lender)} lent ${tokens} to ${printable(borrower)}`,
    ),
    ...report.adjustments.map(({ from, to, tokens, pending, reason }) => {
      const waits = pending === 0 ? "" : ` (${pending} pending)`;
      return `adjusted: ${tokens}${waits} from ${printable(from)} to ${printable(to)}: ${printable(reason)}`;
    }),
  ];
}

const tokensOf = (tokens: number) => tokens.toLocaleString("en-US");

/** Bands may be thirds, and caps are whole tokens, so that the bands of odd totals meet at long fractions. */
const hundredths = (percent: number) => Math.round(percent * 100) / 100;

const codes: Record<BandStatus, number> = { under: 33, within: 32, over: 31 };

function painter(colors: boolean): (status: BandStatus, bar: string) => string {
  return colors ? (status, bar) => `\u001b[${codes[status]}m${bar}\u001b[39m` : (_, bar) => bar;
}

/** Also where there is no process: then there is no terminal either. */
function wantsColors(): boolean {
  const { process } = globalThis as { process?: { env?: Record<string, string>; stdout?: { isTTY?: boolean } } };
  const { NO_COLOR, FORCE_COLOR } = process?.env ?? {};
  if (NO_COLOR) return false;
  return FORCE_COLOR ? FORCE_COLOR !== "0" : process?.stdout?.isTTY === true;
}
