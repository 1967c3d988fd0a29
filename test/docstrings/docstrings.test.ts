import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { expect, onTestFinished, test } from "vitest";
import * as opfs from "../../src/archive/opfs-archive.ts";
import * as webWorkers from "../../src/cleanup/web-worker-cleanup.ts";
import * as library from "../../src/index.node.ts";
import { type Example, readExample, toJavaScript } from "./example.ts";
import { createProgram, type PublicName, publicNames, root } from "./public-names.ts";

const sourceProgram = createProgram();
const names = publicNames(sourceProgram);
const byName = new Map(names.map((each) => [each.name, each]));
/** What examples may use: as if they imported each name from the entry that has it. */
const modules = {
  "index.node.ts": library,
  "archive/opfs-archive.ts": opfs,
  "cleanup/web-worker-cleanup.ts": webWorkers,
};
const scope: Record<string, unknown> = Object.assign({}, ...Object.values(modules));

/** Ports: who implements them is told what is asked; nobody else calls them. */
const ports =
  /^(Cleaner|CleanHost|CleanerFactory|Executor|GuardedSummarizer|Pace|Strategy|StrategyTools|View|TokenCounterSnapshot)$/;
/** Run in Chromium by test/archive, and here only checked by the compiler. */
const needsBrowser = /^OpfsArchive/;

const isPort = (each: PublicName) => ports.test((each.owner ?? each).name);
/** What `@internal` marks is no part of the declarations' promise. */
const isInternal = (each: PublicName) => each.tags.some(({ name }) => name === "internal");
const isDispose = (each: PublicName) => each.name.endsWith("[Symbol.asyncDispose]");
/** What a member lacks, the class or interface that it comes from has. */
const sources = (each: PublicName): PublicName[] => {
  const member = each.name.slice(each.name.lastIndexOf(".") + 1);
  return [each, ...(each.owner?.parents ?? []).flatMap((parent) => byName.get(`${parent}.${member}`) ?? [])];
};
const tagsOf = (each: PublicName, tag: string) =>
  sources(each)
    .flatMap(({ tags }) => tags)
    .filter(({ name }) => name === tag)
    .map(({ text }) => text);
const isExample = ({ name }: { readonly name: string }) => name === "example";
const textOf = (each: PublicName) =>
  sources(each)
    .flatMap(({ description, tags }) => [description, ...tags.map(({ text }) => text)])
    .join("\n");
const missing = (chosen: (each: PublicName) => boolean) =>
  names.filter((each) => chosen(each) && !isInternal(each)).map(({ name, file }) => `${name} (${file})`);

interface Run {
  readonly name: string;
  readonly examples: readonly Example[];
}

/** The examples of a class's members go on from the examples of the class. */
const runs: Run[] = names.flatMap((each) => {
  const own = each.tags.filter(({ name }) => name === "example").map(({ text }) => readExample(text));
  if (own.length === 0) return [];
  const before = each.owner?.tags.filter(({ name }) => name === "example") ?? [];
  return [{ name: each.name, examples: [...before.map(({ text }) => readExample(text)), ...own] }];
});
const codeOf = ({ examples }: Run, part: "text" | "checked") => examples.map((each) => each[part]).join("\n");

test("finds the names that a user imports", () => {
  expect(names.length).toBeGreaterThan(500);
  for (const name of ["createTokenizer", "TokenBudgetManager.put", "strategies.deduplicate", "OpfsArchive.open"]) {
    expect(byName.has(name), name).toBe(true);
  }
});

test("every public name says what it is", () => {
  const described = (each: PublicName) => textOf(each).trim() !== "";
  expect(missing((each) => each.kind !== "property" && !isDispose(each) && !described(each))).toEqual([]);
});

test("functions, classes and methods have an example, of their own or where they are made", () => {
  const member = (each: PublicName) => each.name.slice(each.name.lastIndexOf(".") + 1);
  const owners = (each: PublicName) => [each.owner?.name, ...(each.owner?.parents ?? [])];
  const near = (each: PublicName) =>
    each.owner === undefined
      ? names.filter(
          ({ file, name, parents }) => file === each.file || parents.includes(each.name) || each.parents.includes(name),
        )
      : names.filter(({ name, owner }) => owners(each).includes(name) || owners(each).includes(owner?.name ?? "-"));
  const isShown = (each: PublicName): boolean => {
    // How one is made, its file or its own `open` shows; what it does, the interface of which it is one.
    if (each.kind === "class" && names.some(({ owner, tags }) => owner === each && tags.some(isExample))) return true;
    if (each.kind === "class" && each.parents.some((parent) => byName.get(parent)?.tags.some(isExample))) return true;
    if (sources(each).some((source) => tagsOf(source, "example").length > 0)) return true;
    // A variant of another: "{@link signature} in steps".
    const other = /^(?:As )?\{@link ([\w.]+)/.exec(each.description)?.[1];
    if (other !== undefined && near(each).some(({ name }) => name === other || name.endsWith(`.${other}`))) return true;
    const call = new RegExp(`${each.owner ? "[.\\s]" : "\\b"}${member(each)}\\(`);
    return near(each).some((other) => tagsOf(other, "example").some((text) => call.test(text)));
  };
  const needs = (each: PublicName) => ["function", "class", "method"].includes(each.kind) && !isPort(each);
  expect(missing((each) => needs(each) && !isDispose(each) && !isShown(each))).toEqual([]);
});

test("numbers that are handed over have a unit or limits", () => {
  const isTold = (each: PublicName, parameter: string) =>
    `${textOf(each)}\n${each.owner?.description}`.includes(`\`${parameter}\``) ||
    tagsOf(each, "param").some((text) => text.startsWith(`${parameter} `));
  const untold = names.flatMap((each) =>
    each.numbers.filter((parameter) => !isTold(each, parameter)).map((parameter) => `${each.name}: ${parameter}`),
  );
  expect(untold).toEqual([]);
});

test("what throws says which errors, and what is left behind", () => {
  const told = (each: PublicName) =>
    [each, ...(each.owner === undefined ? [] : [each.owner])].some((one) => tagsOf(one, "throws").length > 0);
  expect(missing((each) => each.throws && !told(each))).toEqual([]);
});

test("functions and classes say what they cost", () => {
  const needs = (each: PublicName) =>
    each.kind === "function" || (each.kind === "class" && !each.name.endsWith("Error"));
  expect(missing((each) => needs(each) && !/\bCosts?\b/.test(textOf(each)))).toEqual([]);
});

test("every example expects something", () => {
  // What comes before the examples of members expects through them.
  const isBegin = (name: string) => runs.some((run) => run.name.startsWith(`${name}.`));
  const idle = runs.filter(({ name, examples }) => examples.at(-1)!.expectations === 0 && !isBegin(name));
  expect(idle.map(({ name }) => name)).toEqual([]);
});

test("the examples compile, strictly", () => {
  const path = join(root, "test/docstrings/examples.ts");
  const text = [
    'import type { Archive } from "../../src/index.node.ts";',
    ...Object.entries(modules).map(
      ([file, exported]) => `import { ${Object.keys(exported).join(", ")} } from "../../src/${file}";`,
    ),
    ...runs.map((run) => `// ${run.name}\nasync () => {\n${codeOf(run, "text")}\n};`),
  ].join("\n");
  const program = createProgram({ path, text }, sourceProgram);
  const found = program.getSemanticDiagnostics(program.getSourceFile(path));
  const lines = text.split("\n");
  const problems = found.map(({ start, messageText }) => {
    const line = text.slice(0, start).split("\n").length;
    return `${lines[line - 1]}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
  expect(problems).toEqual([]);
});

const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>;

async function refuses(act: () => Promise<unknown>, code: string) {
  const error = await act().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(library.TokenBudgetError);
  expect((error as library.TokenBudgetError).code).toBe(code);
}

test.each(runs.filter(({ name }) => !needsBrowser.test(name)))("the example of $name", async (run) => {
  const same = (value: unknown, wanted: unknown) => expect(value).toEqual(wanted);
  const body = toJavaScript(codeOf(run, "checked"));
  // An example may make files.
  const folder = mkdtempSync(join(tmpdir(), "token-budget-example-"));
  const before = process.cwd();
  process.chdir(folder);
  onTestFinished(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  const act = new AsyncFunction("same", "refuses", ...Object.keys(scope), body);
  await act(same, refuses, ...Object.values(scope));
});
