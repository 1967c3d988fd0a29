import { expect, test } from "vitest";
import { nextTask } from "../../src/manager/next-task.ts";
import { createPace } from "../../src/manager/pace.ts";

test("jobs at once take turns: between two slices the event loop has had one", async () => {
  const log: string[] = [];
  let working = true;
  const turns = (async () => {
    while (working) {
      await nextTask();
      log.push("turn");
    }
  })();
  const job = async (name: string) => {
    const pace = createPace(2);
    for (let slice = 0; slice < 6; slice++) {
      await pace.rest();
      log.push(name);
      while (!pace.due());
    }
  };
  await Promise.all(["a", "b", "c", "d"].map(job));
  working = false;
  await turns;
  const adjacent = log.filter((entry, at) => entry !== "turn" && at > 0 && log[at - 1] !== "turn");
  expect(adjacent).toEqual([]);
  // In order, none before its turn.
  expect(log.filter((entry) => entry !== "turn").join("")).toBe("abcd".repeat(6));
});

test("what begins while another's slice lasts has the rest of it, and no slice of its own", async () => {
  const first = createPace(30);
  await first.rest();
  expect(first.due()).toBe(false);
  const second = createPace(30);
  expect(second.due()).toBe(false);
  while (!first.due());
  expect(second.due()).toBe(true);
  expect(createPace(30).due()).toBe(true);
});
