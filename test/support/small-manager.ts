import { createTokenBudgetManagerSync, type ManagerOptions } from "../../src/index.ts";

/** Two components of 100 tokens and a fixed one of 50, a clock in hand, and one token a character. */
export function smallManager(options: Partial<ManagerOptions> = {}) {
  const clock = { now: 1_000_000 };
  const manager = createTokenBudgetManagerSync({
    total: 250,
    components: {
      a: { share: 0.4, target: [0.5, 0.8] },
      b: { share: 0.4, target: [0.5, 0.8] },
      pinned: { share: 0.2, target: [0.9, 1], fixed: true },
    },
    countTokens: (text) => text.length,
    now: () => clock.now,
    proactiveCleanup: false,
    minGain: 1,
    ...options,
  });
  const used = (component: string) => manager.currentUsage[component]!;
  const row = (component: string) => manager.getUtilizationReport().components[component]!;
  return { manager, clock, used, row };
}

export const text = (tokens: number): string => "x".repeat(tokens);

/** The code of the typed error that a step ends with, or undefined. */
export async function codeOf(step: () => unknown): Promise<string | undefined> {
  try {
    await step();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
  return undefined;
}
