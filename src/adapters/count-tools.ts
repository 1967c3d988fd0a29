import type { ForeignMessage } from "./conversation.ts";
import { type EstimatedTokens, rounded } from "./estimate.ts";
import { jsonText } from "./format.ts";
import { arrayAt, isRecord, type Json, type JsonRecord, stringAt } from "./json.ts";

/** A tool definition in any of the forms that providers take. */
interface Tool {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonRecord;
}

/** What one tool definition costs. */
export interface ToolCount extends EstimatedTokens {
  readonly name: string;
}

/** The cookbook's figures: a tool opens with 7 (10 for gpt-3.5 and gpt-4), all tools together end with 12. */
const toolsEnd = 12;

/**
 * What tool definitions cost with OpenAI's models, by the rule of OpenAI's cookbook ("How to count tokens with
 * tiktoken", tool calls): `tokens` follows it to the letter, with properties of properties counted as properties. The
 * rule was found by observation for plain parameters, so it is an estimate: `low` counts names, descriptions and types
 * alone; `high` is the definition as JSON and the cookbook's surroundings. `end` is what all tools together add.
 * Cost: the count of each definition, twice.
 * @example
 * const tokenizer = createTokenizerSync("o200k_base");
 * const tool = { type: "function", function: { name: "now", description: "The time." } };
 * const { tools, end } = countTools((text) => tokenizer.count(text), [tool], "gpt-4o");
 * [tools[0]?.name, end]; // => ["now", 12]
 */
export function countTools(
  count: (text: string) => number,
  tools: readonly ForeignMessage[],
  model: string,
): { readonly tools: readonly ToolCount[]; readonly end: number } {
  const opening = /gpt-3\.5|gpt-35|gpt-4($|-(0|1|32k|turbo|vision))/.test(model.toLowerCase()) ? 10 : 7;
  const counted = tools.map((each): ToolCount => {
    const tool = toolOf(each as JsonRecord);
    const heading = count(`${tool.name}:${tool.description.replace(/\.$/, "")}`);
    const { tokens, bare } = propertyTokens(count, tool.schema);
    const likely = opening + heading + tokens;
    const asJson = count(jsonText(each as JsonRecord)) + opening;
    return { name: tool.name, ...rounded([Math.min(likely, heading + bare), likely, Math.max(likely, asJson)]) };
  });
  return { tools: counted, end: tools.length > 0 ? toolsEnd : 0 };
}

/** 3 for a list of properties, 3 for each, their names, types and descriptions; for an enum 3 an item, less 3. */
function propertyTokens(
  count: (text: string) => number,
  schema: JsonRecord,
  depth = 0,
): { tokens: number; bare: number } {
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const names = Object.keys(properties);
  const sum = { tokens: names.length > 0 ? 3 : 0, bare: 0 };
  if (depth > 16) return sum;
  for (const name of names) {
    const property = isRecord(properties[name]) ? properties[name] : {};
    const text = count(`${name}:${typeOf(property)}:${(stringAt(property, "description") ?? "").replace(/\.$/, "")}`);
    const items = arrayAt(property, "enum").map((item) => count(typeof item === "string" ? item : jsonText(item)));
    const enumTokens = items.length === 0 ? 0 : items.reduce((total, tokens) => total + tokens + 3, -3);
    const inner = propertyTokens(count, nested(property), depth + 1);
    sum.tokens += 3 + text + enumTokens + inner.tokens;
    sum.bare += text + inner.bare;
  }
  return sum;
}

function typeOf(property: JsonRecord): string {
  return typeof property.type === "string" ? property.type : jsonText(property.type ?? "");
}

function nested(property: JsonRecord): JsonRecord {
  return isRecord(property.items) ? property.items : property;
}

/** OpenAI chat nests the definition under `function`; Anthropic, MCP and the others name the schema differently. */
function toolOf(definition: JsonRecord): Tool {
  const tool = isRecord(definition.function) ? definition.function : definition;
  const schemas: Json[] = [tool.parameters, tool.input_schema, tool.inputSchema];
  return {
    name: stringAt(tool, "name") ?? stringAt(tool, "type") ?? "",
    description: stringAt(tool, "description") ?? "",
    schema: schemas.find(isRecord) ?? {},
  };
}
