import type { ItemInput, ItemKind } from "token-budget";
import { byId, element } from "../page/dom.ts";
import { sampleContents } from "../samples/contents.ts";
import { componentIds } from "./session-budget.ts";

const kinds: readonly ItemKind[] = [
  "message",
  "tool_call",
  "tool_result",
  "document",
  "skill",
  "agent_state",
  "task",
  "debug",
  "text",
];

/** What is pushed into a component: the text of the page, or a sample that belongs there. */
export class PutForm {
  readonly #source = byId<HTMLSelectElement>("put-source");
  readonly #component = byId<HTMLSelectElement>("put-component");
  readonly #kind = byId<HTMLSelectElement>("put-kind");
  #made = 0;

  /** @param text gives the text of the page. @param onPut puts it and answers with a refusal, or nothing. */
  constructor(text: () => string, onPut: (component: string, item: ItemInput) => Promise<string | undefined>) {
    this.#source.append(...sampleContents.map(({ name }, at) => element("option", { value: at }, name)));
    this.#component.append(...componentIds.map((id) => element("option", { value: id }, id)));
    this.#kind.append(...kinds.map((kind) => element("option", { value: kind }, kind.replace("_", " "))));
    this.#source.addEventListener("change", () => this.#suit());
    this.#source.value = "0";
    this.#suit();
    const message = byId("put-refusal");
    byId<HTMLFormElement>("put-form").addEventListener("submit", async (event) => {
      event.preventDefault();
      const sample = sampleContents[Number(this.#source.value)];
      const content = sample === undefined ? text() : sample.text(++this.#made);
      const refused = await onPut(this.#component.value, { kind: this.#kind.value as ItemKind, text: content });
      message.hidden = refused === undefined;
      message.textContent = refused ?? "";
    });
  }

  /** A sample goes where it belongs, unless another component is chosen after it. */
  #suit(): void {
    const sample = sampleContents[Number(this.#source.value)];
    this.#component.value = sample?.component ?? "working_memory";
    this.#kind.value = sample?.kind ?? "text";
  }
}
