// The memory map. All records are cells of one cache line, so that a visit to an account costs one line:
//
//     0            HEADER                 FIRST * CELL                             top * CELL
//     | scratch    | batch                | cell | cell | ...                      |
//
// A budget is a block of 1 + n cells: its own, then its n accounts. A reservation is a block of one cell.
// Cell 0 lies in the header, so that 0 can mean "none".

/** Bytes of a cell, as a shift. */
export const CELL_SHIFT: u32 = 6;
export const CELL: u32 = 1 << CELL_SHIFT;

/** One past the last cell that was ever given out (u32). In memory, so that a copy of the memory is the whole ledger. */
export const TOP: u32 = 512;
/** Room for what one call takes or gives beside its parameters: 256 caps (i32), or results (f64). */
export const SCRATCH: u32 = 1024;
export const SCRATCH_BYTES: u32 = 2048;
/** Handles (f64) of the reservations that expired since the caller last reset EXPIRED_COUNT. */
export const EXPIRED_COUNT: u32 = SCRATCH + SCRATCH_BYTES;
export const EXPIRED: u32 = EXPIRED_COUNT + 8;
export const EXPIRED_CAPACITY: u32 = 127;
/** Operations of a batch: 16 bytes each. */
export const BATCH: u32 = EXPIRED + EXPIRED_CAPACITY * 8;
export const BATCH_CAPACITY: u32 = 4096;
export const BATCH_BYTES: u32 = 16;
/** Heads (u32) of the lists of free blocks, by the number of their cells. */
export const FREE: u32 = BATCH + BATCH_CAPACITY * BATCH_BYTES;
export const MAX_BLOCK: u32 = 256;
export const HEADER: u32 = FREE + (MAX_BLOCK + 1) * 4 + 60;
export const FIRST: u32 = HEADER >> CELL_SHIFT;

// Every kind of cell has its tag here: the kind in the low two bits, above them a generation that grows when it is freed.
export const TAG: usize = 28;
export const KIND_BITS: u32 = 3;
export const FREE_CELL: u32 = 0;
export const ACCOUNT: u32 = 1;
export const BUDGET: u32 = 2;
export const RESERVATION: u32 = 3;
export const GENERATION_MASK: u32 = 0x7ffffff;
/** A handle is generation * 2^26 + cell: exact in a double, and never 0. */
export const HANDLE_CELLS: f64 = 67108864;

/** In the tag of an account: a child was charged to it at some time. */
export const CHARGED: u32 = 0x80000000;

// Account. Always: 0 <= used, 0 <= reserved, used + reserved <= cap.
export const CAP: usize = 0;
export const USED: usize = 4;
export const RESERVED: usize = 8;
/** The most that used + reserved has been. */
export const PEAK: usize = 12;
/** Requests that were not larger than the cap and did not fit. */
export const EXHAUSTIONS: usize = 16;
export const GRANTS: usize = 20;
/** The budget's cell. */
export const OWNER: usize = 24;
/** When `area` was last brought up to date (f64, ms); lies in the current window. */
export const SINCE: usize = 32;
/** Integral of used / cap over the current window up to SINCE (f64, ms). */
export const AREA: usize = 40;
/** The end of the window or the first expiry, whichever comes first (f64, ms). */
export const WAKE_AT: usize = 48;
/** Mean of used / cap over the window before the current one (f32); below 0 where there was none. */
export const PREVIOUS: usize = 56;
/** Root of the heap of open reservations, by expiry; 0 where there is none. */
export const HEAP: usize = 60;

// Budget. Always: the caps of its accounts sum to its total.
export const TOTAL: usize = 0;
export const COUNT: usize = 4;
/** The account that the total is charged to; 0 for a budget without parent. */
export const PARENT: usize = 8;
/** Open budgets whose parent is an account of this one. */
export const CHILDREN: usize = 12;
/** The first of them; each points to the next and the one before. */
export const FIRST_CHILD: usize = 16;
export const ORIGIN: usize = 32;
export const WINDOW: usize = 40;
export const NEXT_CHILD: usize = 48;
export const CHILD_BEFORE: usize = 52;

// Reservation: a node of a pairing heap.
export const HOLDER: usize = 0;
export const TOKENS: usize = 4;
export const CHILD: usize = 8;
export const NEXT: usize = 12;
/** The parent for a first child, else the sibling before; 0 for a root. */
export const BEFORE: usize = 16;
export const EXPIRES_AT: usize = 32;

// A free block: the next one of its size.
export const NEXT_FREE: usize = 0;

// What a call returns where it did nothing. All are below zero; a success is never.
export const NO_ROOM: i32 = -1;
export const OVER_CAP: i32 = -2;
export const BAD_ACCOUNT: i32 = -3;
export const BAD_TOKENS: i32 = -4;
export const UNKNOWN_RESERVATION: i32 = -5;
export const OVER_RELEASE: i32 = -6;
export const HAS_CHILDREN: i32 = -7;
export const OUT_OF_MEMORY: i32 = -8;
export const BAD_BUDGET: i32 = -9;
export const BAD_OPERATION: i32 = -10;
