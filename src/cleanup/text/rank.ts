import { Cue, cueOf, namesTrouble } from "./cues.ts";
import { Rank, type Ranking } from "./select.ts";
import type { Steps } from "./steps.ts";
import { doubled, TermTable } from "./term-table.ts";
import { type Unit, UnitKind } from "./units.ts";
import { readWords } from "./words.ts";

/** Characters of units that are read between two steps. */
const STEP = 4096;
/** A term that occurs once says little about what a long text is about; in a short one most terms do. */
const ONCE = 0.2;
const ONCE_SHORT = 0.4;
/** Units at which a term that occurs once is worth half way between the two. */
const SHORT = 10;
/** A boost from which on a unit is no aside, whatever its terms. */
const TELLING = 1.5;

/** What a unit costs besides its tokens: a short one says little on its own. */
const JOIN = 4;

/**
 * Weighs units by a centroid: a term is worth more the more often it occurs in the text and the fewer units it occurs
 * in. Yields between stretches of about 4,000 characters.
 */
export function* rankSteps(text: string, units: readonly Unit[]): Steps<Ranking> {
  const size = units.length;
  const table = new TermTable();
  const terms = new TermList(size);
  const cues = new Uint8Array(size);
  const words: Reading = { text, table, terms, index: 0, cue: 0 };
  let read = 0;
  for (let index = 0; index < size; index++) {
    const { start, end } = units[index]!;
    words.index = index;
    words.cue = 0;
    reading = words;
    readWords(text, start, end, take);
    terms.endUnit(index);
    cues[index] = words.cue;
    read += end - start + 32;
    if (read >= STEP) {
      read = 0;
      yield;
    }
  }
  const shallow = shallowest(units);
  const boosts = new Float64Array(size);
  const costs = new Float64Array(size);
  const ranks = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    const unit = units[i]!;
    const telling = kindBoost(unit, shallow) * cueBoost(cues[i]!, unit.kind);
    boosts[i] = telling * positionBoost(i, size, unit.first);
    costs[i] = costOf(text, unit);
    const aside = telling < TELLING && terms.allOccurOnce(i, table);
    ranks[i] = unit.repeat.at > 1 ? Rank.repeated : aside ? Rank.aside : 0;
    if (i % 1024 === 1023) yield;
  }
  return { size, terms: terms.ids, starts: terms.starts, weights: weightsOf(table, size), boosts, costs, ranks };
}

interface Reading {
  readonly text: string;
  readonly table: TermTable;
  readonly terms: TermList;
  index: number;
  cue: number;
}

/**
 * What the words that are being read belong to. Here, and functions as small as those below on their own, since the compiled code
 * of a function that each text has one of goes with the last of them, and has to be made again.
 */
let reading: Reading;

function take(hash: number, from: number, to: number): void {
  const { text, table, terms, index } = reading;
  const told = namesTrouble(text, from, to) ? Cue.trouble : cueOf(hash);
  reading.cue |= told;
  if (told === Cue.common) return;
  const id = table.count(hash, index);
  if (id >= 0) terms.add(id);
}

/** The terms of all units, one after the other. */
class TermList {
  ids = new Int32Array(1 << 10);
  readonly starts: Int32Array;
  #size = 0;

  constructor(units: number) {
    this.starts = new Int32Array(units + 1);
  }

  add(id: number): void {
    if (this.#size === this.ids.length) this.ids = doubled(this.ids);
    this.ids[this.#size++] = id;
  }

  endUnit(index: number): void {
    this.starts[index + 1] = this.#size;
  }

  allOccurOnce(index: number, table: TermTable): boolean {
    const end = this.starts[index + 1]!;
    for (let i = this.starts[index]!; i < end; i++) if (table.frequency(this.ids[i]!) !== 1) return false;
    return true;
  }
}

function weightsOf(table: TermTable, units: number): Float64Array {
  const weights = new Float64Array(table.size);
  const once = ONCE + (ONCE_SHORT - ONCE) / (1 + units / SHORT);
  for (let id = 0; id < weights.length; id++) {
    const frequency = table.frequency(id);
    weights[id] = (frequency === 1 ? once : 1 + Math.log(frequency)) * Math.log(1 + units / table.unitCount(id));
  }
  return weights;
}

/** Tokens, roughly: a quarter of a letter of ASCII, about one of an ideograph. */
function costOf(text: string, { start, end }: Unit): number {
  let cost = JOIN;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    cost += code < 0x80 ? 0.25 : code < 0x2e80 ? 0.45 : 0.85;
  }
  return cost;
}

/** The least indentation of the text's code. */
function shallowest(units: readonly Unit[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const { kind, depth } of units)
    if (kind === UnitKind.code || kind === UnitKind.signature) least = Math.min(least, depth);
  return least;
}

function kindBoost({ kind, depth, repeat }: Unit, shallow: number): number {
  // The deeper a line of code lies, the less it says without the lines around it.
  const inside = 1 / (1 + Math.max(0, depth - shallow) / 2);
  const boost = [1, 1, 0.45 * inside, 1.6 * (0.5 + 0.5 * inside), 1.2, 0.3, 0.9, 0.55][kind]!;
  if (repeat.line.times <= 2) return boost;
  return boost * (repeat.at === 1 ? 0.6 : 0.25);
}

function cueBoost(cue: number, kind: number): number {
  let boost = 1;
  const code = kind === UnitKind.code || kind === UnitKind.signature;
  if (cue & Cue.trouble) boost = code ? 1.2 : 1.7;
  else if (cue & Cue.matters && !code) boost = 1.3;
  return cue & Cue.noise ? boost * 0.6 : boost;
}

/** A text's beginning says what it is about, its end what came of it; a paragraph's first sentence leads. */
function positionBoost(index: number, count: number, first: boolean): number {
  const ahead = 1 - index / count;
  const start = 0.5 / (1 + index / 2) + 0.4 * ahead * ahead;
  const end = 0.3 / (1 + (count - 1 - index) / 2);
  return (1 + start + end) * (first ? 1.15 : 1);
}
