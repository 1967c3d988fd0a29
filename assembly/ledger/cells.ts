import {
  CELL, CELL_SHIFT, CHUNK_CELLS, CHUNK_NUMBERS, COLD, FIRST, FREE, FREE_CELL, GENERATION_MASK, HEADER, KIND, MAX_BLOCK, NEXT_FREE, RESERVATION,
  TAG, TOP,
} from "./layout";

// @ts-ignore: decorator
@inline
export function at(cell: u32): usize {
  return (<usize>cell) << CELL_SHIFT;
}

/** The cold half of a cell. */
// @ts-ignore: decorator
@inline
export function cold(address: usize): usize {
  return address ^ COLD;
}

/** Whether a number is that of a cell of the given kind. */
// @ts-ignore: decorator
@inline
export function isKnown(cell: u32, kind: u32): bool {
  return cell - FIRST < load<u32>(TOP) - FIRST && (load<u32>(at(cell), TAG) & KIND) == kind;
}

/** The address of a cell of the given kind, or 0. */
export function known(cell: u32, kind: u32): usize {
  return isKnown(cell, kind) ? at(cell) : 0;
}

/** Makes the memory as large as the header and the chunk in which it ends. */
export function reserveHeader(): void {
  const pages = <i32>((HEADER + 0xffff) >> 16);
  if (pages > memory.size()) memory.grow(pages - memory.size());
  tagChunk(FIRST);
  store<u32>(TOP, FIRST);
}

/** Bytes of the cells that were ever given out, and of the header. */
export function bytesInUse(): f64 {
  const top = load<u32>(TOP);
  return <f64>chunkOf(top) * 65536 + <f64>usedIn(top) * <f64>(2 * CELL);
}

/** In a chunk that is new, both halves read as free cells: numbers of cold ones name nothing. */
function tagChunk(cell: u32): void {
  const end = (cell | (CHUNK_NUMBERS - 1)) + 1;
  for (let each = max(end - CHUNK_NUMBERS, FIRST); each < end; each++) store<u32>(at(each), FREE_CELL, TAG);
}

/** The first cell of a chunk: its hot half is the lower one in the first 2 MiB, the upper one in the next, and so on. */
function hotHalf(chunk: u32): u32 {
  return chunk * CHUNK_NUMBERS + ((chunk >> 5) & 1) * CHUNK_CELLS;
}

/** The chunk in which the last cell below `top` lies. */
function chunkOf(top: u32): u32 {
  return (top - 1) / CHUNK_NUMBERS;
}

/** Cells of that chunk that are given out. */
function usedIn(top: u32): u32 {
  return top - hotHalf(chunkOf(top));
}

/** Takes `cells` neighbouring cells (2 to MAX_BLOCK), all zero but for their tags; or one of any content. Returns the first, or 0. */
export function takeBlock(cells: u32): u32 {
  for (let size = cells; size <= MAX_BLOCK; size++) {
    const head = FREE + size * 4;
    const block = load<u32>(head);
    if (block == 0) continue;
    if (size > cells) pushFree(block + cells, size - cells);
    store<u32>(head, load<u32>(at(block), NEXT_FREE));
    store<u32>(at(block), 0, NEXT_FREE);
    return block;
  }
  return grow(cells);
}

function grow(cells: u32): u32 {
  const top = load<u32>(TOP);
  const room = CHUNK_CELLS - usedIn(top);
  const fits = cells <= room;
  const block = fits ? top : hotHalf(chunkOf(top) + 1);
  // The last chunk of 4 GiB is never given out, so that addresses stay below 2^32.
  const pages = block / CHUNK_NUMBERS + 1;
  if (pages > 0xffff) return 0;
  const have = <u32>memory.size();
  if (pages > have) {
    const extra = max(pages - have, min(have >> 3, 0xffff - have));
    if (memory.grow(extra) < 0 && memory.grow(pages - have) < 0) return 0;
  }
  if (!fits) {
    tagChunk(block);
    if (room > 0) pushFree(top, room);
  }
  store<u32>(TOP, block + cells);
  return block;
}

/** Gives the cells of a budget back. A block of one cell is and stays a reservation's, so that no generation is lost here. */
export function freeBlock(block: u32, cells: u32): void {
  const address = at(block);
  memory.fill(address, 0, cells << CELL_SHIFT);
  memory.fill(cold(address), 0, cells << CELL_SHIFT);
  for (let cell = block; cell < block + cells; cell++) {
    store<u32>(at(cell), FREE_CELL, TAG);
    store<u32>(cold(at(cell)), FREE_CELL);
  }
  pushFree(block, cells);
}

/**
 * Gives the cell of a reservation back. Its handle is void from here on: a cell whose generations are used up, which a batch
 * can do in seconds, is never taken again.
 */
// @ts-ignore: decorator
@inline
export function freeCell(cell: u32): void {
  const address = at(cell);
  const generation = (generationAt(address) + 1) & GENERATION_MASK;
  store<u32>(address, FREE_CELL | (generation << 2), TAG);
  if (generation == 0) return;
  store<u32>(address, load<u32>(FREE + 4), NEXT_FREE);
  store<u32>(FREE + 4, cell);
}

/** A cell for a reservation, with its tag; all else in it may be anything. Or 0. */
// @ts-ignore: decorator
@inline
export function takeCell(): u32 {
  const cell = load<u32>(FREE + 4);
  if (cell == 0) return newCell();
  store<u32>(FREE + 4, load<u32>(at(cell), NEXT_FREE));
  store<u32>(at(cell), load<u32>(at(cell), TAG) | RESERVATION, TAG);
  return cell;
}

function newCell(): u32 {
  const cell = takeBlock(1);
  if (cell != 0) mark(cell, RESERVATION);
  return cell;
}

function pushFree(block: u32, cells: u32): void {
  const head = FREE + cells * 4;
  store<u32>(at(block), load<u32>(head), NEXT_FREE);
  store<u32>(head, block);
}

// @ts-ignore: decorator
@inline
export function generationAt(address: usize): u32 {
  return (load<u32>(address, TAG) >> 2) & GENERATION_MASK;
}

/** Gives a cell its kind and keeps its generation, which starts at 1. */
export function mark(cell: u32, kind: u32): void {
  const address = at(cell);
  const generation = max(generationAt(address), 1);
  store<u32>(address, kind | (generation << 2), TAG);
}
