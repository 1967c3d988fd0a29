import fc from "fast-check";
import { expect, test } from "vitest";
import { jsonErrorAt } from "../../src/adapters/json-error.ts";
import { chainSessions, detectFormat, readSessions, type TokenBudgetError } from "../../src/index.ts";
import { literals, realSessions } from "./samples/index.ts";

const user = { role: "user", content: "hi" };
const answer = { role: "assistant", content: "hello" };
const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join("\n");

test.each([...literals, ...realSessions()])("the format of $name is found by content", ({ messages, format }) => {
  expect(detectFormat(messages)).toBe(format);
});

test("sessions come as a list, as an object, as lines of messages, as lines of sessions", () => {
  expect(readSessions(JSON.stringify([user, answer]), { file: "a.json" })).toEqual([
    { name: "a.json", format: "openai-chat", messages: [user, answer] },
  ]);
  const tools = [{ name: "look", input_schema: { type: "object" } }];
  expect(
    readSessions(
      JSON.stringify({ messages: [user], system: "Be brief.", tools, model: "claude-opus-4-8", id: "x" }, null, 2),
    ),
  ).toEqual([
    { name: "x", format: "anthropic-messages", messages: [user], system: "Be brief.", tools, model: "claude-opus-4-8" },
  ]);
  expect(readSessions(lines(user), { file: "one" })).toEqual([
    { name: "one", format: "openai-chat", messages: [user] },
  ]);
  expect(readSessions(`${lines(user, answer)}\n\n`, { file: "b" })).toMatchObject([
    { name: "b", messages: [user, answer] },
  ]);
  expect(readSessions(lines({ id: "1", messages: [user] }, { id: "2", messages: [answer] }))).toMatchObject([
    { name: "1", messages: [user] },
    { name: "2", messages: [answer] },
  ]);
  expect(
    readSessions(lines({ messages: [user] }, { messages: [answer] }), { file: "c" }).map(({ name }) => name),
  ).toEqual(["c#1", "c#2"]);
  expect(readSessions(JSON.stringify({ history: [{ ...user, agent: "main" }], trajectory: [] }))[0]!.format).toBe(
    "swe-agent",
  );
  expect(readSessions(`\ufeff${JSON.stringify({ input: [{ type: "function_call", call_id: "a" }] })}`)[0]!.format).toBe(
    "openai-responses",
  );
});

const error = (text: string) => {
  try {
    readSessions(text, { file: "f.json" });
  } catch (thrown) {
    return (thrown as TokenBudgetError).message;
  }
  return undefined;
};

test("what is wrong is told with file and line, and nothing is quoted", () => {
  expect(error("")).toBe("f.json:1: the file is empty");
  expect(error('{\n "messages": [\n  {"role": secret}\n ]\n}')).toBe("f.json:3: not JSON at column 12");
  expect(error('{"messages": [')).toBe("f.json:1: not JSON at column 15");
  expect(error(lines(user, answer).replace("}\n{", "}\n{{"))).toBe("f.json:2: not JSON at column 2");
  expect(error("[]")).toBe("f.json:1: the list of messages is empty");
  expect(error('{"a": 1}')).toBe("f.json:1: neither a message nor a session: no list of messages in it");
  expect(error('[{"name": "secret_tool", "inputSchema": {}}]')).toBe(
    "f.json:1: message 0 has neither a role nor a type of a known format (tool definitions are not messages)",
  );
  expect(error("7")).toContain("neither a message nor a session");
});

test("with onSkip the broken lines are named and the rest is read", () => {
  const told: string[] = [];
  const text = `${lines(user)}\n{"role": broken\n${lines(answer)}\n"text"`;
  const sessions = readSessions(text, { file: "f", onSkip: (problem) => told.push(problem.message) });
  expect(sessions).toMatchObject([{ messages: [user, answer] }]);
  expect(told).toEqual([
    "f:2: not JSON at column 10",
    "f:4: neither a message nor a session: no list of messages in it",
  ]);
});

test("a chain has every system prompt once", () => {
  const system = { role: "system", content: "Be brief." };
  const [a, b] = readSessions(lines({ messages: [system, user] }, { messages: [system, answer] }));
  expect(chainSessions([a!, b!], "chain")).toMatchObject({ name: "chain", messages: [system, user, answer] });
  expect(() => chainSessions([], "none")).toThrow(expect.objectContaining({ code: "BAD_FORMAT" }));
});

test("the place of an error in JSON is found, and only where JSON.parse finds one", () => {
  const isJson = (text: string) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  };
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", "}", ",", '"', "\\", "\n", "x", "1", "["))
    .map(([text, at, by]) => {
      const where = at % (text.length + 1);
      return text.slice(0, where) + by + text.slice(where + (by === "" ? 1 : 0));
    });
  fc.assert(
    fc.property(damaged, (text) => {
      const at = jsonErrorAt(text);
      expect(at === -1).toBe(isJson(text));
      if (at > 0) expect(jsonErrorAt(text.slice(0, at))).toBeOneOf([-1, at]);
    }),
    { numRuns: 2000 },
  );
});
