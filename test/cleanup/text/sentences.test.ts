import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { fitStart } from "../../../src/cleanup/text/fit.ts";
import { sentencesOf } from "../../../src/cleanup/text/sentences.ts";
import { readWords } from "../../../src/cleanup/text/words.ts";

const sample = (name: string) =>
  readFileSync(new URL(`../../../bench/samples/${name}.txt`, import.meta.url), "utf8").slice(0, 100_000);
const sentences = (text: string) => sentencesOf(text, 0, text.length).map(([from, to]) => text.slice(from, to));

describe("sentences", () => {
  test.each([
    ["It failed. Why? Nobody knows!", ["It failed.", "Why?", "Nobody knows!"]],
    ["Version 3.14 of foo.bar was built. It took 2.5 s.", ["Version 3.14 of foo.bar was built.", "It took 2.5 s."]],
    ["The U.S. side agreed. Mr. Smith did not, e.g. here.", ["The U.S. side agreed.", "Mr. Smith did not, e.g. here."]],
    [
      'He said "Stop." Then he left. (It was late.) So what?',
      ['He said "Stop."', "Then he left.", "(It was late.)", "So what?"],
    ],
    ["apples, pears etc. were sold. 5 of them. yes", ["apples, pears etc. were sold. 5 of them. yes"]],
    ["Really?! No way... she said. Done", ["Really?!", "No way... she said.", "Done"]],
    ["他来了。她走了！真的吗？「好。」是", ["他来了。", "她走了！", "真的吗？", "「好。」", "是"]],
    ["वह आया। वह गई॥ सच?", ["वह आया।", "वह गई॥", "सच?"]],
    ["هل جاء؟ نعم. جاء", ["هل جاء؟", "نعم.", "جاء"]],
    ["One line.\nAnother\nline. End", ["One line.", "Another\nline.", "End"]],
    ["...", ["..."]],
    ["a. B", ["a.", "B"]],
  ])("of %j", (text, wanted) => {
    expect(sentences(text)).toEqual(wanted);
  });

  test.each(["en_prose", "markdown", "ru", "hi", "zh", "ja", "ko", "th"])(
    "of real text end where the engine's segmenter ends them: %s",
    (name) => {
      const flat = sample(name).replaceAll(/\s+/g, " ").slice(0, 60_000);
      const ours = new Set<number>();
      for (const [, to] of sentencesOf(flat, 0, flat.length)) ours.add(to);
      let agreed = 0;
      let all = 0;
      for (const { index, segment } of new Intl.Segmenter("en", { granularity: "sentence" }).segment(flat)) {
        const sentence = segment.trimEnd();
        // Longer ones, and those that end in a short form, are cut otherwise on purpose.
        if (sentence.length > 500 || /\b(?:[A-Z]|e\.g|i\.e|etc|vs|No|St|Dr|Mr|Mrs)\.$/.test(sentence)) continue;
        all++;
        if (ours.has(index + sentence.length)) agreed++;
      }
      expect(all).toBeGreaterThan(10);
      expect(agreed).toBeGreaterThanOrEqual(Math.min(all - 2, 0.97 * all));
    },
  );
});

test("the words of Thai are pairs of syllables, those of Burmese and Khmer too, and no sign stands alone", () => {
  const words = (text: string) => {
    const found: string[] = [];
    readWords(text, 0, text.length, (_, from, to) => found.push(text.slice(from, to)));
    return found;
  };
  expect(words("เชื่อมต่อ")).toEqual(["เชื่อ", "อม", "มต่", "ต่อ"]);
  expect(words("ก")).toEqual(["ก"]);
  expect(words("မြန်မာ")).toEqual(["မြန်", "န်မာ"]);
  expect(words("ខ្មែរ")).toEqual(["ខ្មែរ"]);
  expect(words("\u0e31")).toEqual(["\u0e31"]);
});

test("a beginning ends where the engine's segmenter ends a grapheme, on real text with emoji and marks", () => {
  for (const name of ["emoji_mixed", "hi", "th"]) {
    const lines = sample(name)
      .split("\n")
      .filter((line) => line.length > 20)
      .slice(0, 60);
    let wrong = 0;
    let all = 0;
    for (const line of lines) {
      const text = line.replaceAll(/\s/g, "").slice(0, 60);
      const ends = new Set([0, text.length]);
      for (const { index } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)) ends.add(index);
      for (let most = 1; most < text.length; most += 5) {
        all++;
        if (!ends.has(fitStart(text, most, (part) => part.length).length)) wrong++;
      }
    }
    expect(all).toBeGreaterThan(100);
    expect([name, wrong / all < 0.01, wrong, all]).toEqual([name, true, wrong, all]);
  }
});
