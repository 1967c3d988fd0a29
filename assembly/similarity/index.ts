// How alike two texts are: signatures by MinHash, and the exact Jaccard index of their shingles. The host writes
// normalised text in parts of at most `inputUnits()` UTF-16 units; a text is begin, feed…, end.
import { fillClasses } from "./classes";
import { INPUT, INPUT_UNITS, LISTS, reach, SIGNATURE } from "./layout";
import { allCount, beginCompare, beginList, compareSome, endList, sharedCount } from "./lists";
import { beginText, endText, readText } from "./shingles";
import { beginSignature, drawPermutations, foldBatch } from "./signature";
import { sendTo, TO_LIST, TO_SIGNATURE } from "./sink";

if (!reach(LISTS)) unreachable();
fillClasses();
drawPermutations();

export function inputAddress(): usize {
  return INPUT;
}

export function inputUnits(): i32 {
  return INPUT_UNITS;
}

export function signatureAddress(): usize {
  return SIGNATURE;
}

export function beginSigned(signs: bool): void {
  sendTo(TO_SIGNATURE);
  beginSignature();
  beginText(signs);
}

export function beginListed(second: bool, signs: bool): void {
  sendTo(TO_LIST);
  beginList(second);
  beginText(signs);
}

export function feed(units: i32): void {
  readText(units);
}

/** Shingles of the text, repeated ones included. */
export function endSigned(): i32 {
  const shingles = endText();
  foldBatch();
  return shingles;
}

/** Shingles of the text, repeated ones included; -1 where memory ran out. */
export function endListed(second: bool): i32 {
  const shingles = endText();
  return endList(second) ? shingles : -1;
}

export { beginCompare, compareSome };

export function sharedShingles(): i32 {
  return sharedCount();
}

export function allShingles(): i32 {
  return allCount();
}
