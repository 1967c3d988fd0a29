import { CLASSES, INPUT, PENDING, PENDING_COUNT, WEIGHTS } from "./layout";
import { IDEOGRAPH, LETTER, SEPARATOR } from "./classes";
import { take } from "./sink";

// Text is read as units: a word, an ideograph, or one character of a script without spaces. A shingle is the shortest run
// of units, from any unit on, that weighs WEIGHT or more: three words, three ideographs, six kana or Thai letters.
@inline const WEIGHT: i32 = 6;
@inline const HEAVY: i32 = 2;
@inline const LIGHT: i32 = 1;

// FNV-1a over UTF-16 units, mixed at the end of a unit.
@inline const BASIS: u64 = 0xcbf29ce484222325;
@inline const PRIME: u64 = 0x100000001b3;

/** Hash of the word under way; 0 where there is none. */
let word: u64 = 0;
let first: i32 = 0;
let waiting: i32 = 0;
let weight: i32 = 0;
let shingles: i32 = 0;
/** Where a text has no letters, its signs are the units. */
let signs: bool = false;

/** Begins a text. */
export function beginText(countSigns: bool): void {
  word = 0;
  first = 0;
  waiting = 0;
  weight = 0;
  shingles = 0;
  signs = countSigns;
}

/** Reads the next `count` units of the text from INPUT. */
export function readText(count: i32): void {
  let hash = word;
  const end = INPUT + ((<usize>count) << 1);
  for (let at = INPUT; at < end; at += 2) {
    const unit = <u32>load<u16>(at);
    const kind = signs ? (unit > 0x20 ? IDEOGRAPH + 1 : SEPARATOR) : load<u8>(CLASSES + unit);
    if (kind == LETTER) {
      hash = ((hash == 0 ? BASIS : hash) ^ unit) * PRIME;
      continue;
    }
    if (hash != 0) {
      addUnit(mix(hash), HEAVY);
      hash = 0;
    }
    if (kind != SEPARATOR) addUnit(mix((BASIS ^ unit) * PRIME), kind == IDEOGRAPH ? HEAVY : LIGHT);
  }
  word = hash;
}

/** Ends the text and returns the number of shingles, repeated ones included. Fewer units than a shingle needs make one. */
export function endText(): i32 {
  if (word != 0) addUnit(mix(word), HEAVY);
  word = 0;
  if (shingles == 0 && waiting > 0) emit();
  return shingles;
}

function addUnit(hash: u64, heaviness: i32): void {
  const slot = (first + waiting) & (PENDING_COUNT - 1);
  store<u64>(PENDING + ((<usize>slot) << 3), hash);
  store<i32>(WEIGHTS + ((<usize>slot) << 3), heaviness);
  waiting++;
  weight += heaviness;
  while (weight >= WEIGHT) {
    emit();
    weight -= load<i32>(WEIGHTS + ((<usize>first) << 3));
    first = (first + 1) & (PENDING_COUNT - 1);
    waiting--;
  }
}

/** Hands on the hash of the units that wait, in order. */
function emit(): void {
  let hash = BASIS;
  for (let i = 0; i < waiting; i++) {
    const slot = (first + i) & (PENDING_COUNT - 1);
    hash = rotl((hash ^ load<u64>(PENDING + ((<usize>slot) << 3))) * 0x9e3779b97f4a7c15, 29);
  }
  shingles++;
  take(mix(hash));
}

/** The finalizer of MurmurHash3: each bit of the input changes each bit of the result with even odds. */
@inline
function mix(hash: u64): u64 {
  let h = hash;
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccd;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53;
  return h ^ (h >> 33);
}
