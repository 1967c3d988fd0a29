import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ignoreRules } from "../../src/cli/count/ignore-rules.ts";
import { scratchFolder } from "./run-cli.ts";

const ignored = (rules: string, path: string, isFolder = false) => ignoreRules(rules)(path, isFolder) === true;

test.each([
  ["*.log", "a/b.log", true],
  ["*.log", "a/b.logs", false],
  ["/a", "a", true],
  ["/a", "b/a", false],
  ["a/b", "a/b", true],
  ["a/b", "x/a/b", false],
  ["**/b", "x/a/b", true],
  ["a/**/b", "a/b", true],
  ["a/**/b", "a/x/y/b", true],
  ["a/**", "a/x", true],
  ["a/**", "a", false],
  ["a?c", "abc", true],
  ["a?c", "a/c", false],
  ["[a-c].txt", "b.txt", true],
  ["[!a-c].txt", "b.txt", false],
  ["*\n!keep", "keep", false],
  ["# comment", "# comment", false],
  ["\\#x", "#x", true],
  ["\\!x", "!x", true],
  ["x ", "x", true],
  ["a.b", "axb", false],
  ["*", "a", true],
])("%j and %j: %s", (rules, path, expected) => {
  expect(ignored(rules, path)).toBe(expected);
});

test("a slash at the end is for folders", () => {
  expect([ignored("a/", "a", true), ignored("a/", "a", false), ignored("a/", "b/a", true)]).toEqual([
    true,
    false,
    true,
  ]);
});

const hasGit = spawnSync("git", ["--version"]).status === 0;

test.skipIf(!hasGit)("git is of the same opinion", () => {
  const folder = scratchFolder();
  const git = (args: string[], input = "") => spawnSync("git", args, { cwd: folder, input, encoding: "utf8" }).stdout;
  git(["init", "-q"]);
  const paths = [
    "a",
    "b",
    "ab",
    "a.b",
    "c",
    "[a]",
    "a-b",
    "d/a",
    "d/b",
    "d/a.b",
    "d/e/a",
    "d/e/c",
    "d/e/a.b",
    "-",
    "!a",
    "#a",
  ];
  mkdirSync(join(folder, "d/e"), { recursive: true });
  for (const path of paths) writeFileSync(join(folder, path), "");
  const piece = fc.constantFrom(
    "a",
    "b",
    "*",
    "**",
    "?",
    "/",
    ".",
    "d",
    "e",
    "[ab]",
    "[!a]",
    "[a-b]",
    "!",
    "\\",
    "-",
    "#",
    "**/",
    "/**",
  );
  const line = fc
    .array(piece, { minLength: 1, maxLength: 5 })
    .map((pieces) => pieces.join(""))
    .filter((text) => !/\*{3}|[^/]\*\*|\*\*[^/]/.test(text));
  const files = fc.sample(fc.array(line, { minLength: 1, maxLength: 4 }), { numRuns: 150, seed: 7 });
  for (const lines of files) {
    const rules = ignoreRules(lines.join("\n"));
    writeFileSync(join(folder, ".gitignore"), `${lines.join("\n")}\n`);
    const answer = git(
      ["check-ignore", "--verbose", "--non-matching", "--no-index", "--stdin", "-z"],
      paths.join("\0"),
    ).split("\0");
    paths.forEach((path, at) => {
      // Git looks at the folders above too, as our walk does when it comes through them.
      const above = path
        .split("/")
        .slice(0, -1)
        .map((_, depth, all) => all.slice(0, depth + 1).join("/"));
      const inIgnored = above.some((each) => rules(each, true) === true);
      const pattern = answer[at * 4 + 2]!;
      const byGit = pattern !== "" && !pattern.startsWith("!");
      expect([lines, path, inIgnored || rules(path, false) === true]).toEqual([lines, path, byGit]);
    });
  }
});
