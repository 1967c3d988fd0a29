import { chmodSync, copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { hasPty, runCli, runCliOnTty, scratchFolder } from "./run-cli.ts";

const sessions = resolve(import.meta.dirname, "../../examples/sessions");
const tau = join(sessions, "tau-bench-airline.openai.jsonl");
const swe = join(sessions, "swe-agent-marshmallow-1867.traj.json");

/** The shape of a JSON result, written down: types by key, a list by its first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shape(value[0])];
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shape(each)]));
}

test("prints the result of a replay as JSON", async () => {
  const { code, out, err } = await runCli(["replay", tau, "--budget", "14000", "--json"]);
  expect([code, err]).toEqual([0, ""]);
  const result = JSON.parse(out);
  expect(result.session).toMatchObject({
    name: "tau-bench-airline.openai.jsonl, 8 runs chained",
    format: "openai-chat",
  });
  expect(result.budget).toEqual({ total: 14_000, rule: "--budget", counting: "exact counts in o200k_base" });
  expect(result.selfCheck).toMatchObject({
    passed: true,
    checks: [{ passed: true }, { passed: true }, { passed: true }, { passed: true }],
  });
  expect(result.cleanups.length).toBeGreaterThan(0);
  const band = { "peak%": "number", "mean%": "number", under: "number", within: "number", over: "number" };
  expect(shape(result)).toMatchObject({
    session: { name: "string", format: "string", messages: "number", turns: "number", tokens: "number" },
    components: ["string"],
    overall: band,
    byComponent: {
      system_context: band,
      working_memory: band,
      knowledge_base: band,
      agent_context: band,
      interaction_buffer: band,
    },
    report: {
      at: "number",
      components: {
        working_memory: { used: "number", allocated: "number", "utilization%": "number", status: "string" },
      },
    },
    cleanups: [
      {
        message: "number",
        at: "number",
        used: "number",
        status: "string",
        report: {
          component: "string",
          freed: "number",
          strategies: [{ strategy: "string", freed: "number" }],
        },
      },
    ],
    adjustments: [
      { at: "number", moves: [{ rule: "string", from: "string", to: "string", tokens: "number", reason: "string" }] },
    ],
    archive: { entries: "number", tokens: "number", characters: "number" },
    whereabouts: { verbatim: "number", shortened: "number", saved: "number", archived: "number", denied: "number" },
    speed: { elapsedMs: "number", tokensPerSecond: "number", cpuMsPerTurn: "number", longestStallMs: "number" },
    samples: [{ message: "number", at: "number", used: ["number"], allocated: ["number"] }],
  });
});

test("prints tables, and plain lines where there is no terminal", async () => {
  const { code, out } = await runCli(["replay", swe, "--budget", "8000", "--minutes-per-turn", "30", "--speed"]);
  expect(code).toBe(0);
  expect(out).not.toContain("\u001b[");
  expect(out).toMatch(/^working_memory +[\d,]+ \/ +[\d,]+ +[\d.]+% .+70–80/m);
  expect(out).toMatch(/^total +[\d,]+ \/ +8,000/m);
  expect(out).toMatch(/^interaction_buffer +\d+% +\d+% +\d+% +\d+% +\d+%$/m);
  expect(out).toMatch(/cleanups: \d+/);
  expect(out).toContain("ms of CPU a turn");
  expect(out.match(/^✓/gm)).toHaveLength(4);
});

test.skipIf(!hasPty)("draws live bars on a terminal, and takes them away", async () => {
  const { code, out } = await runCliOnTty(["replay", tau, "--budget", "14000"]);
  expect(code).toBe(0);
  expect(out).toMatch(/\u001b\[\d+A\u001b\[0J/);
  expect(out.slice(out.lastIndexOf("\u001b[0J"))).toContain("✓");
  const plain = await runCliOnTty(["replay", tau, "--budget", "14000"], { env: { NO_COLOR: "1", CI: "1" } });
  expect(plain.out).not.toContain("\u001b[");
});

test.skipIf(!hasPty)("draws no line that a narrow terminal would wrap", async () => {
  const name =
    "\u8a18\u61b6\u306e\u4e00\u65e5\u3092\u632f\u308a\u8fd4\u308b\u3068\u3066\u3082\u9577\u3044\u540d\u524d.jsonl";
  const path = join(scratchFolder(), name);
  copyFileSync(tau, path);
  for (const columns of [40, 60]) {
    const { code, out } = await runCliOnTty(["replay", path, "--budget", "14000"], { columns });
    expect(code).toBe(0);
    const frames = out.split(/\u001b\[\d+A\u001b\[0J/).slice(0, -1);
    expect(frames.length).toBeGreaterThan(1);
    const lines = frames.flatMap((frame) => frame.replaceAll(/\u001b\[\d+m/g, "").split("\r\n"));
    // Han and kana take two columns.
    const widths = lines.map((line) => line.length + (line.match(/[\u3041-\u9fff]/g)?.length ?? 0));
    expect(Math.max(...widths)).toBeLessThan(columns);
    // Figures are whole, or left out.
    const figures = lines.filter((line) => line.includes("░")).map((line) => line.split("%")[1]);
    expect(figures.filter((each) => !/^( {2}[\d,]+k? of [\d,]+k?)?$/.test(each!))).toEqual([]);
  }
});

test("a session's name and a file's can't steer a terminal", async () => {
  const path = join(scratchFolder(), "a\u001b[2Jb.jsonl");
  const session = { id: "\u001b]0;title\u0007", messages: [{ role: "user", content: "hi" }] };
  writeFileSync(path, `${JSON.stringify(session)}\n{"messages":[{"content":1}]}\n`);
  const { code, out, err } = await runCli(["replay", path, "--each", "--lenient", "-b", "900"]);
  expect([code, /[\u0000-\u0009\u000b-\u001f]/.test(out + err)]).toEqual([0, false]);
  expect(out).toContain("a?[2Jb.jsonl: ?]0;title?");
  expect((await runCli(["count", path, "--by-file"])).out).toContain("a?[2Jb.jsonl");
});

test("takes a model's window, an estimate where its tokenizer is not public, a profile, a folder, standard input", async () => {
  const json = async (...args: string[]) => JSON.parse((await runCli(["replay", ...args, "--json"])).out);
  expect((await json(swe, "--model", "gpt-4o")).budget).toMatchObject({
    total: 111_616,
    counting: "exact counts in o200k_base",
  });
  const claude = await json(join(sessions, "cline-session.anthropic.json"), "-m", "claude-opus-4-8", "-b", "30000");
  expect(claude.budget.counting).toContain("estimates for claude-opus-4-8");
  expect(claude.selfCheck.passed).toBe(true);
  const profile = join(scratchFolder(), "profile.json");
  const components = {
    system_context: { share: 0.2, fixed: true },
    working_memory: { share: 0.4 },
    interaction_buffer: { share: 0.4, target: [0.5, 0.6] },
  };
  writeFileSync(profile, JSON.stringify(components));
  expect((await json(swe, "--profile", profile, "-b", "9000")).components).toEqual(Object.keys(components));
  expect(await json(sessions)).toHaveLength(4);
  expect(await json(tau, "--each")).toHaveLength(8);
  const piped = await runCli(["replay", "-", "--json"], { input: readFileSync(swe, "utf8") });
  expect(JSON.parse(piped.out).session).toMatchObject({ name: "standard input", format: "swe-agent" });
});

test("keeps the originals in a file", async () => {
  const path = join(scratchFolder(), "archive.db");
  const { code, out } = await runCli(["replay", tau, "-b", "14000", "--archive", path, "--json"]);
  expect([code, JSON.parse(out).selfCheck.passed]).toEqual([0, true]);
  expect(readFileSync(path).subarray(0, 15).toString()).toBe("SQLite format 3");
});

test("an archive that can't be opened, and a profile that can't be, are named", async () => {
  const folder = scratchFolder();
  const text = join(folder, "text.db");
  writeFileSync(text, "no database, but long enough for a header of one".repeat(100));
  for (const path of [join(folder, "none", "archive.db"), text]) {
    const { code, out, err } = await runCli(["replay", swe, "--archive", path]);
    expect([code, out]).toEqual([3, ""]);
    expect(err).toMatch(/^token-budget: (.*): no archive can be opened here: SQLite: [\w-]+ /);
    expect(err).toContain(path);
  }
  const profile = join(folder, "profile.json");
  writeFileSync(profile, '{ "chat": { "share": 0.5 } }');
  expect(await runCli(["replay", swe, "--profile", profile])).toEqual({
    code: 3,
    out: "",
    err: `token-budget: ${profile}: the shares of all components must sum to 1\n`,
  });
});

test("broken input is named by file and line, and skipped with --lenient", async () => {
  const folder = scratchFolder();
  const path = join(folder, "broken.jsonl");
  const message = (role: string, content: string) => JSON.stringify({ role, content });
  writeFileSync(
    path,
    `${message("user", "hi")}\n{"role": "user", secret\n${message("assistant", "hello")}\n{"role": 7}\n`,
  );
  const strict = await runCli(["replay", path]);
  expect(strict).toEqual({ code: 3, out: "", err: `token-budget: ${path}:2: not JSON at column 18\n` });
  const lenient = await runCli(["replay", path, "--lenient", "--json"]);
  expect(lenient.code).toBe(0);
  expect(lenient.err).toBe(
    `skipped ${path}:2: not JSON at column 18\nskipped ${path}:4: neither a message nor a session: no list of messages in it\n`,
  );
  expect(JSON.parse(lenient.out).session.messages).toBe(2);

  const empty = join(folder, "empty.json");
  writeFileSync(empty, "");
  expect(await runCli(["replay", empty])).toEqual({
    code: 3,
    out: "",
    err: `token-budget: ${empty}:1: the file is empty\n`,
  });
  expect((await runCli(["replay", "-"])).err).toContain("standard input:1: the file is empty");
  const bytes = join(folder, "bytes.json");
  writeFileSync(bytes, new Uint8Array([0xff, 0xfe, 0, 1, 2]));
  expect((await runCli(["replay", bytes])).code).toBe(3);
  expect(await runCli(["replay", folder, "--each"])).toMatchObject({ code: 3 });
  expect(await runCli(["replay", join(folder, "none")])).toMatchObject({ code: 3, out: "" });
  expect(await runCli(["replay", scratchFolder()])).toMatchObject({
    code: 3,
    err: expect.stringContaining("no .json or .jsonl files"),
  });
});

test("wrong usage", async () => {
  const wrong = (...args: string[]) => runCli(["replay", swe, ...args]);
  expect(await wrong("--budget", "0")).toMatchObject({
    code: 2,
    err: "token-budget: --budget takes a whole number above zero\n",
  });
  expect(await wrong("--budget", "many")).toMatchObject({ code: 2 });
  expect(await wrong("--minutes-per-turn", "-1")).toMatchObject({ code: 2 });
  expect(await wrong("--model", "gpt-4oo")).toMatchObject({ code: 2, err: expect.stringContaining("gpt-4o") });
  expect(await wrong("--profile", "none.json")).toMatchObject({ code: 3 });
  expect(await wrong("--html", "/no/such/folder/page.html", "-b", "9000")).toMatchObject({
    code: 3,
    out: "",
    err: "token-budget: /no/such/folder/page.html: cannot be written (ENOENT)\n",
  });
  const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8"));
  expect(await runCli(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  expect((await runCli(["replay", "--help"])).out).toMatch(/Examples:\n {2}token-budget replay/);
});

test.skipIf(process.getuid?.() === 0)("a session that can't be read is named", async () => {
  const path = join(scratchFolder(), "a.json");
  writeFileSync(path, "[]");
  chmodSync(path, 0);
  expect(await runCli(["replay", path])).toMatchObject({
    code: 3,
    err: expect.stringContaining("cannot be read (EACCES)"),
  });
});

test("a message of 30 MB on one line", { timeout: 60_000 }, async () => {
  const path = join(scratchFolder(), "long.json");
  const content = "a line of a log, 12345 \\n".repeat(1_200_000);
  writeFileSync(path, `[{"role":"user","content":"read it"},{"role":"user","content":"${content}"}]`);
  const { code, out } = await runCli(["replay", path, "-b", "20000", "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ denied: [{ message: 1 }], selfCheck: { passed: true } });
});
