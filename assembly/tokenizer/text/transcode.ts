// From UTF-16 to UTF-8. Engines convert strings that are not plain ASCII at little more than the speed at which this
// module counts them; copying their units and converting them here is several times quicker.
//
// Four units at a time are made into four bytes each, of which a shuffle keeps the right ones: SHUFFLES has one for each
// set of lengths (1 to 3 bytes a unit), and behind them how many bytes it keeps. Surrogates go one by one; a lone one
// becomes U+FFFD.
import { SHUFFLES } from "../layout";

@inline const KEPT: usize = SHUFFLES + 256 * 16;

export function makeShuffles(): void {
  for (let index: u32 = 0; index < 256; index++) {
    const at = SHUFFLES + (<usize>index << 4);
    let kept: u32 = 0;
    for (let unit: u32 = 0; unit < 4; unit++) {
      const bytes: u32 = 1 + ((index >> unit) & 1) + ((index >> (unit + 4)) & 1);
      for (let byte: u32 = 0; byte < bytes && kept < 16; byte++) store<u8>(at + kept++, 4 * unit + byte);
    }
    for (let rest = kept; rest < 16; rest++) store<u8>(at + rest, 0x80);
    store<u8>(KEPT + index, kept);
  }
}

/** Writes the `units` units at `from` as UTF-8 to `to` and returns the address behind; up to 16 bytes more are touched. */
export function transcode(from: usize, units: usize, to: usize): usize {
  const end = from + (units << 1), ascii = i16x8.splat(0x7f), low6 = i32x4.splat(0x3f), mark = i32x4.splat(0x80);
  let p = from, out = to;
  while (p < end) {
    if (p + 32 <= end) {
      const a = v128.load(p), b = v128.load(p, 16);
      if (!v128.any_true(i16x8.gt_u(v128.or(a, b), ascii))) {
        v128.store(out, i8x16.narrow_i16x8_u(a, b));
        p += 32; out += 16;
        continue;
      }
    }
    if (p + 8 <= end) {
      const units4 = v128.load64_zero(p);
      const u = i32x4.extend_low_i16x8_u(units4);
      if (!v128.any_true(i32x4.eq(v128.and(u, i32x4.splat(0xf800)), i32x4.splat(0xd800)))) {
        const two = i32x4.gt_u(u, i32x4.splat(0x7f)), three = i32x4.gt_u(u, i32x4.splat(0x7ff));
        const last = v128.or(v128.and(u, low6), mark), high = i32x4.shr_u(u, 6);
        const lanes2 = v128.or(v128.or(high, i32x4.splat(0xc0)), i32x4.shl(last, 8));
        const middle = v128.or(v128.and(high, low6), mark);
        const lanes3 = v128.or(v128.or(v128.or(i32x4.shr_u(u, 12), i32x4.splat(0xe0)), i32x4.shl(middle, 8)), i32x4.shl(last, 16));
        const lanes = v128.bitselect(lanes3, v128.bitselect(lanes2, u, two), three);
        const index = <usize>(i32x4.bitmask(two) | (i32x4.bitmask(three) << 4));
        v128.store(out, v128.swizzle(lanes, v128.load(SHUFFLES + (index << 4))));
        p += 8; out += <usize>load<u8>(KEPT + index);
        continue;
      }
    }
    const unit = <u32>load<u16>(p);
    p += 2;
    if (unit < 0x80) { store<u8>(out, unit); out += 1; }
    else if (unit < 0x800) { store<u16>(out, 0x80c0 | (unit >> 6) | ((unit & 63) << 8)); out += 2; }
    else if ((unit & 0xf800) != 0xd800) { out = three(out, unit); }
    else {
      const next: u32 = p < end ? <u32>load<u16>(p) : 0;
      if (unit < 0xdc00 && (next & 0xfc00) == 0xdc00) {
        const point = 0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff);
        store<u32>(out, 0x808080f0 | (point >> 18) | (((point >> 12) & 63) << 8) | (((point >> 6) & 63) << 16) | ((point & 63) << 24));
        p += 2; out += 4;
      } else out = three(out, 0xfffd);
    }
  }
  return out;
}
@inline function three(out: usize, unit: u32): usize {
  store<u16>(out, 0x80e0 | (unit >> 12) | (((unit >> 6) & 63) << 8));
  store<u8>(out, 0x80 | (unit & 63), 2);
  return out + 3;
}
