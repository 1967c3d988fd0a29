/** A fixed number of slots and a queue of limited length before them. */
export interface Slots {
  /**
   * Resolves to true with a slot, in order of arrival. Where the queue is full it waits for one slot to be given back and tries
   * again; false where it is still full then, or after `end`.
   */
  enter(): Promise<boolean>;
  leave(): void;
  /** Sends all who wait away. */
  end(): void;
}

export function createSlots(count: number, maxQueue: number): Slots {
  let taken = 0;
  let ended = false;
  const queue: ((entered: boolean) => void)[] = [];
  const outside: (() => void)[] = [];
  const tryEnter = (): Promise<boolean> | undefined => {
    if (ended) return Promise.resolve(false);
    if (taken < count) {
      taken++;
      return Promise.resolve(true);
    }
    return queue.length < maxQueue ? new Promise((resolve) => queue.push(resolve)) : undefined;
  };
  return {
    async enter() {
      const entered = tryEnter();
      if (entered) return entered;
      await new Promise<void>((resolve) => outside.push(resolve));
      return (await tryEnter()) ?? false;
    },
    leave() {
      const next = queue.shift();
      if (next) next(true);
      else taken--;
      outside.shift()?.();
    },
    end() {
      ended = true;
      for (const next of queue.splice(0)) next(false);
      for (const next of outside.splice(0)) next();
    },
  };
}
