import { createTokenBudgetManager, createTokenizer, MemoryArchive, replaySession, type Session } from "token-budget";
import { longSession } from "../sessions.ts";
import type { Suite } from "../suite.ts";

export const suite: Suite = {
  name: "replay",
  about: "a session of a million tokens through a budget of 128,000, cleanups included",
  async run(context) {
    const messages = longSession(context.pick(6_300_000, 400_000));
    const session: Session = { name: "long", format: "openai-chat", messages };
    const tokenizer = await createTokenizer("o200k_base");
    const archive = new MemoryArchive();
    const result = await replaySession(session, {
      archive,
      count: (text) => tokenizer.count(text),
      rule: "bench",
      counting: "o200k_base",
      createManager: (settings) =>
        createTokenBudgetManager({
          ...settings,
          total: context.pick(128_000, 16_000),
          tokenizer,
          cleanup: { archive },
        }),
    });
    if (!result.selfCheck.passed) throw new Error("the replay did not pass its self-check");
    const { speed, cleanups, session: fed } = result;
    const seconds = speed.elapsedMs / 1000;
    return [
      {
        id: "a million tokens",
        value: (seconds * 1e6) / fed.tokens,
        unit: "s",
        better: "lower",
        detail: `${fed.tokens} tokens, ${fed.messages} messages, ${cleanups.length} cleanups; stall ${speed.longestStallMs.toFixed(0)} ms`,
        target: { of: "value", max: 3 },
        gate: context.smoke ? "none" : "value",
      },
    ];
  },
};
