// A pairing heap per account, its nodes the reservations themselves: insert O(1), remove O(log n) amortized.
import { at } from "./cells";
import { BEFORE, CHILD, EXPIRES_AT, HEAP, CELL_MASK, NEXT } from "./layout";

// @ts-ignore: decorator
@inline
function meld(a: u32, b: u32): u32 {
  if (a == 0) return b;
  if (b == 0) return a;
  let root = a;
  let other = b;
  if (load<f64>(at(b), EXPIRES_AT) < load<f64>(at(a), EXPIRES_AT)) {
    root = b;
    other = a;
  }
  const first = load<u32>(at(root), CHILD);
  store<u32>(at(other), first, NEXT);
  store<u32>(at(other), root, BEFORE);
  if (first != 0) store<u32>(at(first), other, BEFORE);
  store<u32>(at(root), other, CHILD);
  return root;
}

/** Adds a lone node (CHILD is 0). */
// @ts-ignore: decorator
@inline
export function insert(account: usize, node: u32): void {
  setRoot(account, meld(load<u32>(account, HEAP) & CELL_MASK, node));
}

// @ts-ignore: decorator
@inline
function setRoot(account: usize, root: u32): void {
  store<u32>(account, (load<u32>(account, HEAP) & ~CELL_MASK) | root, HEAP);
}

/** Takes a node out. Its links are stale afterwards. */
// @ts-ignore: decorator
@inline
export function remove(account: usize, node: u32): void {
  if ((load<u32>(account, HEAP) & CELL_MASK) == node && load<u32>(at(node), CHILD) == 0) setRoot(account, 0);
  else removeFrom(account, node);
}

function removeFrom(account: usize, node: u32): void {
  const root = load<u32>(account, HEAP) & CELL_MASK;
  if (node != root) {
    const before = load<u32>(at(node), BEFORE);
    const next = load<u32>(at(node), NEXT);
    if (load<u32>(at(before), CHILD) == node) store<u32>(at(before), next, CHILD);
    else store<u32>(at(before), next, NEXT);
    if (next != 0) store<u32>(at(next), before, BEFORE);
  }
  setRoot(account, mergePairs(load<u32>(at(node), CHILD), node == root ? 0 : root));
}

/** Two passes: neighbours are melded from left to right into a stack, then the stack from its top, with `rest`. */
// @ts-ignore: decorator
@inline
function mergePairs(first: u32, rest: u32): u32 {
  let stack: u32 = 0;
  let node = first;
  while (node != 0) {
    const one = node;
    const two = load<u32>(at(one), NEXT);
    node = two == 0 ? 0 : load<u32>(at(two), NEXT);
    const pair = meld(one, two);
    store<u32>(at(pair), stack, NEXT);
    stack = pair;
  }
  let root = rest;
  while (stack != 0) {
    const next = load<u32>(at(stack), NEXT);
    root = meld(root, stack);
    stack = next;
  }
  return root;
}
