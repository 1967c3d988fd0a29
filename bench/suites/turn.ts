import { createTokenBudgetManager, type ForeignMessage, MessageReader } from "token-budget";
import { median } from "../measure/statistics.ts";
import { longSession, textsOf } from "../sessions.ts";
import type { Context, Figure, Suite } from "../suite.ts";

/** CPU time of the whole process, threads included, in milliseconds. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** A way to know after each turn how many tokens the context holds. */
interface Rival {
  readonly name: string;
  /** What it does at each turn, with the whole context. */
  readonly recount: (messages: readonly ForeignMessage[]) => unknown;
}

export const suite: Suite = {
  name: "turn",
  about: "CPU of the bookkeeping of a turn in a long agent session, against recounting the context at each turn",
  async run(context) {
    const session = longSession(context.pick(700_000, 250_000));
    const first = await bookkeeping(session, 10_000_000); // Compiled, tables loaded.
    const small = Math.ceil(first.tokens * 0.6);
    // Other managers of the process stay open meanwhile, as in a server: the threads that they share are there.
    // Cleanups of a session take some milliseconds each, so the engine has compiled their code only after several sessions.
    const warm = await several(() => bookkeeping(session, small));
    const frees = await several(() => bookkeeping(session, 10_000_000));
    const cleaneds = await several(() => bookkeeping(session, small));
    await Promise.all([first, ...warm, ...frees, ...cleaneds].map((run) => run.close()));
    const [free, cleaned] = [middle(frees), middle(cleaneds)];
    const figures: Figure[] = [
      {
        id: "bookkeeping",
        value: free.usPerTurn,
        unit: "us",
        better: "lower",
        detail: `${free.turns} turns, ${free.tokens} tokens, no cleanup needed`,
        gate: "none",
      },
      {
        id: "bookkeeping with cleanups",
        value: cleaned.usPerTurn,
        unit: "us",
        better: "lower",
        detail: `budget ${small}, ${cleaned.cleanups} cleanups, their threads included`,
        gate: "none",
      },
      {
        id: "last quarter against first",
        value: median(frees.map((run) => run.lastOverFirst)),
        unit: "x",
        better: "lower",
        detail: "cost of the middle turn late in the session / early in it",
        target: { of: "value", max: 1.5 },
        gate: "none",
      },
    ];
    for (const rival of await rivals(context)) {
      const ms = recountMs(rival, session, context.pick(5, 3));
      figures.push({
        id: `recount/${rival.name}`,
        value: free.usPerTurn,
        unit: "us",
        better: "lower",
        peer: rival.name,
        peerValue: ms * 1000,
        ratio: (ms * 1000) / free.usPerTurn,
        target: { of: "ratio", min: 100 },
      });
      figures.push({
        id: `recount, with cleanups/${rival.name}`,
        value: cleaned.usPerTurn,
        unit: "us",
        better: "lower",
        peer: rival.name,
        peerValue: ms * 1000,
        ratio: (ms * 1000) / cleaned.usPerTurn,
        target: { of: "ratio", min: 100 },
        gate: "none",
      });
    }
    return figures;
  },
};

/** Everything that a runtime does for its budget: takes messages apart, counts them, books them, cleans where needed, adjusts. */
async function bookkeeping(session: readonly ForeignMessage[], total: number) {
  let now = 0;
  const manager = await createTokenBudgetManager({ total, now: () => now, tokenizer: "o200k_base" });
  let cleanups = 0;
  manager.on("cleanup", () => cleanups++);
  const reader = new MessageReader("openai-chat");
  const perTurn: number[] = [];
  let before = cpuMs();
  const started = before;
  for (const message of session) {
    for (const item of reader.message(message))
      await manager.put(item.component, item, { onShortfall: "borrow" }).catch(ignoreFull);
    if (message.role !== "assistant") continue;
    now += 600_000;
    manager.adjustAllocations();
    const after = cpuMs();
    perTurn.push(after - before);
    before = after;
  }
  const usPerTurn = (1000 * (cpuMs() - started)) / perTurn.length;
  const tokens = manager.getUtilizationReport().total.used;
  const quarter = perTurn.length >> 2;
  // The middle turn of each: a collection of garbage, as long as a quarter's turns together, falls into one of them.
  const lastOverFirst = median(perTurn.slice(-quarter)) / Math.max(0.001, median(perTurn.slice(0, quarter)));
  return { usPerTurn, turns: perTurn.length, tokens, cleanups, lastOverFirst, close: () => manager.close() };
}

type Bookkeeping = Awaited<ReturnType<typeof bookkeeping>>;

/** Each run takes a few dozen milliseconds, in which a thread that starts or a collection of garbage shows. */
async function several(run: () => Promise<Bookkeeping>): Promise<Bookkeeping[]> {
  const runs: Bookkeeping[] = [];
  for (let times = 0; times < 7; times++) runs.push(await run());
  return runs;
}

function middle(runs: readonly Bookkeeping[]): Bookkeeping {
  return runs.toSorted((a, b) => a.usPerTurn - b.usPerTurn)[runs.length >> 1] as Bookkeeping;
}

function ignoreFull(error: { readonly code?: string }): void {
  if (error.code !== "BUDGET_EXCEEDED") throw error;
}

/** CPU of one recount of the whole context, as it is at the end of the session; the median of several. */
function recountMs(rival: Rival, session: readonly ForeignMessage[], times: number): number {
  rival.recount(session.slice(0, 50));
  const samples = Array.from({ length: times }, () => {
    const before = cpuMs();
    rival.recount(session);
    return cpuMs() - before;
  });
  return median(samples);
}

async function rivals(context: Context): Promise<Rival[]> {
  const found: Rival[] = [];
  for (const name of ["dqbd-tiktoken", "gpt-tokenizer"]) {
    const peer = await context.peer(name, "o200k_base");
    if (peer === undefined) continue;
    const recount = (messages: readonly ForeignMessage[]) =>
      messages.reduce((sum, message) => sum + textsOf(message).reduce((own, text) => own + peer.count(text), 0), 0);
    found.push({ name, recount });
  }
  const trim = await langchainTrim(context);
  return trim === undefined ? found : [...found, trim];
}

/** LangChain's trimMessages with js-tiktoken as its counter, which is what its documentation shows. */
async function langchainTrim(context: Context): Promise<Rival | undefined> {
  const langchain = await context.importPeer("@langchain/core/messages");
  const tiktoken = await context.peer("js-tiktoken", "o200k_base");
  if (langchain === undefined || tiktoken === undefined) return undefined;
  const { trimMessages, HumanMessage } = langchain as {
    trimMessages: (messages: unknown[], options: object) => Promise<unknown[]>;
    HumanMessage: new (text: string) => { readonly content: string };
  };
  // Counted at once: what it counts with is awaited, but its work is done before it first waits.
  const tokenCounter = (messages: readonly { readonly content: string }[]) =>
    messages.reduce((sum, message) => sum + tiktoken.count(message.content), 0);
  return {
    name: "langchain trimMessages",
    recount: (messages) => {
      const own = messages.map((message) => new HumanMessage(textsOf(message).join("\n")));
      return trimMessages(own, { maxTokens: 100_000_000, strategy: "last", tokenCounter });
    },
  };
}
