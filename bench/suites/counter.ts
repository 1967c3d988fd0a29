import { median, pairedRatio } from "../measure/statistics.ts";
import type { Context, Figure, Suite } from "../suite.ts";
import { worstInput } from "../worst-inputs.ts";

const encoding = "o200k_base";
/** Characters of one append: a few tokens, as they arrive from a stream. */
const appendChars = 10;

interface Scene {
  readonly id: string;
  /** What the counter holds before anything is timed. */
  readonly held: string;
  /** What is appended, `appendChars` at a time. */
  readonly appended: string;
  readonly targetUs: number;
}

export const suite: Suite = {
  name: "counter",
  about: "appends of 10 characters to a counter that holds much, in running text and inside an unbroken run",
  async run(context) {
    const { createTokenizer } = await import("token-budget");
    const tokenizer = await createTokenizer(encoding);
    const figures: Figure[] = [];
    for (const scene of scenes(context)) {
      const roundsUs: number[] = [];
      const recountsUs: number[] = [];
      for (let round = -1; round < context.pick(7, 3); round++) {
        const counter = tokenizer.counter();
        counter.append(scene.held);
        const startedMs = performance.now();
        for (let start = 0; start < scene.appended.length; start += appendChars) {
          counter.append(scene.appended.slice(start, start + appendChars));
        }
        const endedMs = performance.now();
        const whole = scene.held + scene.appended;
        const wholeMs = performance.now();
        const expected = tokenizer.count(whole);
        const recountMs = performance.now() - wholeMs;
        if (counter.tokens !== expected) throw new Error(`${scene.id}: ${counter.tokens} tokens, counted ${expected}`);
        if (round < 0) continue; // the round that compiles the code
        roundsUs.push(((endedMs - startedMs) * 1e3) / (scene.appended.length / appendChars));
        recountsUs.push(recountMs * 1e3);
      }
      figures.push({
        id: scene.id,
        value: median(roundsUs),
        unit: "us",
        better: "lower",
        peer: "a recount",
        peerValue: median(recountsUs),
        ratio: pairedRatio(roundsUs, recountsUs),
        target: { of: "value", max: scene.targetUs },
      });
    }
    return figures;
  },
};

function scenes(context: Context): Scene[] {
  const text = context.corpus.classes.map((name) => context.corpus.text(name)).join("\n");
  const real = (chars: number) => text.repeat(Math.ceil(chars / text.length)).slice(0, chars);
  const streamed = context.corpus.text("agent").slice(0, context.pick(200_000, 40_000));
  const inRun = (letters: string) => ({
    held: real(1e6) + letters.slice(0, 100_000),
    appended: letters.slice(0, 20_000),
  });
  return [
    { id: "1 MB of real text", held: real(1e6), appended: streamed, targetUs: 2 },
    { id: "10 MB of real text", held: real(context.pick(10e6, 3e6)), appended: streamed, targetUs: 2 },
    { id: "a run of one letter", ...inRun("a".repeat(100_000)), targetUs: 20 },
    { id: "a run of random letters", ...inRun(worstInput("random letters", 100_000)), targetUs: 20 },
    { id: "a run of spaces", ...inRun(" ".repeat(100_000)), targetUs: 20 },
    { id: "a run of Thai", ...inRun(worstInput("Thai without spaces", 300_000)), targetUs: 20 },
  ];
}
