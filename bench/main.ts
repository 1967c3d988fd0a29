// npm run bench -- [SUITE ...] [--smoke] [--gate] [--json FILE]
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openCorpus } from "./corpus.ts";
import { broken, type Floors, meetsTarget, type Result } from "./gate.ts";
import { compare } from "./measure/compare.ts";
import { importPeer, openPeer } from "./peers/load.ts";
import type { PeerTokenizer } from "./peers/peer.ts";
import { benchFolder, compiledFolder } from "./places.ts";
import { printFigures } from "./print.ts";
import { conditions } from "./results.ts";
import type { Context, Suite } from "./suite.ts";

const usage = `npm run bench -- [SUITE ...] [options]

  --smoke       small inputs and few rounds: the machinery and the gates within 90 s
  --gate        fail where a figure is below its floor in bench/gates.json
  --json FILE   write the figures with the machine, the commit and the corpus hash
  --list        name the suites and end
`;

async function suites(): Promise<Suite[]> {
  const folder = join(compiledFolder, "suites");
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".js")) : [];
  const modules = await Promise.all(
    files.sort().map((file) => import(new URL(`./suites/${file}`, import.meta.url).href)),
  );
  return modules.flatMap((module: { suite?: Suite }) => (module.suite === undefined ? [] : [module.suite]));
}

function createContext(smoke: boolean, corpus: Context["corpus"], notes: string[]): Context {
  const note = (line: string) => {
    if (notes.includes(line)) return;
    notes.push(line);
    console.log(`  note: ${line}`);
  };
  const opened = new Map<string, PeerTokenizer | undefined>();
  const missing = (name: string) => note(`${name} is not installed: npm ci --prefix bench/peers`);
  return {
    smoke,
    pick: (full, short) => (smoke ? short : full),
    corpus,
    async peer(name, encoding) {
      const key = `${name} ${encoding}`;
      if (!opened.has(key)) opened.set(key, await openPeer(name, encoding));
      if (opened.get(key) === undefined) missing(name);
      return opened.get(key);
    },
    async importPeer(specifier) {
      const imported = await importPeer(specifier);
      if (imported === undefined) missing(specifier);
      return imported;
    },
    compare: (cases, options) => compare(cases, smoke ? { rounds: 3, caseMs: 20, ...options } : { ...options }),
    note,
  };
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      smoke: { type: "boolean", default: false },
      gate: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const found = await suites();
  if (values.help) return say(usage);
  if (values.list) return say(found.map((suite) => `${suite.name.padEnd(12)} ${suite.about}`).join("\n"));
  const unknown = positionals.filter((name) => !found.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`no suite ${unknown.join(", ")}; there are: ${found.map((suite) => suite.name).join(", ")}`);
    return 2;
  }

  const corpus = openCorpus();
  const notes: string[] = [];
  const run = conditions(values.smoke, corpus);
  console.log(
    `${run.mode} run on ${run.machine.cpu}, ${run.machine.cores} cores, Node ${run.machine.node}, texts: ${corpus.source}`,
  );
  const gates: Record<"full" | "smoke", Floors> = JSON.parse(readFileSync(join(benchFolder, "gates.json"), "utf8"));
  const floors = gates[run.mode];
  const ran = new Set<string>();
  const context = createContext(values.smoke, corpus, notes);
  const figures: Result[] = [];
  for (const suite of found) {
    if (positionals.length > 0 && !positionals.includes(suite.name)) continue;
    ran.add(suite.name);
    console.log(`\n${suite.name}: ${suite.about}`);
    const startedMs = performance.now();
    for (const figure of await suite.run(context)) {
      const floor = floors[`${suite.name}/${figure.id}`];
      figures.push({ suite: suite.name, ...figure, ...(floor === undefined ? {} : { floor }) });
    }
    const own = figures.filter((figure) => figure.suite === suite.name);
    printFigures(own);
    console.log(`  ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  }
  if (values.json !== undefined) {
    mkdirSync(dirname(values.json), { recursive: true });
    writeFileSync(values.json, `${JSON.stringify({ ...run, figures, notes }, null, 1)}\n`);
  }
  const asked = figures.filter((figure) => meetsTarget(figure) !== undefined);
  console.log(
    `\n${asked.filter(meetsTarget).length} of ${asked.length} targets met, ${(performance.now() / 1000).toFixed(0)} s`,
  );
  return values.gate ? gate(figures, floors, ran) : 0;
}

/** Holds the figures against their floors; the number is the exit code. */
function gate(figures: readonly Result[], floors: Floors, ran: ReadonlySet<string>): number {
  const held = Object.keys(floors).filter((key) => ran.has(key.slice(0, key.indexOf("/"))));
  const faults = broken(figures, floors, ran);
  for (const fault of faults) console.error(`below its floor: ${fault}`);
  console.log(`gates: ${held.length - faults.length} passed, ${faults.length} failed`);
  return faults.length === 0 ? 0 : 1;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

process.exitCode = await main();
