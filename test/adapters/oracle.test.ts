import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { type ForeignMessage, type FormatName, fromItems } from "../../src/adapters/index.ts";
import { cleanedItems } from "./cleaned.ts";
import { literals } from "./samples/index.ts";

// The oracle is not ours: the SDKs' own types and schemas say whether cleaned messages are what they take.
const oracle = join(import.meta.dirname, "oracle");
const installed = existsSync(join(oracle, "node_modules/openai"));
if (!installed) console.warn("skipped: the SDKs are not installed (npm ci --prefix test/adapters/oracle)");

const load = (name: string) => import(pathToFileURL(createRequire(join(oracle, "package.json")).resolve(name)).href);
const of = (format: FormatName) => literals.filter((sample) => sample.format === format);

/** "Object literal may only specify known properties": keys of the user's own are kept, and the APIs ignore them. */
const extraKey = 2353;

/** Cleaned sessions of a format, always the same ones. */
function cleaned(format: FormatName, count: number): (readonly ForeignMessage[])[] {
  return fc.sample(cleanedItems(of(format)), { numRuns: count, seed: 20_261_122 }).map(({ items }) => fromItems(items));
}

const types: readonly [FormatName, module: string, type: string][] = [
  ["openai-chat", "openai/resources/chat/completions", "ChatCompletionMessageParam[]"],
  ["openai-responses", "openai/resources/responses/responses", "ResponseInputItem[]"],
  ["anthropic-messages", "@anthropic-ai/sdk/resources/messages", "MessageParam[]"],
  ["ai-sdk", "ai", "ModelMessage[]"],
];

/** What the compiler says of the messages as literals of the SDK's type, and how many formats refuse what is wrong. */
function typeErrors(sessions: readonly (readonly [FormatName, readonly ForeignMessage[]])[]) {
  const text = types
    .map(([format, module, type], at) => {
      const name = `${type.slice(0, -2)}${at}`;
      const of = sessions.filter(([each]) => each === format);
      const values = of.map(([, messages], n) => `const v${at}_${n}: ${name}[] = ${JSON.stringify(messages)};`);
      values.push(`const wrong${at}: ${name}[] = [{ role: "tool", content: 7 }];`);
      return `import type { ${type.slice(0, -2)} as ${name} } from "${module}";\n${values.join("\n")}`;
    })
    .join("\n");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const file = join(oracle, "generated.ts");
  const read = host.getSourceFile;
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : read(name, ...rest);
  host.fileExists = (name) => name === file || ts.sys.fileExists(name);
  const program = ts.createProgram([file], options, host);
  const diagnostics = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics()];
  const isWrong = (at: number | undefined) => text.slice(text.lastIndexOf("\n", at) + 1).startsWith("const wrong");
  return {
    refused: new Set(
      diagnostics.filter(({ start }) => isWrong(start)).map(({ start }) => text.lastIndexOf("\n", start)),
    ).size,
    errors: diagnostics
      .filter(({ code, start }) => code !== extraKey && !isWrong(start))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n").slice(0, 1000)),
  };
}

describe.skipIf(!installed)("the SDKs accept", () => {
  test("what a cleanup leaves, by their types", { timeout: 120_000 }, () => {
    const sessions = types.flatMap(([format]) => cleaned(format, 40).map((messages) => [format, messages] as const));
    expect(typeErrors(sessions)).toEqual({ errors: [], refused: types.length });
  });

  test("AI SDK messages: the schema, and a call of a model", async () => {
    const { modelMessageSchema, generateText } = await load("ai");
    const { MockLanguageModelV3 } = await load("ai/test");
    const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
    const model = new MockLanguageModelV3({
      doGenerate: { content: [{ type: "text", text: "ok" }], finishReason: { unified: "stop" }, usage, warnings: [] },
    });
    for (const messages of cleaned("ai-sdk", 150)) {
      for (const message of messages) expect(modelMessageSchema.safeParse(message).error).toBeUndefined();
      expect((await generateText({ model, allowSystemInMessages: true, messages })).text).toBe("ok");
    }
    const orphan = [{ role: "assistant", content: [{ type: "tool-call", toolCallId: "a", toolName: "f", input: {} }] }];
    await expect(
      generateText({ model, allowSystemInMessages: true, messages: [...orphan, { role: "user", content: "x" }] }),
    ).rejects.toThrow();
  });

  test("LangChain messages: what loads them, and what comes out again", async () => {
    const { mapStoredMessagesToChatMessages } = await load("@langchain/core/messages");
    const { load: revive } = await load("@langchain/core/load");
    for (const messages of cleaned("langchain", 150)) {
      const stored = messages.filter((message) => message.lc === undefined);
      const loaded = [
        ...mapStoredMessagesToChatMessages(stored),
        ...(await Promise.all(messages.filter((each) => each.lc === 1).map((each) => revive(JSON.stringify(each))))),
      ];
      expect(loaded).toHaveLength(messages.length);
      for (const message of loaded) {
        expect(["human", "ai", "system", "tool"]).toContain(message.getType());
        expect(typeof message.content === "string" || message.content.length > 0).toBe(true);
        for (const call of message.tool_calls ?? []) expect(call.args).toBeTypeOf("object");
        expect(message.invalid_tool_calls ?? []).toEqual([]);
      }
    }
  });
});
