import type { ComponentReport, Utilization, UtilizationReport } from "token-budget";
import { byId, element, figure, setText } from "../page/dom.ts";
import { componentIds } from "./session-budget.ts";

/** What one can do in a component's row. */
export interface RowActions {
  clean(component: string): void;
  plan(component: string): void;
  showItems(component: string, shown: boolean): void;
  share(component: string, value: number): void;
}

const badges = { under: "\u25bc under", within: "\u25cf within", over: "\u25b2 over" } as const;

/** 75–80.4 % */
const range = ([low, high]: readonly [number, number]) => `${+low.toFixed(1)}\u2013${+high.toFixed(1)} %`;

/** What each component is for, in a few words. */
export const purposes: Readonly<Record<string, string>> = {
  system_context: "Instructions and tools. Fixed: never cleaned.",
  working_memory: "Tool results and files in use.",
  knowledge_base: "Documents and skills.",
  agent_context: "States of sub-agents.",
  interaction_buffer: "The conversation.",
};

/** One bar: what is used of a cap, its target band, and where it stands. */
class Bar {
  readonly element: HTMLElement;
  readonly #used = element("i", { class: "used" });
  readonly #band = element("i", { class: "band" });

  constructor(labelId: string) {
    this.element = element(
      "div",
      { class: "meter", role: "meter", "aria-labelledby": labelId, "aria-valuemin": 0 },
      this.#band,
      this.#used,
    );
  }

  update(row: Utilization): void {
    const { used, reserved, allocated, target, status } = row;
    const percent = allocated === 0 ? 0 : (100 * (used + reserved)) / allocated;
    this.#used.style.width = `${percent}%`;
    this.#band.style.left = `${target[0]}%`;
    this.#band.style.width = `${target[1] - target[0]}%`;
    this.element.dataset.status = status;
    this.element.setAttribute("aria-valuemax", String(allocated));
    this.element.setAttribute("aria-valuenow", String(used));
    this.element.setAttribute("aria-valuetext", spokenRow(row));
  }
}

function spokenRow({ used, allocated, target, status, ...row }: Utilization): string {
  const percent = row["utilization%"].toFixed(1);
  return `${figure(used)} of ${figure(allocated)} tokens, ${percent} %, ${status} its target of ${target[0]} to ${target[1]} %`;
}

/** The budget as one row a component: bar, status, share, and what can be done. */
export class ComponentRows {
  readonly #rows = new Map<string, ReturnType<typeof createRow>>();
  readonly #total = createTotal();

  constructor(actions: RowActions) {
    const list = byId("components");
    for (const id of componentIds) {
      const row = createRow(id, actions);
      this.#rows.set(id, row);
      list.append(row.element);
    }
    byId("total-row").append(...this.#total.parts);
  }

  /** Where the items of a component are listed. */
  itemsOf(component: string): HTMLElement {
    return this.#rows.get(component)!.items;
  }

  /** Shows shares that are being chosen, or (where none are) those of the report. */
  update(report: UtilizationReport, shares: Readonly<Record<string, number>>): void {
    for (const [id, row] of this.#rows) row.update(report.components[id]!, shares[id]!);
    this.#total.update(report);
  }

  showShares(shares: Readonly<Record<string, number>>, moved: string): void {
    for (const [id, row] of this.#rows) row.showShare(shares[id]!, id !== moved);
  }
}

function createRow(id: string, actions: RowActions) {
  const name = `name-${id}`;
  const bar = new Bar(name);
  const badge = element("span", { class: "badge" });
  const numbers = element("p", { class: "numbers" });
  const shareText = element("span", { class: "share-text" });
  const slider = element("input", {
    type: "range",
    id: `share-${id}`,
    min: 1,
    max: 90,
    step: 1,
    "aria-label": `Share of ${id}`,
  });
  slider.addEventListener("input", () => actions.share(id, Number(slider.value) / 100));
  const clean = element("button", { type: "button", class: "small", "aria-label": `Clean up ${id}` }, "Clean up");
  const plan = element("button", { type: "button", class: "small", "aria-label": `Plan a cleanup of ${id}` }, "Plan");
  clean.addEventListener("click", () => actions.clean(id));
  plan.addEventListener("click", () => actions.plan(id));
  const items = element("ul", { class: "items", id: `items-${id}`, "aria-label": `Items of ${id}`, hidden: true });
  const toggle = element("button", {
    type: "button",
    class: "small",
    "aria-expanded": "false",
    "aria-controls": items.id,
    "aria-label": `Items of ${id}`,
  });
  toggle.addEventListener("click", () => {
    items.hidden = !items.hidden;
    toggle.setAttribute("aria-expanded", String(!items.hidden));
    actions.showItems(id, !items.hidden);
  });
  const showShare = (share: number, moves = true) => {
    setText(shareText, `${(100 * share).toFixed(1)} %`);
    if (moves) slider.value = String(Math.round(100 * share));
  };
  const head = element(
    "div",
    { class: "row-head" },
    element("h4", { id: name }, id),
    badge,
    element("span", { class: "purpose" }, purposes[id] ?? ""),
  );
  const controls = element(
    "div",
    { class: "row-controls" },
    element("span", { class: "share" }, slider, shareText),
    element("span", { class: "row-buttons" }, toggle, plan, clean),
  );
  return {
    element: element("li", { class: "component", "data-component": id }, head, bar.element, numbers, controls, items),
    items,
    showShare,
    update(row: ComponentReport, share: number) {
      bar.update(row);
      setText(badge, badges[row.status]);
      badge.dataset.status = row.status;
      numbers.replaceChildren(...numbersOf(row));
      setText(toggle, `Items ${row.items}`);
      slider.disabled = row.fixed;
      clean.hidden = row.fixed;
      plan.hidden = row.fixed;
      showShare(share, document.activeElement !== slider);
    },
  };
}

function numbersOf(row: ComponentReport): Node[] {
  const facts = [
    `target ${range(row.target)}`,
    row.freed > 0 ? `${figure(row.freed)} freed in ${row.cleanups} cleanup${row.cleanups === 1 ? "" : "s"}` : "",
    row.recentExhaustions > 0 ? `full ${row.recentExhaustions} time${row.recentExhaustions === 1 ? "" : "s"}` : "",
  ];
  return [
    element("span", {}, element("b", {}, figure(row.used)), ` of ${figure(row.allocated)}`),
    element("span", {}, `${row["utilization%"].toFixed(1)} %`),
    ...facts.filter((fact) => fact !== "").map((fact) => element("span", { class: "soft" }, fact)),
  ];
}

function createTotal() {
  const bar = new Bar("total-name");
  const text = element("p", { class: "numbers" });
  const badge = element("span", { class: "badge" });
  const head = element("div", { class: "row-head" }, element("h4", { id: "total-name" }, "total"), badge);
  return {
    parts: [head, bar.element, text],
    update({ total, feasibleOverall, feasibleTarget }: UtilizationReport) {
      bar.update(total);
      setText(badge, badges[total.status]);
      badge.dataset.status = total.status;
      const within =
        feasibleTarget === null
          ? `the components' bands allow ${range(feasibleOverall)} only`
          : `of which the components' bands allow ${range(feasibleTarget)}`;
      text.replaceChildren(
        element("span", {}, element("b", {}, figure(total.used)), ` of ${figure(total.allocated)}`),
        element("span", {}, `${total["utilization%"].toFixed(1)} %`),
        element("span", { class: "soft" }, `target ${range(total.target)}, ${within}`),
      );
    },
  };
}
