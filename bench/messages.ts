/** A small generator of pseudo-random numbers in [0, 1): the same inputs in every run, everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/**
 * Cuts a text into messages of 100-2,000 characters, all lengths alike often, no message twice. Each is a string of its own (a slice of a
 * large text would be flattened on first use, which no message that came over a network needs).
 */
export function cutMessages(text: string): string[] {
  const random = seededRandom(text.length);
  const messages: string[] = [];
  for (let start = 0; start + 2_000 < text.length; ) {
    const end = characterEnd(text, start + 100 + Math.floor(random() * 1_901));
    messages.push(ownString(text.slice(start, end)));
    start = end;
  }
  return messages;
}

/** Different strings of exactly `chars` characters, from all over a text. */
export function cutShort(text: string, chars: number, number: number): string[] {
  const step = Math.floor(text.length / number);
  return Array.from({ length: number }, (_, index) => ownString(text.slice(index * step, index * step + chars)));
}

/** The same text in a flat string that shares nothing with the one it was cut from. */
export const ownString = (text: string): string => Buffer.from(text, "utf16le").toString("utf16le");

/** The index, or the one behind it where it would cut a surrogate pair. */
export const characterEnd = (text: string, index: number): number =>
  (text.charCodeAt(index) & 0xfc00) === 0xdc00 ? index + 1 : index;
