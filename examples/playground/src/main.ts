import { BudgetPanel } from "./budget/budget-panel.ts";
import { sessionOf } from "./budget/session-feed.ts";
import { ModelPicker } from "./models/model-picker.ts";
import { announce } from "./page/announcer.ts";
import { byId, counted, element, figure } from "./page/dom.ts";
import { watchFiles } from "./page/dropped-files.ts";
import { tellStartError } from "./page/start-error.ts";
import { sampleTexts } from "./samples/texts.ts";
import { TextPanel } from "./text/text-panel.ts";

const count = byId("count");
const panel = new TextPanel(() => {
  const state = panel.counts.state(panel.encoding);
  const tokens = state?.done ? state.tokens : undefined;
  const shown = state === undefined ? "–" : figure(state.tokens);
  const unit = `${shown === "1" ? "token" : "tokens"}${state?.done === false ? " so far" : ""}`;
  count.replaceChildren(element("b", {}, shown), ` ${unit} in ${panel.encoding}`);
  picker.update(tokens);
  if (tokens !== undefined) announce(`${counted(tokens, "token")} in ${panel.encoding}${picker.spoken()}`);
});
const picker = new ModelPicker((_, encoding) => {
  void panel.choose(encoding).then(() => picker.update(panel.counts.state(encoding)?.tokens), tellStartError);
});

const sample = byId<HTMLSelectElement>("sample");
sample.append(...sampleTexts.map(({ name }) => element("option", {}, name)));
sample.addEventListener("change", () => panel.editor.setAll(sampleTexts[sample.selectedIndex]!.text()));
byId("clear").addEventListener("click", () => {
  panel.editor.setAll("");
  byId("text").focus();
});
panel.editor.setAll(sampleTexts[0]!.text());
picker.choose("gpt-4o");

const total = byId<HTMLInputElement>("total");
try {
  const budget = await BudgetPanel.open(
    () => {
      const { model } = picker;
      return {
        total: Math.min(2_000_000, Math.max(500, Math.round(total.valueAsNumber) || 16_000)),
        encoding: panel.encoding,
        estimatedModel: model?.encoding === null ? model.name : undefined,
      };
    },
    () => panel.text.slice(0, panel.text.length),
  );
  watchFiles((name, text) => {
    const session = sessionOf(name, text);
    if (session === undefined) panel.editor.setAll(text);
    else budget.loadSession(session);
  });
} catch (error) {
  tellStartError(error);
}
