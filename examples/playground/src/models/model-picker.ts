import {
  countingEncoding,
  type EncodingName,
  findModel,
  listModels,
  type ModelInfo,
  nearestNames,
  UsageCalibration,
} from "token-budget";
import { byId, element, figure } from "../page/dom.ts";

/** The models table behind a field: what a model counts in, and how much it takes. */
export class ModelPicker {
  readonly #field = byId<HTMLInputElement>("model");
  readonly #facts = byId("model-facts");
  readonly #onModel: (model: ModelInfo, encoding: EncodingName) => void;
  #model: ModelInfo | undefined;

  constructor(onModel: (model: ModelInfo, encoding: EncodingName) => void) {
    this.#onModel = onModel;
    byId("models").append(...listModels().map(({ name }) => element("option", { value: name })));
    this.#field.addEventListener("input", () => this.#look(false));
    this.#field.addEventListener("change", () => this.#look(true));
  }

  get model(): ModelInfo | undefined {
    return this.#model;
  }

  choose(name: string): void {
    this.#field.value = name;
    this.#look(true);
  }

  /** While a name is being typed, only a name of the table is taken; a finished one is understood as APIs write it. */
  #look(finished: boolean): void {
    const name = this.#field.value.trim();
    const model = findModel(name);
    if (model === undefined || (!finished && model.name !== name.toLowerCase())) {
      if (finished) this.#unknown(name);
      return;
    }
    this.#field.removeAttribute("aria-invalid");
    if (model.name === this.#model?.name) return;
    this.#model = model;
    this.#onModel(model, countingEncoding(model.name));
  }

  #unknown(name: string): void {
    this.#model = undefined;
    this.#field.setAttribute("aria-invalid", "true");
    const near = nearestNames(name);
    const hint = near.length > 0 ? ` The nearest names: ${near.join(", ")}.` : "";
    this.#facts.replaceChildren(element("p", { class: "note" }, `No model of this name is known.${hint}`));
  }

  /** What a screen reader is told of the model beside a count. */
  spoken(): string {
    return this.#model === undefined ? "" : `. ${this.#facts.querySelector("#estimate, .note")?.textContent ?? ""}`;
  }

  /** @param tokens of the text in the encoding that the model is counted in; undefined while they are being counted. */
  update(tokens: number | undefined): void {
    const model = this.#model;
    if (model === undefined) return;
    const { encoding, contextWindow, otherContextWindow, maxInput, maxOutput } = model;
    const estimate = new UsageCalibration(model.name).estimate({ baseTokens: tokens ?? 0 });
    const facts: [string, string | undefined][] = [
      ["Encoding", encoding ?? "not public"],
      ["Context window", amount(contextWindow)],
      ["Another source says", otherContextWindow === null ? undefined : amount(otherContextWindow)],
      ["Most input", maxInput === null ? undefined : amount(maxInput)],
      ["Most output", amount(maxOutput)],
    ];
    const list = element(
      "dl",
      {},
      ...facts.flatMap(([name, value]) =>
        value === undefined ? [] : [element("dt", {}, name), element("dd", {}, value)],
      ),
    );
    const parts: (Node | undefined)[] = [list];
    if (encoding === null) parts.push(...guess(estimate, tokens));
    const most = encoding === null ? estimate.high : tokens;
    if (contextWindow !== null && most !== undefined) parts.push(fill(most, contextWindow));
    this.#facts.replaceChildren(...parts.filter((part) => part !== undefined));
  }
}

const amount = (tokens: number | null): string => (tokens === null ? "not published" : `${figure(tokens)} tokens`);

function guess(estimate: { tokens: number; low: number; high: number }, tokens: number | undefined): Node[] {
  const text = tokens === undefined ? "…" : element("b", {}, `about ${figure(estimate.tokens)}`);
  return [
    element(
      "p",
      { class: "note estimate", id: "estimate" },
      text,
      " tokens by estimate, ",
      `${figure(estimate.low)} to ${figure(estimate.high)}`,
    ),
    element(
      "p",
      { class: "note" },
      "Its tokenizer is not public, so its tokens can't be counted exactly. The colours show o200k_base, which the estimate starts from. A budget is kept on the high figure.",
    ),
  ];
}

function fill(tokens: number, window: number): Node {
  const part = Math.min(1, tokens / window);
  const bar = element("i");
  bar.style.width = `${100 * part}%`;
  bar.hidden = part === 0;
  const percent = part > 0 && part < 0.001 ? "under 0.1" : ((100 * tokens) / window).toFixed(1);
  return element(
    "div",
    {},
    element("div", { class: "fill", "aria-hidden": "true" }, bar),
    element("p", { class: "note" }, `${percent} % of the context window`),
  );
}
