import { TokenBudgetError } from "../errors.ts";
import { aiSdk } from "./ai-sdk.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import type { FormatAdapter, FormatName } from "./format.ts";
import { langchain } from "./langchain.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import { sweAgent } from "./swe-agent.ts";

const all = [openaiChat, openaiResponses, anthropicMessages, aiSdk, langchain, sweAgent];

// The marks let bundlers leave all adapters out of what uses none.
const adapters: ReadonlyMap<string, FormatAdapter> = /* @__PURE__ */ (() =>
  new Map(all.map((adapter) => [adapter.format, adapter])))();

/** The names of all message formats. */
export const formatNames: readonly FormatName[] = /* @__PURE__ */ (() => all.map((adapter) => adapter.format))();

/** @throws TokenBudgetError `INVALID_ARGUMENT` for a name that is no format. */
export function adapterFor(format: FormatName): FormatAdapter {
  const adapter = adapters.get(format);
  if (adapter === undefined)
    throw new TokenBudgetError("INVALID_ARGUMENT", `no such message format; there are ${formatNames.join(", ")}`, {
      formats: formatNames,
    });
  return adapter;
}
