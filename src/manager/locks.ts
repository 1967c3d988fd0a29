/** Mutual exclusion by component. Locks are taken in the order of the components, so that no two wait for each other. */
export class Locks {
  readonly #tails = new Map<number, Promise<void>>();

  /** Runs `work` while no other work holds one of the components at these positions. */
  async exclusive<T>(positions: readonly number[], work: () => Promise<T>): Promise<T> {
    const releases: (() => void)[] = [];
    try {
      for (const position of [...new Set(positions)].sort((a, b) => a - b)) releases.push(await this.#lock(position));
      return await work();
    } finally {
      for (const release of releases) release();
    }
  }

  async #lock(position: number): Promise<() => void> {
    const before = this.#tails.get(position);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    this.#tails.set(position, held);
    await before;
    return () => {
      if (this.#tails.get(position) === held) this.#tails.delete(position);
      release();
    };
  }
}
