import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

test("the agent loop runs, cleans up, finds what it archived and brings it back", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["examples/agent-loop.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^recalled m\d+\.0: \d+ tokens, ERROR: the certificate of registry-7 has expired$/m);
  expect(stdout).toMatch(/^working_memory +\d+ of +\d+ \w+ +[1-9]\d+ freed$/m);
  expect(stdout).toMatch(/^\d+ messages for the next call, \d+ of 12000 tokens$/m);
});
