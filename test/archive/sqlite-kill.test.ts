import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SqliteArchive } from "../../src/index.ts";
import { expectConsistent } from "./consistency.ts";
// @ts-expect-error: a plain module, because the child runs it without a build.
import { batchOf } from "./fixtures/kill-batches.mjs";

const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const lanes = 4;
const killsPerLane = process.env.LONG === undefined ? 5 : 60;

async function runAndKill(path: string, journal: string, round: number): Promise<void> {
  const script = join(import.meta.dirname, "fixtures/put-until-killed.mjs");
  const child: ChildProcess = spawn(process.execPath, [script, path, journal, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<string | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  await Promise.race([new Promise((resolve) => child.stdout!.once("data", resolve)), ended]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
  child.kill("SIGKILL");
  // It runs until it is killed: any other end is a fault of its own.
  expect(await ended).toBe("SIGKILL");
}

interface Line {
  readonly put?: string;
  readonly refs?: readonly string[];
  readonly deleting?: string;
}

async function check(path: string, journal: string): Promise<number> {
  expectConsistent(path);
  const lines = existsSync(journal)
    ? readFileSync(journal, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Line)
    : [];
  const deleting = new Set(lines.map((line) => line.deleting));
  const archive = await SqliteArchive.open(path);
  const entries = new Map<string, number>();
  for (const { itemId } of await archive.list("kill")) {
    const batch = itemId.slice(0, itemId.indexOf("/"));
    entries.set(batch, (entries.get(batch) ?? 0) + 1);
  }
  let acknowledged = 0;
  for (const { put, refs } of lines) {
    if (put === undefined || deleting.has(put)) continue;
    const expected = batchOf(put) as { readonly text: string; readonly itemId: string }[];
    const kept = await Promise.all(refs!.map((ref) => archive.get("kill", ref)));
    expect(kept.map((entry) => entry?.itemId)).toEqual(expected.map((entry) => entry.itemId));
    expect(kept.every((entry, at) => entry?.text === expected[at]!.text)).toBe(true);
    acknowledged += kept.length;
  }
  // A batch that was not acknowledged is there as a whole or not at all.
  for (const [batch, count] of entries) expect([0, batchOf(batch).length]).toContain(count);
  await archive.close();
  return acknowledged;
}

test(`killed ${lanes * killsPerLane} times in mid-put: the file is whole, and all that was acknowledged is there`, async () => {
  const runs = Array.from({ length: lanes }, async (_, lane) => {
    const path = join(folder, `${lane}.db`);
    const journal = join(folder, `${lane}.log`);
    let acknowledged = 0;
    for (let round = 0; round < killsPerLane; round++) {
      await runAndKill(path, journal, round);
      acknowledged = await check(path, journal);
    }
    return acknowledged;
  });
  const counts = await Promise.all(runs);
  expect(Math.min(...counts)).toBeGreaterThan(0);
}, 300_000);
