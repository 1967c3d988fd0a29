import { CELL, CELL_SHIFT, FIRST, FREE, FREE_CELL, GENERATION_MASK, HEADER, KIND_BITS, MAX_BLOCK, NEXT_FREE, TAG, TOP } from "./layout";

// @ts-ignore: decorator
@inline
export function at(cell: u32): usize {
  return (<usize>cell) << CELL_SHIFT;
}

/** The address of a cell of the given kind, or 0. */
// @ts-ignore: decorator
@inline
export function known(cell: u32, kind: u32): usize {
  if (cell >= load<u32>(TOP)) return 0;
  const address = at(cell);
  return (load<u32>(address, TAG) & KIND_BITS) == kind && cell >= FIRST ? address : 0;
}

/** Makes the memory as large as the header. */
export function reserveHeader(): void {
  const pages = <i32>((HEADER + 0xffff) >> 16);
  if (pages > memory.size()) memory.grow(pages - memory.size());
  store<u32>(TOP, FIRST);
}

export function topCell(): u32 {
  return load<u32>(TOP);
}

/** Takes `cells` neighbouring cells (2 to MAX_BLOCK), all zero but for their generation; or one of any content. Returns the first, or 0. */
export function takeBlock(cells: u32): u32 {
  for (let size = cells; size <= MAX_BLOCK; size++) {
    const head = FREE + size * 4;
    const block = load<u32>(head);
    if (block == 0) continue;
    store<u32>(head, load<u32>(at(block), NEXT_FREE));
    if (size > cells) pushFree(block + cells, size - cells);
    store<u32>(at(block), 0, NEXT_FREE);
    return block;
  }
  return grow(cells);
}

function grow(cells: u32): u32 {
  const top = load<u32>(TOP);
  // Cells of a fresh page are zero. The last cell of 4 GiB is never given out, so that addresses stay below 2^32.
  const end = <u64>(top + cells) << CELL_SHIFT;
  const pages = <u32>((end + 0xffff) >> 16);
  if (pages > 0xffff) return 0;
  const have = <u32>memory.size();
  if (pages > have) {
    const extra = max(pages - have, min(have >> 3, 0xffff - have));
    if (memory.grow(extra) < 0 && memory.grow(pages - have) < 0) return 0;
  }
  store<u32>(TOP, top + cells);
  return top;
}

/** Gives cells back. Their handles are void from here on. */
export function freeBlock(block: u32, cells: u32): void {
  for (let cell = block; cell < block + cells; cell++) {
    const address = at(cell);
    const generation = (load<u32>(address, TAG) >> 2) + 1;
    memory.fill(address, 0, CELL);
    store<u32>(address, FREE_CELL | ((generation & GENERATION_MASK) << 2), TAG);
  }
  pushFree(block, cells);
}

/** As `freeBlock` for the one cell of a reservation, whose next use sets all of its fields but the generation. */
// @ts-ignore: decorator
@inline
export function freeCell(cell: u32): void {
  const address = at(cell);
  const generation = (load<u32>(address, TAG) >> 2) + 1;
  store<u32>(address, FREE_CELL | ((generation & GENERATION_MASK) << 2), TAG);
  store<u32>(address, load<u32>(FREE + 4), NEXT_FREE);
  store<u32>(FREE + 4, cell);
}

/** A cell for a reservation, or 0. */
// @ts-ignore: decorator
@inline
export function takeCell(): u32 {
  const cell = load<u32>(FREE + 4);
  if (cell == 0) return takeBlock(1);
  store<u32>(FREE + 4, load<u32>(at(cell), NEXT_FREE));
  return cell;
}

function pushFree(block: u32, cells: u32): void {
  const head = FREE + cells * 4;
  store<u32>(at(block), load<u32>(head), NEXT_FREE);
  store<u32>(head, block);
}

/** Gives a cell its kind and keeps its generation, which starts at 1. */
export function mark(cell: u32, kind: u32): void {
  const address = at(cell);
  const generation = max(load<u32>(address, TAG) >> 2, 1);
  store<u32>(address, kind | (generation << 2), TAG);
}
