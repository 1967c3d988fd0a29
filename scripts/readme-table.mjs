// node scripts/readme-table.mjs [RESULTS.json ...]   writes highlights and tables between README's markers, and bench/RESULTS.md
// node scripts/readme-table.mjs --check              fails where they are not the ones made from the files that README names
// Of several files the first one's conditions are shown, and the figures of all.
import { readFileSync, writeFileSync } from "node:fs";
import { digits, peerTitle } from "./readme/format.mjs";
import { highlights } from "./readme/highlights.mjs";

const readmeFile = new URL("../README.md", import.meta.url);
const resultsFile = new URL("../bench/RESULTS.md", import.meta.url);
const readme = readFileSync(readmeFile, "utf8");
const marked = /<!-- benchmark:start( [^>]+?)? -->[\s\S]*?<!-- benchmark:end -->/.exec(readme);
const short = /<!-- highlights:start -->[\s\S]*?<!-- highlights:end -->/.exec(readme);
if (marked === null || short === null)
  throw new Error("README.md lacks the markers of the benchmark or the highlights");

const named = marked[1]?.trim().split(" ") ?? [];
const check = process.argv[2] === "--check";
const given = process.argv.slice(2);
const paths = check || given.length === 0 ? named : given;
if (paths.length === 0) {
  if (!check) throw new Error("usage: node scripts/readme-table.mjs RESULTS.json ...");
  console.log("README.md names no results yet");
} else {
  const runs = paths.map((path) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8")));
  const run = { ...runs[0], figures: runs.flatMap(({ figures }) => figures) };
  const made = readme
    .replace(marked[0], () => `<!-- benchmark:start ${paths.join(" ")} -->\n${section(run)}\n<!-- benchmark:end -->`)
    .replace(short[0], () => `<!-- highlights:start -->\n${highlights(run)}\n<!-- highlights:end -->`);
  const results = `${resultsPage(run, paths)}\n`;
  if (check && (made !== readme || readFileSync(resultsFile, "utf8") !== results)) {
    throw new Error(`the tables differ from ${paths.join(", ")}: node scripts/readme-table.mjs`);
  }
  if (!check) {
    writeFileSync(readmeFile, made);
    writeFileSync(resultsFile, results);
  }
}

/** README's: the default encoding, what a page loads, and how many of the targets are met. */
function section(run) {
  return [
    "",
    measured(run),
    "",
    ...throughputTables(run, "o200k_base"),
    ...pageTable(run),
    `${verdict(run)} \`bench/RESULTS.md\` has all of them, and the tables of cl100k_base.`,
  ].join("\n");
}

/** All else that was measured. */
function resultsPage(run, paths) {
  return [
    "# Results",
    "",
    `Made by \`node scripts/readme-table.mjs\` from ${paths.map((path) => `\`${path}\``).join(", ")}; README.md has the tables of o200k_base.`,
    "",
    measured(run),
    "",
    ...throughputTables(run, "cl100k_base"),
    ...targetTable(run),
  ].join("\n");
}

function measured({ machine, commit, date, corpus }) {
  return (
    `Measured ${date.slice(0, 10)} on ${machine.cpu} (${machine.cores} cores), Node ${machine.node.slice(1)}, commit ${commit.slice(0, 10)}, ` +
    `${corpus.source} ${corpus.sha256.slice(0, 12)}, by \`npm run bench\`. MB/s of UTF-8 counted from a JavaScript string, and in ` +
    "brackets how many times as fast token-budget is (median of paired rounds). `*`: that library's ids differ from the reference."
  );
}

function throughputTables(run, encoding) {
  const titles = { unseen: "Text never seen before", repeated: "The same text again and again" };
  return Object.entries(titles).flatMap(([suite, title]) => throughputTable(run, suite, encoding, title));
}

/** One row a class, one column a library; nothing where the run did not include the suite. */
function throughputTable(run, suite, encoding, title) {
  const own = run.figures.filter((figure) => figure.suite === suite && figure.id.startsWith(`${encoding}/`));
  if (own.length === 0) return [];
  const peers = [...new Set(own.map((figure) => figure.peer))];
  const rows = [...new Set(own.map((figure) => figure.id.split("/")[1]))];
  const cell = (row, peer) => {
    const figure = own.find((each) => each.id === `${encoding}/${row}/${peer}`);
    if (figure === undefined) return "";
    const note = row === "worst" ? `, ${figure.detail}` : figure.miscount === undefined ? "" : " *";
    return `${digits(figure.peerValue)} (${digits(figure.ratio)}×${note})`;
  };
  const lines = rows.map((row) => {
    const mine = row === "worst" ? "" : digits(own.find((each) => each.id.startsWith(`${encoding}/${row}/`)).value);
    const name = row === "mean" ? "**geometric mean**" : row === "worst" ? "**worst class**" : row;
    return `| ${[name, mine, ...peers.map((peer) => cell(row, peer))].join(" | ")} |`;
  });
  return [
    `**${title}, ${encoding}**`,
    "",
    `| class | token-budget | ${peers.map((peer) => peerTitle(run, peer)).join(" | ")} |`,
    `| --- | ${["", ...peers].map(() => "---:").join(" | ")} |`,
    ...lines,
    "",
  ];
}

/** What a page that only counts loads; nothing where the run did not include the suite. */
function pageTable(run) {
  const pages = run.figures.filter((figure) => figure.suite === "size" && figure.id.startsWith("page with "));
  if (pages.length === 0) return [];
  const row = (name, kilobytes, ratio) => `| ${name} | ${digits(kilobytes)} | ${ratio} |`;
  return [
    "**A page that counts in o200k_base loads (kB in gzip: code, WebAssembly and table, bundled by esbuild)**",
    "",
    "| library | kB | as much as token-budget |",
    "| --- | ---: | ---: |",
    row(`token-budget (${pages[0].detail})`, pages[0].value, ""),
    ...pages.map((figure) => row(peerTitle(run, figure.peer), figure.peerValue, `${digits(figure.ratio)}×`)),
    "",
  ];
}

function askedOf(run) {
  return run.figures.filter((figure) => figure.target !== undefined);
}

function isMet({ target: { of, min, max }, ratio, value }) {
  const figure = of === "ratio" ? ratio : value;
  return figure >= (min ?? -Infinity) && figure <= (max ?? Infinity);
}

function verdict(run) {
  const asked = askedOf(run);
  const missed = asked.filter((figure) => !isMet(figure)).map(({ suite, id }) => `${suite}: ${id}`);
  const rest = missed.length === 0 ? "" : `; not met: ${missed.join("; ")}`;
  return `Of ${asked.length} targets ${asked.length - missed.length} are met${rest}.`;
}

/** All figures that have a target: what is asked, and what was measured. */
function targetTable(run) {
  const line = (figure) => {
    const { of, min, max } = figure.target;
    const goal = `${of} ${min === undefined ? `≤ ${digits(max)}` : `≥ ${digits(min)}`}`;
    const met = isMet(figure);
    const ratio = figure.ratio === undefined ? "" : `${digits(figure.ratio)} × ${figure.peer}`;
    return `| ${figure.suite}: ${figure.id} | ${digits(figure.value)} ${figure.unit} | ${ratio} | ${goal} | ${met ? "yes" : "**no**"} |`;
  };
  return [
    verdict(run),
    "",
    "| measurement | measured | times as good as | target | met |",
    "| --- | ---: | ---: | --- | --- |",
    ...askedOf(run).map(line),
  ];
}
