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

test("the overflow is planned, cleaned as planned, and what left is found and recalled", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["examples/overflow.mjs"], {
    cwd: root,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^working_memory +[\d,]+ \/ +6,000 .* over$/m);
  expect(stdout).toMatch(/^plan: \w+ frees \d+/m);
  expect(stdout).toMatch(
    /^found in the archive: worker 7 failed: the certificate of registry-7 has expired \(\d+ tokens\)$/m,
  );
  expect(stdout).toMatch(/^recalled \d+ tokens into working_memory$/m);
});
