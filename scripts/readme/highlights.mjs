import { digits, peerTitle } from "./format.mjs";

/** The few figures that a newcomer wants. Of a figure with several peers each has an entry `<id>/<peer>`. */
const rows = [
  { what: "count text never seen before (o200k_base, mean of all classes)", suite: "unseen", id: "o200k_base/mean" },
  { what: "count the same text again", suite: "repeated", id: "o200k_base/mean" },
  {
    what: "1 MB of Chinese without a break, as the first call",
    suite: "worst",
    id: "o200k_base/Chinese without punctuation",
  },
  { what: "a fresh process, from import to the first count", suite: "start", id: "first count" },
  {
    what: "keep the books of a turn, instead of counting a session of 100,000 tokens again",
    suite: "turn",
    id: "recount",
  },
  { what: "count files of code and JSON, two cores", suite: "count-files", id: "source code and JSON" },
  { what: "reserve and settle, one thread", suite: "ledger", id: "batch" },
];
const peers = [
  "hypertok",
  "dqbd-tiktoken",
  "gpt-tokenizer",
  "langchain trimMessages",
  "typed arrays",
  "objects and a Map",
];

/** A table of them, without the rows whose suite has not run. */
export function highlights(run) {
  const figuresOf = ({ suite, id }) => {
    const own = run.figures.filter((figure) => figure.suite === suite);
    const each = own.filter((figure) => peers.some((peer) => figure.id === `${id}/${peer}`));
    return each.length > 0 ? each : own.filter((figure) => figure.id === id);
  };
  const lines = rows.flatMap((row) => {
    const figures = figuresOf(row);
    if (figures.length === 0) return [];
    const against = figures
      .filter((figure) => figure.ratio !== undefined)
      .map(({ peer, ratio }) => `${digits(ratio)} × ${peerTitle(run, peer).replace(/ \d[\d.]*$/, "")}`);
    return `| ${row.what} | ${digits(figures[0].value)} ${figures[0].unit} | ${against.join(", ")} |`;
  });
  return ["", "| | token-budget | as fast as others |", "| --- | ---: | --- |", ...lines, ""].join("\n");
}
