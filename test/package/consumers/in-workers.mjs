// Work of a cleanup in web workers: it must be a worker that answers, and answer as the page's own thread does.
import { createInlineCleanup, createTokenizer } from "token-budget";
import { createWebWorkerCleanup } from "token-budget/web-workers";

const sentence = (n) => `In step ${n} the build of part ${(n * 104_729) % 977} was ready after ${n % 13} minutes.`;

/** Rejects where no worker answered, or one answered otherwise than expected. */
export async function checkWorkers(options) {
  let answers = 0;
  const failures = [];
  class HeardWorker extends Worker {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => {
        if (data.outcomes) answers++;
      });
      this.addEventListener("error", ({ message, filename }) => failures.push(`${filename}: ${message}`));
    }
  }
  const { Worker: own } = globalThis;
  globalThis.Worker = HeardWorker;
  // More than what is done before the first worker is up.
  const text = Array.from({ length: 5_000 }, (_, n) => sentence(n)).join("\n");
  const tokens = (await createTokenizer("o200k_base")).count(text);
  const batch = {
    task: "shorten",
    settings: { to: "summary" },
    encoding: "o200k_base",
    inputs: [{ id: "a", text, tokens, maxTokens: 200 }],
    chars: text.length,
  };
  const workers = createWebWorkerCleanup(options);
  const inline = createInlineCleanup();
  try {
    const [mine, theirs] = [JSON.stringify(await inline.run(batch)), JSON.stringify(await workers.run(batch))];
    if (answers === 0) throw new Error(`no web worker answered: ${failures.join("; ")}`);
    if (mine !== theirs || !mine.includes('"as":"summary"')) throw new Error(`a web worker answered ${theirs}`);
  } finally {
    globalThis.Worker = own;
    await workers.close();
  }
}
