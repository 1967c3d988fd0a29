import { wholeCounter } from "../../../src/cleanup/tasks/counters.ts";
import { serveBatches } from "../../../src/workers/serve-batches.ts";

// Does what its address asks for, once it has a batch; "load" fails before the first line of ours has run.
const how = new URLSearchParams(location.search).get("how");
if (how === "load") throw new Error("as asked");

let onceReceived = 0;
serveBatches(
  {
    tasks: {
      *echo(input: unknown) {
        yield;
        if (how === "throw") reportError(new Error("as asked"));
        while (how === "throw" || how === "hang") yield;
        return { input, onceReceived };
      },
    },
    counter: async () => wholeCounter(() => 0),
  },
  () => onceReceived++,
);
