// The memory map. All records are cells of 64 bytes in two halves: what every visit to an account touches lies in the hot one,
// the rest in the cold one, 32 KiB behind it. So two accounts share a cache line, and a page holds 128 of them.
//
//     0            HEADER                      the next multiple of 64 KiB
//     | scratch    | batch | hot | ... | cold | hot hot hot ... | cold cold cold ... | ...
//
// A cell's number is its address by 32; numbers in a cold half name nothing. A budget is a block of 1 + n cells: its own, then
// its n accounts. A reservation is a block of one cell. Cell 0 lies in the header, so that 0 can mean "none".

/** Bytes of the half of a cell, as a shift. */
export const CELL_SHIFT: u32 = 5;
export const CELL: u32 = 1 << CELL_SHIFT;
/** From a hot half to its cold one. */
export const COLD: usize = 32768;
/** Hot halves of a chunk of 64 KiB, and numbers of one. */
export const CHUNK_CELLS: u32 = 1024;
export const CHUNK_NUMBERS: u32 = 2048;

/** One past the last cell that was ever given out (u32). In memory, so that a copy of the memory is the whole ledger. */
export const TOP: u32 = 512;
/** Where a batch leaves what it read ahead, so that no compiler drops the reading. */
export const TOUCHED: u32 = 520;
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
/** Ends in the hot half of the second chunk, at a whole line. */
export const HEADER: u32 = FREE + (MAX_BLOCK + 1) * 4 + 60;
export const FIRST: u32 = HEADER >> CELL_SHIFT;

// The first word of a hot half says what the cell is. Below zero it is a tag: the kind in the low two bits, above them a
// generation, which grows when the cell of a reservation is freed. An account has what is available there, never below zero.
export const TAG: usize = 0;
export const TAGGED: u32 = 0x80000000;
export const KIND: u32 = TAGGED | 3;
export const FREE_CELL: u32 = TAGGED;
export const BUDGET: u32 = TAGGED | 2;
export const RESERVATION: u32 = TAGGED | 3;
export const GENERATION_MASK: u32 = 0x3ffffff;
/** A handle is generation * 2^27 + cell: exact in a double, and never 0. */
export const HANDLE_SHIFT: i64 = 27;

// Account, hot half. Always: 0 <= used, 0 <= reserved, where reserved = cap - used - available.
export const AVAILABLE: usize = 0;
export const USED: usize = 4;
/** The least that has been available, as if the cap had always been what it is: cap - LOW is the most that was held (i32). */
export const LOW: usize = 8;
/** Root of the heap of open reservations, by expiry, or 0; above it CHARGED; above that the low bits of the number of grants. */
export const HEAP: usize = 12;
/** The bits of a cell's number, there and in handles. */
export const CELL_MASK: u32 = 0x7ffffff;
/** A child was charged to it at some time. */
export const CHARGED: u32 = 0x8000000;
export const GRANT: u32 = 0x10000000;
export const GRANT_SHIFT: u32 = 28;
/** Sum over the changes of used of change * time (i64, modulo 2^64): used * t - MOMENT is the integral of used from the last fold to t. */
export const MOMENT: usize = 16;
/** The end of the window or the block, or the first expiry, whichever comes first (i32, units, rounded down); or ALWAYS. */
export const WAKE: usize = 24;
/** The low 32 bits of the time at which used last changed, or the area was folded. */
export const LAST: usize = 28;

// Accounts count time in ticks of 1/64 ms (i64), and wake by units of 2^17 ticks, about two seconds. At the latest an account wakes
// where the next block of 2^30 ticks begins, some four hours. So times between two wakings differ in their low 32 bits only,
// and the integral of used, which is below 2^31, stays far below 2^63.
export const UNIT_SHIFT: i64 = 17;
export const BLOCK_SHIFT: i64 = 30;
/** WAKE of an account that is looked at each time. */
export const ALWAYS: i32 = i32.MIN_VALUE;

// Account, cold half. In every cold half the first word reads as the tag of a free cell.
/** The budget's cell, times 4. */
export const OWNER: usize = 0;
export const CAP: usize = 4;
/** Requests that were not larger than the cap and did not fit. */
export const EXHAUSTIONS: usize = 8;
/** Grants but for those counted in the hot half. */
export const GRANTS: usize = 12;
/** Integral of used / cap over the current window up to when it was last folded (f64, ticks). */
export const AREA: usize = 16;
/** The bits of the time above LAST (i32). */
export const HIGH: usize = 24;
/** Mean of used / cap over the window before the current one (f32); below 0 where there was none. */
export const PREVIOUS: usize = 28;

// Budget. Always: the caps of its accounts sum to its total.
export const TOTAL: usize = 4;
export const COUNT: usize = 8;
/** The account that the total is charged to; 0 for a budget without parent. */
export const PARENT: usize = 12;
/** Open budgets whose parent is an account of this one. */
export const CHILDREN: usize = 16;
/** The first of them; each points to the next and the one before. */
export const FIRST_CHILD: usize = 20;
export const NEXT_CHILD: usize = 24;
export const CHILD_BEFORE: usize = 28;
/** In the cold half: the totals of all of them. */
export const CHARGES: usize = 4;
export const ORIGIN: usize = 8;
export const WINDOW: usize = 16;

// Reservation: a node of a pairing heap. All in the hot half.
export const HOLDER: usize = 4;
export const TOKENS: usize = 8;
export const CHILD: usize = 12;
export const NEXT: usize = 16;
/** The parent for a first child, else the sibling before. It and NEXT mean nothing in a root. */
export const BEFORE: usize = 20;
export const EXPIRES_AT: usize = 24;

// A free block: the next one of its size.
export const NEXT_FREE: usize = 4;

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
