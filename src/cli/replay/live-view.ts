import type { ReplayProgress } from "../../replay/replay.ts";
import { freedTokens } from "../../replay/strategy-totals.ts";
import { clipColumns, columnsOf, padColumns, printable } from "../../report/columns.ts";
import { quantity } from "../../report/quantity.ts";
import { bar, type Terminal } from "../terminal.ts";

const redrawMs = 66;
/** Without a terminal: a line at each tenth of the session, once it has taken a while. */
const quietMs = 1000;

/** Shows a replay as it goes on: bars on a terminal, a few plain lines elsewhere. */
export function liveView(name: string, terminal: Terminal, isQuiet: boolean): (progress: ReplayProgress) => void {
  const startedMs = performance.now();
  let drawnMs = Number.NEGATIVE_INFINITY;
  let tenths = 0;
  return (progress) => {
    const nowMs = performance.now();
    if (terminal.isLive && !isQuiet) {
      if (nowMs - drawnMs < redrawMs) return;
      drawnMs = nowMs;
      terminal.draw(bars(name, progress, terminal));
      return;
    }
    const done = Math.floor((10 * progress.message) / Math.max(1, progress.messages));
    if (isQuiet || done <= tenths || nowMs - startedMs < quietMs) return;
    tenths = done;
    terminal.note(`${name}: ${done * 10}%, ${progress.message} messages, ${progress.cleanups.length} cleanups`);
  };
}

function bars(name: string, progress: ReplayProgress, terminal: Terminal): string[] {
  const { bold, dim, green, yellow, red } = terminal.noteColors;
  const { components } = progress.report();
  const width = Math.max(...Object.keys(components).map((id) => columnsOf(printable(id))));
  const columns = Math.max(10, Math.min(40, terminal.columns - width - 34));
  const rows = Object.entries(components).map(([id, component]) => {
    const color = component.status === "over" ? red : component.status === "within" ? green : yellow;
    const percent = `${component["utilization%"].toFixed(0)}%`.padStart(5);
    const figures = `${short(component.used)} of ${short(component.allocated)}`;
    // Where they do not fit they are left out: cut off they would be other numbers.
    const fits = width + 1 + columns + percent.length + 2 + figures.length < terminal.columns;
    return `${padColumns(printable(id), width)} ${color(bar(component["utilization%"] / 100, columns))}${percent}${fits ? `  ${dim(figures)}` : ""}`;
  });
  const hours = (progress.at / 3_600_000).toFixed(1);
  const freed = freedTokens(progress.cleanups);
  const heading = `${bold(clipColumns(name, 40))} ${progress.message}/${progress.messages} messages, ${hours} h`;
  return [heading, ...rows, dim(`${quantity(progress.cleanups.length, "cleanup")}, ${short(freed)} tokens freed`)];
}

function short(tokens: number): string {
  return tokens < 10_000 ? tokens.toLocaleString("en-US") : `${(tokens / 1000).toFixed(0)}k`;
}
