import { expect, test } from "vitest";
import { createTokenBudgetManager, formatReport } from "../../src/index.ts";

async function report() {
  const manager = await createTokenBudgetManager({ total: 200_000, now: () => 0, cleanup: false });
  manager.tryAllocate("system_context", 19_400);
  manager.tryAllocate("working_memory", 45_000);
  manager.tryAllocate("knowledge_base", 20_000);
  manager.reserve("agent_context", 6_000);
  manager.tryAllocate("interaction_buffer", 50_000);
  return manager.getUtilizationReport();
}

test("a table of components with bars, bands and status, then what is feasible", async () => {
  expect(formatReport(await report(), { colors: false })).toBe(
    [
      "system_context       19,400 /  20,000   97.0%  ███████████████████─  95–99  within",
      "working_memory       45,000 /  60,000   75.0%  ███████████████─····  70–80  within",
      "knowledge_base       20,000 /  40,000   50.0%  ██████████··───·····  60–75  under",
      "agent_context             0 /  30,000    0.0%  ▒▒▒▒··········───···  70–85  under",
      "interaction_buffer   50,000 /  50,000  100.0%  ████████████████████  60–75  over",
      "total               134,400 / 200,000   67.2%  █████████████▒·──···  75–85  under",
      "bands together: 68–80.4% overall, of which 75–80.4% meets 75–85%",
    ].join("\n"),
  );
});

test("names of wide characters, marks and emoji stand in columns", async () => {
  const manager = await createTokenBudgetManager({
    total: 100,
    components: { 記憶: { share: 0.25 }, "cafe\u0301": { share: 0.25 }, "🙂": { share: 0.25 }, 기억: { share: 0.25 } },
    cleanup: false,
    now: () => 0,
  });
  const lines = formatReport(manager.getUtilizationReport(), { colors: false, barWidth: 5 }).split("\n");
  const names = ["記憶 ", "cafe\u0301 ", "🙂   ", "기억 "];
  expect(lines.slice(0, 4)).toEqual(names.map((name) => `${name}  0 /  25  0.0%  ···──  75–85  under`));
});

test("the bands of an odd total are rounded: 536100 / 7884 and 633867 / 7884", async () => {
  const manager = await createTokenBudgetManager({ total: 7_884, now: () => 0, cleanup: false });
  expect(manager.getUtilizationReport().feasibleOverall[0]).toBeCloseTo(67.9985, 4);
  expect(formatReport(manager.getUtilizationReport(), { colors: false })).toMatch(
    /^bands together: 68–80.4% overall, of which 75–80.4% meets 75–85%$/m,
  );
});

test("colours only where they are wanted; the text is the same", async () => {
  const plain = formatReport(await report(), { colors: false });
  const coloured = formatReport(await report(), { colors: true });
  expect(coloured).toContain("\u001b[31m████████████████████\u001b[39m");
  expect(coloured.replaceAll(/\u001b\[\d+m/g, "")).toBe(plain);
  // Tests have no terminal.
  if (process.env.FORCE_COLOR === undefined) expect(formatReport(await report())).toBe(plain);
});

test("a bar is coloured, whatever the component is called", async () => {
  const components = { "···──": { share: 1 } };
  const manager = await createTokenBudgetManager({ total: 100, components, cleanup: false, now: () => 0 });
  const [line] = formatReport(manager.getUtilizationReport(), { colors: true, barWidth: 5 }).split("\n");
  expect(line).toBe("···──  0 / 100  0.0%  \u001b[33m···──\u001b[39m  75–85  under");
});

test("loans and adjustments are listed, and names can't steer a terminal", async () => {
  const manager = await createTokenBudgetManager({
    total: 100,
    components: { "a\u001b[2J": { share: 0.5 }, b: { share: 0.5 } },
    policy: () => [{ rule: "r", from: "b", to: "a\u001b[2J", share: 0.1, reason: "because" }],
    onShortfall: "borrow",
    cleanup: false,
    now: () => 0,
  });
  manager.adjustAllocations();
  await manager.allocateTokens("b", 45);
  expect(formatReport(manager.getUtilizationReport(), { colors: false, barWidth: 5 })).toBe(
    [
      "a?[2J   0 /  55    0.0%  ···──  75–85  under",
      "b      45 /  45  100.0%  █████  75–85  over",
      "total  45 / 100   45.0%  ██·──  75–85  under",
      "bands together: 75–85% overall, of which 75–85% meets 75–85%",
      "loan: a?[2J lent 5 to b",
      "adjusted: 10 from b to a?[2J: because",
    ].join("\n"),
  );
});

test("a width that is no number is refused", async () => {
  const given = await report();
  expect(() => formatReport(given, { barWidth: Number.NaN })).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT", data: { name: "barWidth" } }),
  );
});

test("a report or options that are none are refused", async () => {
  const given = await report();
  const refused = expect.objectContaining({ code: "INVALID_ARGUMENT" });
  for (const none of [null, 5] as never[]) {
    expect(() => formatReport(given, none)).toThrow(refused);
    expect(() => formatReport(none)).toThrow(refused);
  }
});

test("what is estimated has its bounds in a line of its own", async () => {
  const countTokens = (text: string) => ({ low: text.length, high: 2 * text.length });
  const manager = await createTokenBudgetManager({ total: 100_000, countTokens, cleanup: false, now: () => 0 });
  await manager.put("working_memory", { text: "x".repeat(1_200) });
  const lines = formatReport(manager.getUtilizationReport(), { colors: false }).split("\n");
  expect(lines[6]).toBe("estimated: working_memory holds 1,200 to 2,400");
});

test("bands of long fractions are rounded", async () => {
  const components = { a: { share: 0.5, target: [1 / 3, 2 / 3] as const }, b: { share: 0.5 } };
  const manager = await createTokenBudgetManager({ total: 100, components, cleanup: false, now: () => 0 });
  const [line] = formatReport(manager.getUtilizationReport(), { colors: false, barWidth: 5 }).split("\n");
  expect(line).toBe("a      0 /  50  0.0%  ·───·  33.33–66.67  under");
});
