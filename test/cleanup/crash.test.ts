import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { afterAll, expect, test } from "vitest";
import { openArchive } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "killed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const library = new URL("../../build/js/index.node.js", import.meta.url).href;
const child = fileURLToPath(new URL("./fixtures/killed.mjs", import.meta.url));
const kills = process.env.LONG ? 100 : 20;

/** Starts a process that cleans up, and kills it `afterMs` after its first edits began to be applied. */
function killOne(seed: number, afterMs: number): Promise<void> {
  const running = fork(child, [library, file("archive.sqlite"), file("originals"), file("log"), String(seed)]);
  return new Promise((resolve, reject) => {
    running.once("message", () => setTimeout(() => running.kill("SIGKILL"), afterMs));
    running.once("exit", (code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error(`the process ended with ${code} before it was killed`)),
    );
  });
}

test(`a process killed ${kills} times in mid-cleanup loses no text: each applied edit's original is in the archive`, async () => {
  let applied = 0;
  let inMid = 0;
  for (let seed = 0; seed < kills; seed++) {
    await killOne(seed, (seed * 7) % 50);
    const database = new Database(file("archive.sqlite"));
    expect(database.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
    database.close();
    const originals = new Map<string, string>(JSON.parse(readFileSync(file("originals"), "utf8")));
    const lines = readFileSync(file("log"), "utf8")
      .split("\n")
      .filter((line) => line.includes(" "));
    const archive = await openArchive(file("archive.sqlite"));
    for (const line of lines) {
      const [id, ref] = line.split(" ") as [string, string];
      if ((await archive.get("session", ref))?.text !== originals.get(id)) {
        throw new Error(`after kill ${seed} the original of ${id} is not in the archive`);
      }
    }
    await archive.close();
    applied += lines.length;
    if (lines.length > 0 && lines.length < originals.size) inMid++;
  }
  expect(applied).toBeGreaterThan(kills);
  expect(inMid).toBeGreaterThanOrEqual(kills / 2);
}, 240_000);
