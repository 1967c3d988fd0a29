import type { Corpus } from "./corpus.ts";
import type { Cases, CompareOptions, Comparison } from "./measure/compare.ts";
import type { PeerTokenizer } from "./peers/peer.ts";

/**
 * One measured number, ours, and (where there is one) how it stands against a peer or another way of ours.
 *
 * `id` is unique within its suite and stable from run to run: gates.json refers to `<suite>/<id>`.
 */
export interface Figure {
  readonly id: string;
  /** Unit of `value`: "MB/s", "ns", "us", "ms", "ops/s", "MB", "kB", "x" ... (1 MB = 1,000,000 bytes). */
  readonly value: number;
  readonly unit: string;
  /** Which way `value` is good. */
  readonly better: "higher" | "lower";
  /** What `ratio` compares with, e.g. "hypertok", "typed arrays", "count". */
  readonly peer?: string;
  /** The peer's own number, in `unit`. */
  readonly peerValue?: number;
  /** How many times as good ours is: 3 is three times the speed, or a third of the time. Median of per-round ratios. */
  readonly ratio?: number;
  /** By how many tokens the peer's result is off the reference on this input, where it is. */
  readonly miscount?: number;
  /** A word on what was measured, e.g. which class is the worst. */
  readonly detail?: string;
  /** What the issue asks of `ratio` or `value`. Shown, and counted as missed or met; it does not fail a run. */
  readonly target?: Target;
  /**
   * What `--gate` compares with gates.json: the ratio (default where there is one) or the value. "none" leaves it out:
   * single classes swing with the machine, so gate their mean and their worst.
   */
  readonly gate?: "ratio" | "value" | "none";
}

export interface Target {
  readonly of: "ratio" | "value";
  readonly min?: number;
  readonly max?: number;
}

/** What a suite is given to run with. */
export interface Context {
  /** A short run for CI: small inputs, few rounds, the whole suite within about ten seconds. */
  readonly smoke: boolean;
  /** `full` in a full run, `smoke` in a smoke run. */
  pick<Full, Smoke>(full: Full, smoke: Smoke): Full | Smoke;
  readonly corpus: Corpus;
  /** A peer's tokenizer, opened once a run; undefined where bench/peers is not installed or the peer lacks the encoding. */
  peer(name: string, encoding: string): Promise<PeerTokenizer | undefined>;
  /** Imports a package of bench/peers (e.g. "@langchain/core/messages"), or undefined where it is not installed. */
  importPeer(specifier: string): Promise<Record<string, unknown> | undefined>;
  /** Times functions side by side in alternating rounds: see measure/compare.ts. */
  compare<Name extends string>(cases: Cases<Name>, options?: CompareOptions): Promise<Comparison<Name>>;
  /** A line for the reader, kept in the results too: a skipped peer, a condition of the measurement. */
  note(line: string): void;
}

/**
 * A file bench/suites/NAME.ts that exports `suite` is found by main.ts and run by `npm run bench -- NAME`.
 *
 * Verify outputs before timing them. Throw only where the run is worthless (a wrong result); note what is missing.
 *
 * @example
 * export const suite: Suite = {
 *   name: "ledger",
 *   about: "reserve and settle in batches, against ledgers in JavaScript",
 *   async run({ compare, pick }) {
 *     const timed = await compare({ ours: () => ledger.run(batch), map: () => mapLedger.run(batch) });
 *     return [{ id: "batch", value: 1e9 / timed.ns("ours"), unit: "batches/s", better: "higher",
 *               peer: "objects and a Map", ratio: timed.ratio("ours", "map"), target: { of: "ratio", min: 3 } }];
 *   },
 * };
 */
export interface Suite {
  readonly name: string;
  readonly about: string;
  run(context: Context): Promise<readonly Figure[]>;
}
