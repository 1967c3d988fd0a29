import fc from "fast-check";
import { expect, test } from "vitest";
import { encodingNames, isCertainBoundary, nextCertainBoundary } from "../../src/index.ts";
import { reference } from "../support/reference.ts";
import { runs } from "../support/runs.ts";
import { splicedText } from "../support/texts.ts";

test("a letter before a blank, a line feed, a digit or a mark is a boundary; nothing else is", () => {
  expect([..."one two"].map((_, at) => isCertainBoundary("one two", at)).indexOf(true)).toBe(3);
  expect(nextCertainBoundary("it's 10 m, done", 0)).toBe(4);
  expect(nextCertainBoundary("it's 10 m, done", 5)).toBe(9);
  expect(nextCertainBoundary("1 2 3", 0)).toBe(-1);
  expect([..."a0a+a'a|a_a\ta\u0300"].flatMap((_, at, all) => (isCertainBoundary(all.join(""), at) ? at : []))).toEqual([
    1, 3, 11,
  ]);
  expect([isCertainBoundary("ab", 0), isCertainBoundary("ab", 2), isCertainBoundary("a'b", 1)]).toEqual([
    false,
    false,
    false,
  ]);
});

test.each(encodingNames)("%s: the reference's tokens of both sides are those of the whole", (encoding) => {
  const oracle = reference(encoding);
  let boundaries = 0;
  fc.assert(
    fc.property(splicedText(20), (text) => {
      const whole = oracle.encode_ordinary(text);
      for (let at = nextCertainBoundary(text, 0); at >= 0; at = nextCertainBoundary(text, at + 1)) {
        boundaries++;
        const sides = [...oracle.encode_ordinary(text.slice(0, at)), ...oracle.encode_ordinary(text.slice(at))];
        expect(sides).toEqual([...whole]);
      }
    }),
    runs(`certain boundaries of ${encoding}`, 150, 5_000),
  );
  expect(boundaries).toBeGreaterThan(20);
});
