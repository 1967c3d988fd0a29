// node scripts/bench-gates.mjs RESULTS.json ...   sets the floors of bench/gates.json from runs of one mode.
// A floor is 60 % of the worst that the runs measured (for values that are good when low: the worst divided by 0.6).
// Smoke runs time a single class for a few milliseconds: their worst classes get no floor, their means do.
// Floors of suites that the runs did not include stay as they are.
import { readFileSync, writeFileSync } from "node:fs";
import { broken, gated } from "../build/bench/gate.js";

const share = 0.6;
const file = new URL("../bench/gates.json", import.meta.url);
const gates = JSON.parse(readFileSync(file, "utf8"));
const runs = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")));
const modes = new Set(runs.map((run) => run.mode));
if (modes.size !== 1) throw new Error("usage: node scripts/bench-gates.mjs RESULTS.json ... (all of one mode)");
const [mode] = modes;

const suitesOf = (run) => new Set(run.figures.map((figure) => figure.suite));
const suites = new Set(runs.flatMap((run) => [...suitesOf(run)]));
const floors = Object.fromEntries(
  Object.entries(gates[mode]).filter(([key]) => !suites.has(key.slice(0, key.indexOf("/")))),
);
for (const figure of runs.flatMap((run) => run.figures)) {
  const look = gated(figure);
  if (look === undefined) continue;
  const key = `${figure.suite}/${figure.id}`;
  if (mode === "smoke" && key.includes("/worst/")) continue;
  const low = look.of === "value" && figure.better === "lower";
  const floor = Number((low ? look.number / share : look.number * share).toPrecision(3));
  floors[key] = key in floors ? (low ? Math.max : Math.min)(floors[key], floor) : floor;
}
gates[mode] = Object.fromEntries(Object.entries(floors).sort(([a], [b]) => (a < b ? -1 : 1)));
for (const run of runs) {
  const faults = broken(run.figures, gates[mode], suitesOf(run));
  if (faults.length > 0) throw new Error(`a run breaks its own floors: ${faults.join("; ")}`);
}
writeFileSync(file, `${JSON.stringify(gates, null, 2)}\n`);
console.log(`${Object.keys(gates[mode]).length} floors for ${mode} runs`);
