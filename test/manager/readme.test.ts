import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as library from "../../src/index.ts";

test("README's budget example prints what it shows", async () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const section = readme.slice(readme.indexOf("## A budget"));
  const block = (language: string) => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(section)![1]!;
  const [head, ...body] = block("js").split("\n");
  const names = /\{(.*)\}/.exec(head!)![1]!;
  const lines: string[] = [];
  const run = new Function(
    "library",
    "console",
    `const {${names}} = library; return (async () => {${body.join("\n")}})();`,
  );
  await run(library, { log: (line: string) => lines.push(line.replaceAll(/\u001b\[\d+m/g, "")) });
  expect(`${lines.join("\n")}\n`).toBe(block("text"));
});
