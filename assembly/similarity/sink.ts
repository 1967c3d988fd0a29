import { addToList } from "./lists";
import { addToSignature } from "./signature";

// Where the shingles of the text under work go.
@inline export const TO_SIGNATURE: i32 = 0;
@inline export const TO_LIST: i32 = 1;

let target: i32 = TO_SIGNATURE;

export function sendTo(to: i32): void {
  target = to;
}

@inline
export function take(hash: u64): void {
  if (target == TO_SIGNATURE) addToSignature(<u32>(hash >> 32) ^ <u32>hash);
  else addToList(hash);
}
