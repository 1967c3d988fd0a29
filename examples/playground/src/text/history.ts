/** One change of the text: `inserted` came in the place of `removed` at `at`. */
export interface Edit {
  readonly at: number;
  readonly removed: string;
  readonly inserted: string;
}

/** What was typed can be taken back, run by run: a textarea forgets its own history when its text is replaced. */
export class History {
  #done: Edit[] = [];
  #undone: Edit[] = [];
  #lastMs = 0;

  record(edit: Edit, nowMs: number): void {
    const last = this.#done.at(-1);
    const joins =
      last !== undefined &&
      nowMs - this.#lastMs < 1_000 &&
      edit.removed === "" &&
      edit.inserted.length === 1 &&
      edit.inserted !== "\n" &&
      last.at + last.inserted.length === edit.at;
    if (joins) this.#done[this.#done.length - 1] = { ...last, inserted: last.inserted + edit.inserted };
    else this.#done.push(edit);
    this.#undone = [];
    this.#lastMs = nowMs;
  }

  /** The change that takes the last one back. */
  undo(): Edit | undefined {
    const edit = this.#done.pop();
    if (edit === undefined) return undefined;
    this.#undone.push(edit);
    this.#lastMs = 0;
    return { at: edit.at, removed: edit.inserted, inserted: edit.removed };
  }

  redo(): Edit | undefined {
    const edit = this.#undone.pop();
    if (edit !== undefined) this.#done.push(edit);
    return edit;
  }
}
