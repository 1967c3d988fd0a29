import { get_encoding } from "@dqbd/tiktoken";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { excerpt, excerptSteps } from "../../../src/cleanup/text/excerpt.ts";
import { summarizeExtractive, summarizeSteps } from "../../../src/cleanup/text/summarize.ts";
import { nastyText } from "./nasty-text.ts";

const encoding = get_encoding("o200k_base");
afterAll(() => encoding.free());
const count = (text: string) => encoding.encode(text, [], []).length;
const words = (text: string) => text.split(/\s+/).filter((word) => word !== "").length;

const both = [
  ["summarizeExtractive", summarizeExtractive],
  ["excerpt", excerpt],
] as const;

describe.each(both)("%s", (_, shorten) => {
  test("counts at most the budget, and the same text gives the same result", () => {
    fc.assert(
      fc.property(nastyText, fc.integer({ min: 0, max: 60 }), (text, budget) => {
        const out = shorten(text, budget, count);
        expect(count(out)).toBeLessThanOrEqual(budget);
        expect(shorten(text, budget, count)).toBe(out);
      }),
      { numRuns: 500 },
    );
  });

  test("a text that fits is its own summary", () => {
    expect(shorten("One. Two.\n\n  Three.", 20, count)).toBe("One. Two.\n\n  Three.");
  });

  test.each([0, -1, Number.NaN])("a budget of %s gives nothing", (budget) => {
    expect(shorten("Some text that is there.", budget, count)).toBe("");
  });

  test("a budget of one token gives one token of a word", () => {
    const out = shorten("The deployment failed. The deployment failed again because the key expired.", 1, count);
    expect(count(out)).toBe(1);
  });

  test("fills at least 85 % of the budget with real prose", () => {
    for (const budget of [60, 150, 300]) {
      const out = shorten(story.repeat(3), budget, count);
      expect(count(out)).toBeGreaterThanOrEqual(budget * 0.85);
      expect(count(out)).toBeLessThanOrEqual(budget);
    }
  });
});

const story = [
  "The payment service stopped at nine o'clock. At first the team suspected the network, since two switches had been replaced.",
  "The logs of the payment service showed that its database connections had run out. Lunch was pizza.",
  "Each retry opened a new database connection and never closed the old one. The weather was fine that day.",
  "We decided to close the connection in a finally block and to limit retries to three. Somebody watered the plants.",
  "After the fix the payment service kept below twenty database connections. The root cause was the retry loop.",
].join("\n\n");

describe("what a summary says", () => {
  test("the sentences about the matter, in order, not the asides", () => {
    const out = summarizeExtractive(story, 40, words);
    expect(out).toContain("root cause");
    expect(out).toContain("connection");
    for (const aside of ["pizza", "weather", "plants"]) expect(out).not.toContain(aside);
    const order = out.split(/(?<=\.)\s/).map((sentence) => story.indexOf(sentence));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(Math.min(...order)).toBeGreaterThanOrEqual(0);
  });

  test("a sentence said twice is taken once", () => {
    const text =
      "The cache key lacks the tenant id. Filler one here now. The cache key lacks the tenant id. Other words follow here.";
    const out = summarizeExtractive(text, 9, words);
    expect(out.match(/tenant id/g)).toHaveLength(1);
  });

  test("the error of a log", () => {
    const log = [...Array.from({ length: 40 }, (_, i) => `10:00:${10 + i} INFO compiled module number ${i}`)];
    log.splice(23, 0, "10:00:33 ERROR TypeError: config.port is not a number");
    expect(summarizeExtractive(log.join("\n"), 60, count)).toContain("config.port is not a number");
  });

  test("signatures of code", () => {
    const body = "    x = compute(x)\n    y = compute(y)\n    z = x + y\n";
    const code = ["load", "parse", "render"].map((name) => `def ${name}_page(path):\n${body.repeat(4)}`).join("\n");
    const out = summarizeExtractive(code, 30, count);
    for (const name of ["load_page", "parse_page", "render_page"]) expect(out).toContain(`def ${name}(path):`);
  });

  test.each([
    ["Chinese", "数据库连接池已经耗尽。", "今天天气很好。", "服务在重试时没有关闭数据库连接。"],
    [
      "Japanese",
      "データベースの接続が足りなくなりました。",
      "昼食はおいしかったです。",
      "再試行のときにデータベースの接続が閉じられていません。",
    ],
    ["Thai", "การเชื่อมต่อฐานข้อมูลหมดแล้ว ", "วันนี้อากาศดี ", "การลองใหม่ไม่ได้ปิดการเชื่อมต่อฐานข้อมูล "],
    ["Hindi", "डेटाबेस कनेक्शन समाप्त हो गए। ", "आज मौसम अच्छा है। ", "पुनः प्रयास डेटाबेस कनेक्शन बंद नहीं करता। "],
    [
      "Russian",
      "Соединения с базой данных закончились. ",
      "Сегодня хорошая погода. ",
      "Повторная попытка не закрывает соединения с базой данных. ",
    ],
  ])("%s", (_, first, aside, second) => {
    const text = `${first}\n${aside}\n${second}`;
    const out = summarizeExtractive(text, count(first.trim()) + count(second.trim()) + 1, count);
    expect(out).toBe(`${first.trim()}\n${second.trim()}`);
  });
});

describe("what an excerpt shows", () => {
  const doc = `# Guide\n\nThis guide tells how to use the tool. It is long.\n\n## Install\n\nRun the installer first. Then wait a while for it.\n\n### Windows\n\nUse the other installer. It asks questions.\n\n## Use\n\nCall the tool with a file. It prints a table of results.\n`;

  test("the title, the headings and the first sentences, in order", () => {
    expect(excerpt(doc, 34, words)).toBe(
      "# Guide\nThis guide tells how to use the tool.\n## Install\nRun the installer first.\n### Windows\nUse the other installer.\n## Use\nCall the tool with a file.",
    );
  });

  test("higher headings first", () => {
    expect(excerpt(doc, 2, words)).toBe("# Guide");
    const out = excerpt(doc, 7, words);
    expect(out).toContain("## Install");
    expect(out).toContain("## Use");
  });
});

test("of 100,000 tiny lines, most of them repeated, the error is found soon, and no line stands there twice", () => {
  const lines = Array.from({ length: 100_000 }, (_, i) => (i % 3 === 0 ? "ok" : `tick w${i % 977}`));
  for (const at of [40_001, 61_803, 80_000]) lines[at] = "ERROR: disk full on node seven";
  const startedMs = performance.now();
  const out = summarizeExtractive(lines.join("\n"), 60, (text) => Math.ceil(text.length / 4));
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  expect(out.match(/disk full on node seven/g)).toHaveLength(1);
  expect(new Set(out.split("\n")).size).toBe(out.split("\n").length);
});

test("between two steps little is done", () => {
  const text = story.repeat(300);
  for (const steps of [
    summarizeSteps(text, 200, (part) => part.length >> 2),
    excerptSteps(text, 200, (part) => part.length >> 2),
  ]) {
    let taken = 0;
    while (!steps.next().done) taken++;
    expect(taken).toBeGreaterThan(text.length / 20_000);
  }
});

test.each([
  ["one letter", "a".repeat(1_000_000)],
  ["blanks", " ".repeat(1_000_000)],
  ["line breaks", "\n".repeat(1_000_000)],
  ["no end of sentence", "word ".repeat(200_000)],
  ["Chinese without marks", "数据库连接池已经耗尽".repeat(100_000)],
  ["end marks", ". ".repeat(500_000)],
  ["headings", "# a\n".repeat(250_000)],
  ["ESC", "\x1b]8;".repeat(250_000)],
])("1 MB of %s is shortened in bounded time", (_, text) => {
  const startedMs = performance.now();
  summarizeExtractive(text, 100, (part) => Math.ceil(part.length / 4));
  excerpt(text, 100, (part) => Math.ceil(part.length / 4));
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});
