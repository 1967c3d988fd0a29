/** Work in steps: each `yield` is a point where the thread may do something else. What is between two is short. */
export type Steps<T> = Generator<void, T, void>;

/** Characters that one step reads, about: half a millisecond where each is looked at. */
export const stepChars = 32 * 1024;
/** Lines that one step looks at where their length does not matter. */
export const stepLines = 2048;

/** Takes all steps at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Counts what was read, and tells when a step has read enough. */
export class Stride {
  #left = stepChars;

  /** True once `chars` more make a step's worth; then it starts anew. */
  over(chars: number): boolean {
    this.#left -= chars;
    if (this.#left > 0) return false;
    this.#left = stepChars;
    return true;
  }
}
