import pc from "picocolors";
import { meetsTarget, type Result } from "./gate.ts";

/** Three significant digits, without exponents. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toFixed(Math.min(digits, 6));
}

/** A suite's figures for the terminal: one line for each measurement, with all peers that it was compared with. */
export function printFigures(figures: readonly Result[]): void {
  const lines = new Map<string, Result[]>();
  for (const figure of figures) lines.set(measurement(figure), [...(lines.get(measurement(figure)) ?? []), figure]);
  const width = Math.max(...[...lines.keys()].map((name) => name.length));
  for (const [name, group] of lines) {
    const { value, unit } = group[0]!;
    const own = `${name.padEnd(width)} ${number(value).padStart(8)} ${unit.padEnd(6)}`;
    console.log(`  ${own} ${group.map(comparison).filter(Boolean).join(" | ")}`.trimEnd());
  }
}

/** A figure's id without its last part where that names the peer. */
const measurement = ({ id, peer }: Result) => (peer && id.endsWith(`/${peer}`) ? id.slice(0, -peer.length - 1) : id);

function comparison(figure: Result): string {
  const { ratio, peer, miscount, detail, target } = figure;
  const words = [
    ...(ratio === undefined ? [] : [`${number(ratio)} x ${peer ?? ""}`]),
    ...(detail === undefined ? [] : [`(${detail})`]),
    ...(miscount === undefined ? [] : [miscount === 0 ? "(other ids)" : `(miscounts by ${miscount})`]),
  ];
  const met = meetsTarget(figure);
  if (target !== undefined && met !== undefined) {
    const asked = `${target.of} ${target.min === undefined ? `<= ${number(target.max!)}` : `>= ${number(target.min)}`}`;
    words.push(met ? pc.green(`[met: ${asked}]`) : pc.yellow(`[missed: ${asked}]`));
  }
  return words.join(" ");
}
