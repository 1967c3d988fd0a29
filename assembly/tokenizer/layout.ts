// The memory map of the module, as a chain: each region starts where the last one ends. Nothing else hands out memory.
//
//   0          static data of the compiler: class tables, at most STATIC_BYTES
//   ROWS       65 rows of 32 bytes: masks of the first L bytes of a piece, and L in the top byte (row 16 and up: "too long")
//   SHUFFLES   see text/transcode.ts
//   BYTE_ID    rank of each single byte
//   SAFE       safe-split filter, as it comes in a table
//   BYTE_PAIR  rank of each pair of bytes (all ones: none), valid after load
//   EXISTS     one bit a hashed pair of tokens: clear means that the pair does not merge
//   PAIRS      open-addressed table of (left, right) -> rank
//   WORDS      the tokens of 2 to 15 bytes as keys of the SHORT cache: those pieces need no merging
//   SHORT      cache of pieces up to 15 bytes; MEDIUM: 16-31; LONG + ARENA: 32-LONG_MAX
//   SEEN, WINDOWS   cache of whole windows of text; ID_*: with their ids
//   WINDOW     working memory of one merge
//   MEMO       windows of long runs, see bpe/merge-long.ts
//   BATCH      pieces that wait to be merged together, and the working memory of those that are
//   INPUT      where the host writes UTF-16 units or raw bytes
//   STATE      what a stream knows besides its text (see bpe/stream.ts, bpe/run.ts); STATE and TEXT adjoin, so that the
//              host can keep a stream away as one range of bytes
//   TEXT       UTF-8 under work, with room for what one feed adds and zero padding behind
//   IDS        result of an encode call, input of a decode call
//   ID_CACHE   cache of pieces up to 15 bytes and their ids, for encode; ID_LONG + ID_ARENA: 16-ID_LONG_MAX
//   CHARACTER_AT, CHARACTERS   see bpe/characters.ts
//   TABLE      the vocabulary's planes
//   BYTES_AT, BYTES   text of each token, made on the first decode; then OUT, text of a decode call
@inline export const STATIC_BYTES: usize = 0x18000;
@inline export const ROWS: usize = STATIC_BYTES;
@inline export const SHUFFLES: usize = ROWS + 0x1000;
@inline export const BYTE_ID: usize = SHUFFLES + 0x1100;
@inline export const SAFE: usize = BYTE_ID + 0x400;
@inline export const SAFE_BYTES: usize = 0xc000;
@inline export const BYTE_PAIR: usize = SAFE + SAFE_BYTES;
@inline export const EXISTS: usize = BYTE_PAIR + 0x40000;
@inline export const EXISTS_BYTES: usize = 0x40000;
@inline export const PAIRS: usize = (EXISTS + EXISTS_BYTES + 63) & ~63;
@inline export const PAIRS_BYTES: usize = 0x400000;
@inline export const WORDS: usize = PAIRS + PAIRS_BYTES;
@inline export const WORDS_BYTES: usize = 0x400000;
@inline export const SHORT: usize = WORDS + WORDS_BYTES;
@inline export const SHORT_BYTES: usize = 0x100000;
@inline export const MEDIUM: usize = SHORT + SHORT_BYTES;
@inline export const MEDIUM_BYTES: usize = 0x100000;
@inline export const LONG: usize = MEDIUM + MEDIUM_BYTES;
@inline export const LONG_BYTES: usize = 0x20000;
@inline export const ARENA: usize = LONG + LONG_BYTES;
@inline export const ARENA_BYTES: usize = 0x100000;
@inline export const SEEN: usize = ARENA + ARENA_BYTES;
@inline export const SEEN_BYTES: usize = 0x20000;
@inline export const WINDOWS: usize = SEEN + SEEN_BYTES;
@inline export const WINDOWS_BYTES: usize = 0x100000;
@inline export const ID_SEEN: usize = WINDOWS + WINDOWS_BYTES;
@inline export const ID_WINDOWS: usize = ID_SEEN + SEEN_BYTES;
@inline export const ID_WINDOWS_BYTES: usize = 4 * WINDOWS_BYTES;
@inline export const WINDOW: usize = ID_WINDOWS + ID_WINDOWS_BYTES;
@inline export const WINDOW_BYTES: usize = 0x10000;
@inline export const MEMO: usize = WINDOW + WINDOW_BYTES;
@inline export const MEMO_BYTES: usize = 0x4400;
@inline export const BATCH: usize = MEMO + MEMO_BYTES;
@inline export const BATCH_BYTES: usize = 0x2000;
@inline export const INPUT: usize = BATCH + BATCH_BYTES;
/** UTF-16 units that one feed takes at most. */
@inline export const INPUT_UNITS: usize = 0x10000;
@inline export const INPUT_BYTES: usize = 2 * INPUT_UNITS;
@inline export const STATE: usize = INPUT + INPUT_BYTES + 64;
@inline export const TEXT: usize = STATE + 64;
/** Carried tail (at most half of it) and 3 bytes for each unit of a feed. */
@inline export const TEXT_BYTES: usize = 0x60000;
@inline export const IDS: usize = TEXT + TEXT_BYTES + 256;
/** Ids of one call at most: as many as TEXT has bytes. */
@inline export const IDS_COUNT: usize = TEXT_BYTES;
@inline export const ID_CACHE: usize = IDS + 4 * IDS_COUNT + 64;
@inline export const ID_CACHE_BYTES: usize = 0x100000;
@inline export const ID_LONG: usize = ID_CACHE + ID_CACHE_BYTES;
@inline export const ID_LONG_BYTES: usize = 0x20000;
@inline export const ID_ARENA: usize = ID_LONG + ID_LONG_BYTES;
@inline export const ID_ARENA_BYTES: usize = 0x100000;
@inline export const CHARACTER_AT: usize = ID_ARENA + ID_ARENA_BYTES;
@inline export const CHARACTER_AT_BYTES: usize = 0x20000;
@inline export const CHARACTERS: usize = CHARACTER_AT + CHARACTER_AT_BYTES;
@inline export const CHARACTERS_BYTES: usize = 0x40000;
@inline export const TABLE: usize = CHARACTERS + CHARACTERS_BYTES;
