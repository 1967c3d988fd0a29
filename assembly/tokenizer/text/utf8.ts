// Whether bytes are UTF-8, 16 at a time: three tables, looked up by the two halves of a byte and the upper half of the next,
// hold the faults that these still allow; what all three agree on is one. (Keiser and Lemire, "Validating UTF-8 in less
// than one instruction per byte", 2021.) A third or fourth byte of a character is what follows a first byte of E0 or F0
// on by two or three; the tables alone can't tell it from a continuation too many.
@inline const SHORT: u8 = 1;       // a first byte, and no continuation behind it
@inline const LONG: u8 = 2;        // a continuation behind ASCII
@inline const OVER_3: u8 = 4;      // E0 80 .. E0 9F
@inline const LARGE: u8 = 8;       // F4 90 .. FF
@inline const SURROGATE: u8 = 16;  // ED A0 .. ED BF
@inline const OVER_2: u8 = 32;     // C0 and C1
@inline const FAR: u8 = 64;        // F0 80 .. F0 8F, and F5 80 .. FF 8F
@inline const TWO: u8 = 128;       // a continuation behind a continuation
@inline const ANY: u8 = SHORT | LONG | TWO;
@inline const FOUR: u8 = ANY | LARGE | FAR;
@inline const LATE: u8 = LONG | OVER_2 | TWO | SURROGATE | LARGE;

@inline function fromHigh(): v128 {
  return i8x16(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG, TWO, TWO, TWO, TWO, SHORT | OVER_2, SHORT, SHORT | OVER_3 | SURROGATE,
    SHORT | LARGE | FAR);
}
@inline function fromLow(): v128 {
  return i8x16(ANY | OVER_3 | OVER_2 | FAR, ANY | OVER_2, ANY, ANY, ANY | LARGE, FOUR, FOUR, FOUR, FOUR, FOUR, FOUR, FOUR, FOUR,
    FOUR | SURROGATE, FOUR, FOUR);
}
@inline function fromNext(): v128 {
  return i8x16(SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, SHORT, LONG | OVER_2 | TWO | OVER_3 | FAR, LONG | OVER_2 | TWO | OVER_3 | LARGE,
    LATE, LATE, SHORT, SHORT, SHORT, SHORT);
}

/** Whether the `bytes` bytes at `start` are UTF-8; the 16 behind them are zero. */
export function isUtf8(start: usize, bytes: usize): bool {
  const low4 = i8x16.splat(15);
  let before = i8x16.splat(0), faults = i8x16.splat(0);
  // One block more: zeros, which end what the last one leaves open.
  for (let p = start; p <= start + bytes; p += 16) {
    const now = v128.load(p);
    if (v128.any_true(v128.and(v128.or(now, before), i8x16.splat(-128)))) {
      const last = v128.shuffle<u8>(before, now, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
      const second = v128.shuffle<u8>(before, now, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
      const third = v128.shuffle<u8>(before, now, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28);
      const agreed = v128.and(
        v128.and(v128.swizzle(fromHigh(), i8x16.shr_u(last, 4)), v128.swizzle(fromLow(), v128.and(last, low4))),
        v128.swizzle(fromNext(), i8x16.shr_u(now, 4)),
      );
      const due = v128.and(v128.or(i8x16.sub_sat_u(second, i8x16.splat(0x60)), i8x16.sub_sat_u(third, i8x16.splat(0x70))), i8x16.splat(-128));
      faults = v128.or(faults, v128.xor(agreed, due));
    }
    before = now;
  }
  return !v128.any_true(faults);
}
