import { TokenBudgetError } from "../errors.ts";
import type { Item } from "../manager/item.ts";
import type { Edit, EditUnit } from "./edit.ts";
import { untilStopped } from "./stoppable.ts";
import type { EditList, FunctionStrategy, ModuleContext, ModuleStrategy, StrategyTools } from "./strategy.ts";
import type { ModuleResult } from "./tasks/module.ts";
import type { View } from "./view.ts";

const defaultTimeoutMs = 30_000;
const chunkChars = 64 * 1024;

/** The units of a strategy that the caller wrote: a function on this thread, or a module in the workers. */
export async function* callerUnits(
  strategy: FunctionStrategy | ModuleStrategy,
  view: View,
  tools: StrategyTools,
): AsyncGenerator<EditUnit, void, void> {
  if ("run" in strategy) {
    // A function that never answers must not hold the run after an abort; its late result is ignored.
    yield* unitsOf(await untilStopped(strategy.run(view, tools.signal), tools), view);
    return;
  }
  const context: Omit<ModuleContext, "settings"> = {
    component: view.component,
    now: view.now,
    escalated: view.escalated,
    goal: view.goal,
  };
  const settings = {
    module: String(strategy.module),
    export: strategy.export ?? "default",
    context: { ...context, settings: strategy.settings },
  };
  for await (const results of tools.map(
    "module",
    wholeGroups(view),
    settings,
    strategy.timeoutMs ?? defaultTimeoutMs,
  )) {
    for (const { outcome } of results) {
      if ("failed" in outcome)
        throw new TokenBudgetError("WORKER_FAILED", "a strategy's module failed", { reason: outcome.failed });
      const { list, counted } = outcome.value as ModuleResult;
      yield* unitsOf(list, view, new Map(counted));
    }
  }
}

/** Editable items in their order, the members of a group together, in chunks of about one batch. */
function wholeGroups(view: View): { input: Item[]; chars: number }[] {
  const taken = new Set<string>();
  const chunks: { input: Item[]; chars: number }[] = [];
  for (const item of view.editable) {
    if (taken.has(item.id)) continue;
    let chunk = chunks.at(-1);
    if (!chunk || chunk.chars >= chunkChars) {
      chunk = { input: [], chars: 0 };
      chunks.push(chunk);
    }
    for (const member of view.members(item)) {
      if (!view.mayEdit(member)) continue;
      taken.add(member.id);
      chunk.input.push(member);
      chunk.chars += member.text.length;
    }
  }
  return chunks;
}

/** Bare edits of one group become one unit, so that a call and its results are judged together. */
function unitsOf(list: EditList, view: View, counted: ReadonlyMap<string, number> = new Map()): EditUnit[] {
  if (!Array.isArray(list)) throw new TokenBudgetError("BAD_EDIT", "a strategy did not return a list of edits");
  const groupOf = new Map(view.items.map(({ id, group }) => [id, group]));
  const byGroup = new Map<string, Edit[]>();
  const units: EditUnit[] = [];
  for (const entry of list as EditList) {
    if (typeof entry !== "object" || entry === null)
      throw new TokenBudgetError("BAD_EDIT", "a strategy returned no edit");
    if ("edits" in entry) {
      units.push({ edits: entry.edits, counted });
      continue;
    }
    const group = groupOf.get(entry.id);
    const together = group === undefined ? undefined : byGroup.get(group);
    if (together) {
      together.push(entry);
      continue;
    }
    const edits = [entry];
    if (group !== undefined) byGroup.set(group, edits);
    units.push({ edits, counted });
  }
  return units;
}
