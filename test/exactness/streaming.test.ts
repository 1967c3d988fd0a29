import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenizerSync, type TokenCounter, type TokenCounterSnapshot } from "../../src/index.ts";
import { reference } from "../support/reference.ts";
import { fragments, splicedText } from "../support/texts.ts";
import { encodings, isLong, seed } from "./plan.ts";

describe.each(encodings)("%s", (encoding) => {
  const tokenizer = createTokenizerSync(encoding);
  const expected = (text: string) => reference(encoding).encode_ordinary(text).length;

  test("each fragment after each start, cut at every place", () => {
    const starts = [
      "",
      "a",
      " ",
      "\n",
      "word and 12",
      "使",
      "A",
      "'",
      "x".repeat(61),
      "the ".repeat(16),
      " ".repeat(64),
    ];
    for (const start of starts) {
      for (const fragment of fragments) {
        const text = `${start}${fragment}s`;
        const whole = expected(text);
        for (let cut = Math.max(0, start.length - 1); cut <= text.length; cut++) {
          const counter = tokenizer.counter();
          counter.append(text.slice(0, cut));
          expect(counter.tokens).toBe(expected(text.slice(0, cut)));
          expect(counter.append(text.slice(cut))).toBe(whole);
        }
      }
    }
  }, 60_000);

  test("one code unit at a time, looked at after each, also over long runs", () => {
    const runs = [
      "a",
      "A",
      " ",
      "\n",
      "=",
      "使",
      "ก\u0e31",
      "\u0301",
      "👩\u200d",
      "aB",
      "\r\n",
      " \n",
      "/\n",
      "٣",
      "1",
      "\ud83d",
      "使A",
    ];
    const times = isLong ? 400 : 130;
    for (const run of runs) {
      const text = `x ${run.repeat(times / run.length)}b's`;
      const counter = tokenizer.counter();
      for (let at = 0; at < text.length; at++) {
        counter.append(text[at]!);
        expect(counter.tokens).toBe(expected(text.slice(0, at + 1)));
      }
    }
  }, 60_000);
});

/** A counter's plain twin: all of its text, counted afresh. */
interface Model {
  texts: string[];
  saved: string[][];
}

test(`counters and a twin that counts all its text again agree after any commands (seed ${seed})`, () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const count = (text: string) => reference("o200k_base").encode_ordinary(text).length;
  interface Real {
    counters: TokenCounter[];
    saved: TokenCounterSnapshot[][];
  }
  const which = fc.nat(2);
  const agree = (model: Model, { counters }: Real) =>
    counters.forEach((counter, at) => {
      expect(counter.tokens).toBe(count(model.texts[at]!));
    });
  const append = fc.tuple(which, splicedText(3)).map(([at, text]) => ({
    check: () => true,
    run(model: Model, real: Real) {
      model.texts[at] += text;
      real.counters[at]!.append(text);
      agree(model, real);
    },
    toString: () => `append(${at}, ${JSON.stringify(text)})`,
  }));
  const snapshot = which.map((at) => ({
    check: () => true,
    run(model: Model, real: Real) {
      model.saved[at]!.push(model.texts[at]!);
      real.saved[at]!.push(real.counters[at]!.snapshot());
      agree(model, real);
    },
    toString: () => `snapshot(${at})`,
  }));
  const rewind = fc.tuple(which, fc.nat()).map(([at, pick]) => ({
    check: (model: Readonly<Model>) => model.saved[at]!.length > 0,
    run(model: Model, real: Real) {
      const index = pick % model.saved[at]!.length;
      model.texts[at] = model.saved[at]![index]!;
      real.counters[at]!.rewind(real.saved[at]![index]!);
      agree(model, real);
    },
    toString: () => `rewind(${at}, ${pick})`,
  }));
  const other = splicedText(4).map((text) => ({
    check: () => true,
    run(model: Model, real: Real) {
      expect(tokenizer.count(text)).toBe(count(text));
      tokenizer.decode(tokenizer.encode(text));
      agree(model, real);
    },
    toString: () => `count(${JSON.stringify(text)})`,
  }));
  const setup = () => ({
    model: { texts: ["", "", ""], saved: [[], [], []] } as Model,
    real: { counters: [0, 1, 2].map(() => tokenizer.counter()), saved: [[], [], []] } as Real,
  });
  fc.assert(
    fc.property(fc.commands([append, append, snapshot, rewind, other], { size: "medium" }), (commands) =>
      fc.modelRun(setup, commands),
    ),
    { seed, numRuns: isLong ? 2000 : 60 },
  );
}, 120_000);

test("a snapshot of another counter, or none, is refused and changes nothing", () => {
  const tokenizer = createTokenizerSync("o200k_base");
  const [one, other] = [tokenizer.counter(), tokenizer.counter()];
  one.append("hello wor");
  other.append("something else");
  for (const wrong of [other.snapshot(), { tokens: 1 }, undefined, null]) {
    expect(() => one.rewind(wrong as TokenCounterSnapshot)).toThrow(
      expect.objectContaining({ name: "TokenBudgetError" }),
    );
  }
  for (const wrong of [5, null, undefined, {}, ["a"]]) {
    expect(() => one.append(wrong as string)).toThrow(expect.objectContaining({ code: "INVALID_TEXT" }));
  }
  expect(one.append("ld")).toBe(2);
});
