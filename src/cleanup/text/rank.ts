import type { Candidate } from "./select.ts";
import { type Unit, UnitKind } from "./units.ts";
import { termsOf } from "./words.ts";

/** Characters of units that are read between two steps. */
const STEP = 8192;
/** A term that occurs once says little about what a long text is about; in a short one most terms do. */
const ONCE = 0.2;
const ONCE_SHORT = 0.4;
/** Units at which a term that occurs once is worth half way between the two. */
const SHORT = 10;

const trouble =
  /\b(?:[A-Z]\w*(?:Error|Exception)|error|ERROR|fatal|FATAL|FAIL(?:ED|URE)?|failed|panic(?:ked)?|Traceback|assert(?:ion)? failed|denied|not found|undefined|cannot|WARN(?:ING)?)\b|错误|失败|エラー|失敗|ошибк|त्रुटि|ข้อผิดพลาด/;
const matters =
  /\b(?:must|should|never|always|decided?|because|therefore|important|fix(?:ed|es)?|root cause|result|conclusion|in summary|note that|changed|added|removed|TODO|requires?)\b|因此|重要|必须|注意|結果|なければ|важно|поэтому|нужно|महत्वपूर्ण|ต้อง/i;
const noise = /\b(?:DEBUG|TRACE|INFO)\b/;

/** A boost from which on a unit is no aside, whatever its terms. */
const TELLING = 1.5;

/** What a text's units are worth. */
export interface Ranking {
  readonly candidates: readonly Candidate[];
  /** Of each term, by id. */
  readonly weights: Float64Array;
}

/**
 * Weighs units by a centroid: a term is worth more the more often it occurs in the text and the fewer units it occurs
 * in. Yields between stretches of about 8,000 characters.
 */
export function* rankSteps(text: string, units: readonly Unit[]): Generator<void, Ranking> {
  const ids = new Map<string, number>();
  const frequency: number[] = [];
  const inUnits: number[] = [];
  const candidates: Candidate[] = [];
  let read = 0;
  for (const [index, unit] of units.entries()) {
    const body = text.slice(unit.start, unit.end);
    const own = new Set<number>();
    for (const term of termsOf(body)) {
      let id = ids.get(term);
      if (id === undefined) {
        id = ids.size;
        ids.set(term, id);
        frequency.push(0);
        inUnits.push(0);
      }
      frequency[id]!++;
      if (!own.has(id)) {
        own.add(id);
        inUnits[id]!++;
      }
    }
    candidates.push({
      terms: Int32Array.from(own),
      boost: boostOf(body, unit) * positionBoost(index, units.length, unit.first),
      cost: costOf(body),
      tier: 0,
      aside: false,
    });
    read += body.length;
    if (read >= STEP) {
      read = 0;
      yield;
    }
  }
  const weights = new Float64Array(ids.size);
  const once = ONCE + (ONCE_SHORT - ONCE) / (1 + units.length / SHORT);
  for (let id = 0; id < weights.length; id++) {
    const idf = Math.log(1 + units.length / inUnits[id]!);
    weights[id] = (frequency[id] === 1 ? once : 1 + Math.log(frequency[id]!)) * idf;
  }
  const plain = (body: Candidate) => body.boost < TELLING && body.terms.every((id) => frequency[id] === 1);
  return { candidates: candidates.map((each) => (plain(each) ? { ...each, aside: true } : each)), weights };
}

/** Tokens, roughly: a quarter of a letter of ASCII, about one of an ideograph. */
function costOf(body: string): number {
  let cost = 1;
  for (let i = 0; i < body.length; i++) {
    const code = body.charCodeAt(i);
    cost += code < 0x80 ? 0.25 : code < 0x2e80 ? 0.45 : 0.85;
  }
  return cost;
}

function boostOf(body: string, unit: Unit): number {
  let boost = 1;
  if (unit.kind === UnitKind.signature) boost = 1.5;
  else if (unit.kind === UnitKind.code) boost = 0.45;
  else if (unit.kind === UnitKind.diff) boost = body[0] === "+" || body[0] === "-" ? 0.9 : 0.3;
  else if (unit.kind === UnitKind.heading) boost = 1.2;
  if (trouble.test(body)) boost *= unit.kind === UnitKind.code ? 1.2 : 1.7;
  else if (unit.kind !== UnitKind.code && matters.test(body)) boost *= 1.3;
  if (noise.test(body)) boost *= 0.6;
  return boost;
}

/** A text's beginning says what it is about, its end what came of it; a paragraph's first sentence leads. */
function positionBoost(index: number, count: number, first: boolean): number {
  const start = 0.6 / (1 + index / 2);
  const end = 0.3 / (1 + (count - 1 - index) / 2);
  return (1 + start + end) * (first ? 1.15 : 1);
}
