/** What is selected in the whole text. Either end may lie outside of what the textarea holds. */
export interface Selection {
  readonly start: number;
  readonly end: number;
  readonly direction: "forward" | "backward" | "none";
}

/** The part of the text that the textarea holds. */
export interface Held {
  readonly from: number;
  readonly to: number;
}

/** What the textarea selects for it: ends that lie outside are at its edges. */
export function heldPart({ start, end, direction }: Selection, { from, to }: Held): Selection {
  const within = (offset: number) => Math.min(to, Math.max(from, offset)) - from;
  return { start: within(start), end: within(end), direction };
}

/** Whether all of it lies in the textarea. */
export const isHeld = ({ start, end }: Selection, { from, to }: Held): boolean => start >= from && end <= to;

/**
 * What the textarea's own selection means for the whole text: an end that was outside stays there as long as the
 * textarea has it at that edge.
 */
export function widened(own: Selection, before: Selection, { from, to }: Held): Selection {
  const startAway = before.start < from && own.start === 0;
  const endAway = before.end > to && own.end === to - from;
  return {
    start: startAway ? before.start : from + own.start,
    end: endAway ? before.end : from + own.end,
    direction: own.direction,
  };
}

/** The one change that makes `after` of `before`. */
export function difference(
  before: string,
  after: string,
): { readonly at: number; readonly removed: string; readonly inserted: string } {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before.charCodeAt(head) === after.charCodeAt(head)) head++;
  let tail = 0;
  while (
    tail < most - head &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  return {
    at: head,
    removed: before.slice(head, before.length - tail),
    inserted: after.slice(head, after.length - tail),
  };
}
