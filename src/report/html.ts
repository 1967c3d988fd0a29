import type { ReplayResult, Whereabouts } from "../replay/recording.ts";
import { freedTokens, strategyTotals } from "../replay/strategy-totals.ts";
import { chart, escaped } from "./chart.ts";
import { figure, quantity } from "./quantity.ts";
import { style } from "./style.ts";

const percent = (value: number) => `${value.toFixed(0)} %`;

/**
 * A page with the course of replayed sessions: one file that needs nothing from elsewhere and no script, light and dark.
 * It holds names and numbers, and no text of the sessions but their names. Cost: some 30 kB a session.
 * @example replayPage([]).startsWith("<!doctype html>"); // => true
 */
export function replayPage(results: readonly ReplayResult[]): string {
  const title =
    results.length === 1 ? `${results[0]!.session.name}: token budget` : "Token budget of replayed sessions";
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<title>${escaped(title)}</title><style>${style}</style></head><body><main>`,
    `<h1>${escaped(title)}</h1>`,
    '<p class="soft">Each message was put into its component as it came. The shaded band is where a component should be; triangles are cleanups, as large as what they freed; dashed lines are moves of shares.</p>',
    ...results.map((result) => section(result, results.length > 1)),
    "</main></body></html>\n",
  ].join("\n");
}

function section(result: ReplayResult, isOneOfMany: boolean): string {
  const { session, budget } = result;
  return [
    "<section>",
    isOneOfMany ? `<h2>${escaped(session.name)}</h2>` : "",
    `<p class="soft">${quantity(session.messages, "message")} and ${quantity(session.turns, "turn")} as ${session.format}; ${figure(budget.total)} tokens: ${escaped(budget.rule)}; ${escaped(budget.counting)}.</p>`,
    cards(result),
    checks(result),
    ...courses(result),
    "<h3>Where the session's tokens are at the end</h3>",
    whereabouts(result.whereabouts),
    "<h3>What freed them</h3>",
    strategyTable(result),
    adjustmentTable(result),
    deniedTable(result),
    "</section>",
  ].join("\n");
}

function cards(result: ReplayResult): string {
  const freed = freedTokens(result.cleanups);
  const items: [string, string][] = [
    [figure(result.session.tokens), "tokens in the session"],
    [figure(result.report.total.used), "in the context at the end"],
    [figure(freed), `freed by ${figure(result.cleanups.length)} cleanups`],
    [figure(result.archive.entries), "originals in the archive"],
    [figure(result.denied.length), "messages denied"],
    [`${figure(result.speed.tokensPerSecond)}/s`, `tokens; longest stall ${result.speed.longestStallMs.toFixed(1)} ms`],
  ];
  return `<div class="cards">${items.map(([value, name]) => `<div class="card"><b>${value}</b>${name}</div>`).join("")}</div>`;
}

function checks({ selfCheck }: ReplayResult): string {
  const rows = selfCheck.checks.map(
    ({ name, passed, detail }) =>
      `<li><span class="${passed ? "passed" : "failed"}">${passed ? "✓" : "✗"}</span> ${escaped(name)} <span class="soft">${escaped(detail)}</span></li>`,
  );
  return `<ul class="checks" aria-label="Self-check">${rows.join("")}</ul>`;
}

function courses(result: ReplayResult): string[] {
  return result.components.map((name, index) => {
    const state = result.report.components[name]!;
    const time = result.byComponent[name]!;
    const moves = result.adjustments.filter(({ moves }) =>
      moves.some(({ from, to, tokens }) => tokens !== 0 && (from === name || to === name)),
    );
    const svg = chart({
      name,
      index,
      target: state.target,
      samples: result.samples,
      cleanups: result.cleanups.filter(({ report }) => report.component === name),
      adjustedAt: moves.map(({ at }) => at),
    });
    const figures = `${figure(state.used)} of ${figure(state.allocated)}, peak ${percent(time["peak%"])}, mean ${percent(time["mean%"])}, in band ${percent(100 * time.within)} of the time`;
    return `<div class="panel"><header><b>${escaped(name)}</b><span class="soft"><span class="${state.status}">${state.status}</span> · ${figures}</span></header><div class="scroll">${svg}</div></div>`;
  });
}

const places: readonly (readonly [keyof Whereabouts, string])[] = [
  ["verbatim", "in the context as they came"],
  ["shortened", "in the context, shortened"],
  ["saved", "what those had more (their originals are archived)"],
  ["archived", "in the archive alone"],
  ["denied", "denied, in the archive"],
];

function whereabouts(tokens: Whereabouts): string {
  const all = Math.max(
    1,
    places.reduce((sum, [key]) => sum + tokens[key], 0),
  );
  const bars = places.map(([key]) => `<span class="${key}" style="width:${(100 * tokens[key]) / all}%"></span>`);
  const key = places
    .filter(([each]) => tokens[each] > 0)
    .map(([each, name]) => `<li><i class="${each}"></i>${figure(tokens[each])} ${name}</li>`);
  return `<div class="whole" aria-hidden="true">${bars.join("")}</div><ul class="key">${key.join("")}</ul>`;
}

function table(headings: readonly string[], rows: readonly (readonly string[])[], textColumns: number): string {
  const cell = (tag: string, text: string, at: number) =>
    at < textColumns ? `<${tag} class="text">${text}</${tag}>` : `<${tag}>${text}</${tag}>`;
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((text, at) => cell(tag, text, at)).join("")}</tr>`;
  return `<div class="scroll"><table><thead>${row("th", headings)}</thead><tbody>${rows.map((cells) => row("td", cells)).join("")}</tbody></table></div>`;
}

function strategyTable(result: ReplayResult): string {
  const totals = strategyTotals(result.cleanups);
  if (totals.length === 0) return '<p class="soft">Nothing had to be freed.</p>';
  return table(
    ["component", "strategy", "tokens freed", "items", "runs", "ms", "what became of it"],
    totals.map(({ component, strategy, freed, items, runs, elapsedMs, loss }) => [
      escaped(component),
      escaped(strategy),
      figure(freed),
      figure(items),
      figure(runs),
      elapsedMs.toFixed(1),
      loss === "none" ? "nothing was lost" : "originals archived",
    ]),
    2,
  );
}

function adjustmentTable(result: ReplayResult): string {
  const moves = result.adjustments
    .flatMap(({ at, moves }) => moves.map((move) => ({ at, ...move })))
    .filter(({ tokens }) => tokens !== 0);
  if (moves.length === 0) return "";
  const rows = moves.slice(0, 50).map(({ at, from, to, tokens, reason }) => {
    const [giver, taker] = tokens > 0 ? [from, to] : [to, from];
    const hours = `${(at / 3_600_000).toFixed(1)} h`;
    return [escaped(`${giver} → ${taker}`), escaped(reason), hours, figure(Math.abs(tokens))];
  });
  return `<h3>Shares adjusted</h3>${table(["move", "reason", "when", "tokens"], rows, 2)}`;
}

function deniedTable({ denied }: ReplayResult): string {
  if (denied.length === 0) return "";
  const rows = denied
    .slice(0, 50)
    .map(({ message, role, component, requested, allocated, leaves }) => [
      message < 0 ? "before the first" : `message ${message}`,
      escaped(role),
      escaped(component),
      figure(requested),
      figure(allocated),
      leaves,
    ]);
  const more = denied.length > 50 ? `<p class="soft">and ${denied.length - 50} more</p>` : "";
  return `<h3>Denied, archived whole</h3>${table(["which", "role", "component", "tokens", "allocated", "leaves"], rows, 3)}${more}`;
}
