import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  conversationFromItems,
  type ForeignMessage,
  fromItems,
  MessageReader,
  messageProblems,
  toItems,
} from "../../src/adapters/index.ts";
import { anthropicMessages, anthropicSystem } from "./samples/anthropic-messages.ts";
import { literals, realSessions } from "./samples/index.ts";

const samples = [...literals, ...realSessions()];

describe.each(samples)("$name", ({ format, messages }) => {
  test("comes back identical, order of keys included", () => {
    const back = fromItems(toItems(format, messages));
    expect(back).toEqual(messages);
    expect(JSON.stringify(back)).toBe(JSON.stringify(messages));
  });

  test("comes back identical after a trip through JSON, read message by message and in any order of items", () => {
    const reader = new MessageReader(format);
    const items = messages.flatMap((message) => reader.message(message));
    const stored = JSON.parse(JSON.stringify(items)) as typeof items;
    expect(JSON.stringify(fromItems(stored.reverse()))).toBe(JSON.stringify(messages));
  });

  test("is left as it was, and shares nothing with the result", () => {
    const before = JSON.stringify(messages);
    const items = toItems(format, messages);
    const back = fromItems(items) as { [key: string]: unknown }[];
    for (const message of back) for (const key of Object.keys(message)) delete message[key];
    expect(JSON.stringify(messages)).toBe(before);
    expect(JSON.stringify(fromItems(items))).toBe(before);
  });

  test("is taken into items of which each id is used once, and no base64 is text", () => {
    const items = toItems(format, messages);
    expect(new Set(items.map((item) => item.id)).size).toBe(items.length);
    expect(items.filter((item) => /iVBORw0KGgo|JVBERi0|UklGRg/.test(item.text))).toEqual([]);
  });
});

test("a whole conversation keeps its system prompt and its tools", () => {
  const tools = [{ name: "look", description: "Looks.", input_schema: { type: "object", properties: {} } }];
  const conversation = { system: anthropicSystem, tools, messages: anthropicMessages };
  const items = toItems("anthropic-messages", conversation);
  expect(items.slice(0, 3).map((item) => [item.id, item.component])).toEqual([
    ["msystem-0.0", "system_context"],
    ["msystem-0.1", "system_context"],
    ["mtools-0.0", "system_context"],
  ]);
  expect(conversationFromItems(items)).toEqual(conversation);
});

test("any JSON object comes back identical from any format", () => {
  const key = fc.oneof(
    fc.constantFrom(
      "role",
      "content",
      "type",
      "text",
      "tool_calls",
      "id",
      "kwargs",
      "data",
      "input",
      "output",
      "call_id",
    ),
    fc.constantFrom("__proto__", "constructor", "summary", "toolCallId", "function", "arguments", "name"),
  );
  const word = fc.constantFrom(
    "user",
    "assistant",
    "tool",
    "text",
    "tool_use",
    "tool-call",
    "reasoning",
    "function_call",
    "x",
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, word, fc.constant(null), fc.integer(), tie("list"), tie("record")),
    list: fc.array(tie("value"), { maxLength: 3 }),
    record: fc.dictionary(key, tie("value"), { maxKeys: 5 }),
  }));
  const message = fc.dictionary(key, value, { maxKeys: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...literals), fc.array(message, { maxLength: 4 }), ({ format }, messages) => {
      const plain = JSON.parse(JSON.stringify(messages)) as ForeignMessage[];
      expect(JSON.stringify(fromItems(toItems(format, plain), format))).toBe(JSON.stringify(plain));
    }),
    { numRuns: 500 },
  );
});

test("values of memory that are no JSON come back as the same objects", () => {
  const image = new URL("https://a.example/a.png");
  const bytes = new Uint8Array([1, 2, 3]);
  const messages = [
    {
      role: "user",
      content: [
        { type: "image", image },
        { type: "file", data: bytes, mediaType: "image/png" },
      ],
    },
    {
      role: "assistant",
      content: [{ type: "tool-call", toolCallId: "a", toolName: "f", input: { at: new Date(0), n: -0, u: undefined } }],
    },
    {
      role: "tool",
      content: [{ type: "tool-result", toolCallId: "a", toolName: "f", output: { type: "json", value: { big: 1n } } }],
    },
  ];
  const back = fromItems(toItems("ai-sdk", messages));
  expect(back).toStrictEqual(messages);
  expect((back[0]!.content as (typeof messages)[0]["content"])[0]).toHaveProperty("image", image);
});

describe.each(samples.filter(({ format, messages }) => messageProblems(format, messages).length === 0))(
  "$name",
  ({ format, messages }) => {
    test("goes on with a reader of another prefix, wherever the session was restored", () => {
      const tools = new MessageReader(format).tools([{ name: "look" }]);
      const step = Math.ceil(messages.length / 12);
      for (let at = 0; at <= messages.length; at += step) {
        const items = [messages.slice(0, at), messages.slice(at)].flatMap((part, run) =>
          toItems(format, part, { idPrefix: `run${run}-` }),
        );
        expect(JSON.stringify(fromItems([...tools, ...items]))).toBe(JSON.stringify(messages));
      }
    });
  },
);

test("items that came from no message keep their place among those of two readers", () => {
  const read = (idPrefix: string) =>
    toItems("openai-chat", [{ role: "user", content: idPrefix }], { idPrefix: `${idPrefix}-` });
  const plain = (text: string) => ({ id: text, text, role: "user" });
  const items = [plain("first"), ...read("a"), plain("between"), ...read("b"), plain("last")];
  expect(fromItems(items).map(({ content }) => content)).toEqual(["first", "a", "between", "b", "last"]);
});
