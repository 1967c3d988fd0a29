import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { hasPty, mainFile, runCli, runCliOnTty, scratchFolder } from "./run-cli.ts";

// @dqbd/tiktoken says what is right.
const { get_encoding } = createRequire(import.meta.url)("@dqbd/tiktoken") as typeof import("@dqbd/tiktoken");
const o200k = get_encoding("o200k_base");
const tokensOf = (text: string) => o200k.encode_ordinary(text).length;
const readme = resolve(import.meta.dirname, "../../README.md");
const samples = resolve(import.meta.dirname, "../../bench/samples");

test("counts a file, and says so as JSON", async () => {
  const { code, out, err } = await runCli(["count", readme, "--json", "--by-file"]);
  const text = readFileSync(readme, "utf8");
  const result = JSON.parse(out);
  expect(result).toEqual({
    model: null,
    encoding: "o200k_base",
    tokens: tokensOf(text),
    bytes: Buffer.byteLength(text),
    files: 1,
    skipped: { binary: 0, ignored: 0, unreadable: 0 },
    elapsedMs: expect.any(Number),
    byFile: [{ path: readme, tokens: tokensOf(text), bytes: Buffer.byteLength(text) }],
  });
  expect([code, err]).toEqual([0, ""]);
});

test("counts many files on threads as one by one", async () => {
  const { code, out } = await runCli(["count", samples, samples, readme, "--json", "--by-file"]);
  const result = JSON.parse(out) as { tokens: number; byFile: { path: string; tokens: number }[] };
  expect(code).toBe(0);
  expect(result.byFile.length).toBeGreaterThan(10);
  for (const { path, tokens } of result.byFile.slice(0, 6))
    expect([path, tokens]).toEqual([path, tokensOf(readFileSync(path, "utf8"))]);
  expect(result.tokens).toBe(result.byFile.reduce((sum, file) => sum + file.tokens, 0));
});

test("skips binary files and what .gitignore says, but never a file that is named", async () => {
  const folder = scratchFolder();
  mkdirSync(join(folder, "sub/out"), { recursive: true });
  mkdirSync(join(folder, ".git"));
  const write = (path: string, text: string | Uint8Array) => writeFileSync(join(folder, path), text);
  write(".gitignore", "*.log\nout/\n");
  write(".git/config", "hello");
  write("a.txt", "hello world");
  write("b.log", "hello world");
  write("sub/keep.log", "hello world");
  write("sub/.gitignore", "!keep.log\n");
  write("sub/out/c.txt", "hello world");
  write("image.bin", new Uint8Array([1, 2, 0, 3]));
  write("empty", "");
  const json = async (...args: string[]) =>
    JSON.parse((await runCli(["count", "--json", "--by-file", ...args], { cwd: folder })).out);
  const result = await json(".");
  const gitignores = tokensOf("*.log\nout/\n") + tokensOf("!keep.log\n");
  expect(result.byFile.map((file: { path: string }) => file.path)).toEqual([
    ".gitignore",
    "a.txt",
    "empty",
    "sub/.gitignore",
    "sub/keep.log",
  ]);
  expect(result).toMatchObject({ tokens: 4 + gitignores, skipped: { binary: 1, ignored: 3, unreadable: 0 } });
  expect(await json("sub/out")).toMatchObject({ tokens: 2 });
  expect(await json("b.log")).toMatchObject({ tokens: 2, files: 1 });
  expect(await json("sub")).toMatchObject({ files: 2, skipped: { ignored: 1 } });
});

test("reads standard input; nothing is nothing", async () => {
  expect(JSON.parse((await runCli(["count", "-", "--json"], { input: "hello world" })).out)).toMatchObject({
    tokens: 2,
    bytes: 11,
    files: 1,
  });
  expect(JSON.parse((await runCli(["count", "-", "--json"])).out)).toMatchObject({ tokens: 0, bytes: 0, files: 1 });
  expect((await runCli(["count", "-", readme, "-e", "cl100k_base"], { input: "hello world" })).out).toMatch(
    /standard input {2}\(1 file\)[\s\S]*2 files.*cl100k_base/,
  );
});

test("streams a line of 100 MB, cut anywhere", { timeout: 60_000 }, async () => {
  const folder = scratchFolder();
  const path = join(folder, "line.json");
  // Bytes of three make every piece end inside a character somewhere.
  const part = '"名前":"value of a field, and 12345 more",';
  const times = Math.ceil(100e6 / Buffer.byteLength(part));
  writeFileSync(path, part.repeat(times));
  const { code, out } = await runCli(["count", path, "--json"]);
  const some = tokensOf(part.repeat(40)) - tokensOf(part.repeat(20));
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ bytes: Buffer.byteLength(part) * times });
  expect(JSON.parse(out).tokens / times).toBeCloseTo(some / 20, 3);
});

test("a model without a public tokenizer gives an estimate with bounds", async () => {
  const { out } = await runCli(["count", readme, "--model", "claude-opus-4-8", "--json"]);
  const { tokens, estimate, model, encoding } = JSON.parse(out);
  expect({ model, encoding }).toEqual({ model: "claude-opus-4-8", encoding: "o200k_base" });
  expect(estimate.low < estimate.tokens && estimate.tokens < estimate.high && estimate.low > tokens).toBe(true);
  expect((await runCli(["count", readme, "-m", "claude-opus-4-8"])).out).toContain("not public");
});

test("exit codes and complaints", async () => {
  const missing = await runCli(["count", "no-such-file"]);
  expect(missing).toEqual({ code: 3, out: "", err: "token-budget: no-such-file: no such file or folder\n" });
  const unknown = await runCli(["count", readme, "--model", "gpt-4oo"]);
  expect([unknown.code, unknown.out]).toEqual([2, ""]);
  expect(unknown.err).toContain("gpt-4o");
  expect((await runCli(["count"])).code).toBe(2);
  expect((await runCli(["count", readme, "--no-such-option"])).code).toBe(2);
  expect((await runCli(["no-such-command"])).code).toBe(2);
  expect((await runCli(["count", "-m", "gpt-4o", "-e", "o200k_base", readme])).code).toBe(2);
  const help = await runCli(["count", "--help"]);
  expect([help.code, help.err]).toEqual([0, ""]);
  expect(help.out).toMatch(/Examples:\n {2}token-budget count/);
});

test.skipIf(process.getuid?.() === 0)("a file that can't be read is named, and the rest is counted", async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, "a"), "hello world");
  writeFileSync(join(folder, "b"), "hello world");
  chmodSync(join(folder, "b"), 0);
  const { code, out, err } = await runCli(["count", folder, "--json"]);
  expect([code, JSON.parse(out).tokens]).toEqual([3, 2]);
  expect(err).toContain("b: cannot be read");
});

test("a reader that closes the pipe early is no failure", async () => {
  const child = spawn(process.execPath, [mainFile, "models", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.once("data", () => child.stdout.destroy());
  let err = "";
  child.stderr.on("data", (text) => {
    err += text;
  });
  const code = await new Promise((done) => child.on("close", done));
  expect([code, err]).toEqual([0, ""]);
});

test("colours only where they are wanted", async () => {
  const control = "\u001b[";
  expect((await runCli(["count", readme])).out).not.toContain(control);
  expect((await runCli(["count", readme], { env: { FORCE_COLOR: "1" } })).out).toContain(control);
  expect((await runCli(["count", readme], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).out).not.toContain(control);
});

test.skipIf(!hasPty)("on a terminal there are colours, and none with NO_COLOR", async () => {
  expect((await runCliOnTty(["count", readme])).out).toContain("\u001b[1m");
  const plain = await runCliOnTty(["count", readme], { env: { NO_COLOR: "1" } });
  expect([plain.code, plain.out.includes("\u001b[")]).toEqual([0, false]);
});

test("models: all, by words, by an API's name, none", async () => {
  const all = JSON.parse((await runCli(["models", "--json"])).out);
  expect(all.length).toBeGreaterThan(100);
  expect(JSON.parse((await runCli(["models", "gpt-4o mini", "--json"])).out)[0].name).toContain("gpt-4o-mini");
  expect((await runCli(["models", "us.anthropic.claude-sonnet-4-5-20250929-v1:0"])).out).toMatch(
    /claude-sonnet-4-5 +not public/,
  );
  const none = await runCli(["models", "gtp-4o"]);
  expect([none.code, none.out]).toEqual([2, ""]);
  expect(none.err).toContain("gpt-4o");
});
