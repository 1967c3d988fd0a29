import pc from "picocolors";
import { meetsTarget, type Result } from "./results.ts";

/** Three significant digits, without exponents. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toFixed(Math.min(digits, 6));
}

/** One line for a figure: id, value, ratio, target, and what became of its floor. */
export function figureLine(figure: Result, idWidth: number): string {
  const met = meetsTarget(figure);
  const { target } = figure;
  const ratio = figure.ratio === undefined ? "" : `${number(figure.ratio)} x ${figure.peer ?? ""}`;
  const asked = target === undefined ? "" : asks(target);
  const verdict = met === undefined ? "" : met ? pc.green("met") : pc.yellow("missed");
  return `  ${figure.id.padEnd(idWidth)} ${number(figure.value).padStart(8)} ${figure.unit.padEnd(8)} ${ratio.padEnd(24)} ${asked.padEnd(16)} ${verdict}`.trimEnd();
}

const asks = (target: NonNullable<Result["target"]>) =>
  `${target.of} ${target.min === undefined ? `<= ${target.max}` : `>= ${target.min}`}`;
