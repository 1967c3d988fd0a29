// 64 bytes at a time: one bit a byte for each class.

/** The top bits of 64 bytes. */
@inline export function bits64(a: v128, b: v128, c: v128, d: v128): u64 {
  return <u64><u32>(i8x16.bitmask(a) | (i8x16.bitmask(b) << 16)) | (<u64><u32>(i8x16.bitmask(c) | (i8x16.bitmask(d) << 16)) << 32);
}
@inline export function equal(v: v128, byte: i32): v128 { return i8x16.eq(v, i8x16.splat(<i8>byte)); }
/** Bytes from `from` on, `count` of them. */
@inline export function within(v: v128, from: i32, count: i32): v128 {
  return i8x16.lt_u(i8x16.sub(v, i8x16.splat(<i8>from)), i8x16.splat(<i8>count));
}
/** Less than `byte`, among continuation bytes (all of them negative as signed ones). */
@inline export function below(v: v128, byte: i32): v128 { return i8x16.lt_s(v, i8x16.splat(<i8>byte)); }

@inline export function letter(v: v128): v128 { return within(v128.or(v, i8x16.splat(0x20)), 0x61, 26); }
@inline export function upper(v: v128): v128 { return within(v, 0x41, 26); }
@inline export function digit(v: v128): v128 { return within(v, 0x30, 10); }
@inline export function control(v: v128): v128 { return within(v, 9, 5); }
@inline export function newline(v: v128): v128 { return v128.or(equal(v, 10), equal(v, 13)); }
@inline export function continuation(v: v128): v128 { return i8x16.lt_s(v, i8x16.splat(-64)); }

/** Bits from `start` on through the run of `run` bits that follows. */
@inline export function flood(run: u64, start: u64): u64 { return ((run + start) ^ run) & run; }
@inline export function lowBits(count: u64): u64 { return count < 64 ? (<u64>1 << count) - 1 : ~<u64>0; }
