import type { ChunkChange, ChunkedText } from "./chunked-text.ts";
import { type Edit, History } from "./history.ts";
import { difference, heldPart, isHeld, type Selection, widened } from "./selection.ts";
import type { TextWindow } from "./text-window.ts";

/** From this many characters on, the textarea's part is cut back to what is near the caret. */
const mostHeld = 24_000;
/** Pasted text of more than this goes into the text at once, and never through the textarea. */
const mostNative = 2_000;

/** What the page does when the text or the selection has changed. */
export interface EditorListener {
  changed(change: ChunkChange): void;
  selected(selection: Selection): void;
}

/**
 * A textarea that holds the part of a text around its reader, so that typing into a megabyte lays out a few thousand
 * characters: input methods, screen readers and the keyboard work as in any textarea.
 */
export class Editor {
  readonly text: ChunkedText;
  readonly #area: HTMLTextAreaElement;
  readonly #window: TextWindow;
  readonly #listener: EditorListener;
  readonly #history = new History();
  #selection: Selection = { start: 0, end: 0, direction: "none" };
  #composing = false;
  #dragging = false;

  constructor(text: ChunkedText, area: HTMLTextAreaElement, window: TextWindow, listener: EditorListener) {
    this.text = text;
    this.#area = area;
    this.#window = window;
    this.#listener = listener;
    area.addEventListener("input", () => this.#takeInput());
    area.addEventListener("beforeinput", (event) => this.#beforeInput(event));
    area.addEventListener("keydown", (event) => this.#keyDown(event));
    area.addEventListener("paste", (event) => this.#paste(event));
    area.addEventListener("drop", (event) => this.#drop(event));
    area.addEventListener("copy", (event) => this.#copy(event, false));
    area.addEventListener("cut", (event) => this.#copy(event, true));
    area.addEventListener("pointerdown", (event) => this.#pointerDown(event));
    for (const end of ["pointerup", "pointercancel"] as const) document.addEventListener(end, () => this.#pointerUp());
    area.addEventListener("compositionstart", () => this.#compositionStart());
    area.addEventListener("compositionend", () => {
      this.#composing = false;
    });
    document.addEventListener("selectionchange", () => this.#selectionChanged());
    area.addEventListener("selectionchange", () => this.#selectionChanged());
  }

  get selection(): Selection {
    return this.#selection;
  }

  /** Puts a text in the place of all there is. It can be taken back. */
  setAll(text: string): void {
    this.#edit({ at: 0, removed: this.text.slice(0, this.text.length), inserted: text }, 0);
  }

  /** Puts the caret somewhere and shows it. */
  select(start: number, end = start): void {
    this.#selection = { start, end, direction: "forward" };
    if (!isHeld(this.#selection, this.#window.held)) this.#window.moveTo(end);
    this.#show();
    this.#window.reveal(end);
    this.#listener.selected(this.#selection);
  }

  /** After scrolling or a change of width: the textarea follows the window. */
  follow(): void {
    // Text that is being composed or selected with the pointer stays in the textarea until that is done.
    if (this.#composing || this.#dragging) return;
    const { from, to } = this.#window.held;
    this.#window.follow();
    if (this.#window.held.from !== from || this.#window.held.to !== to) this.#show();
  }

  /** The textarea's text and selection, as the window and the selection are now. */
  #show(): void {
    const { text } = this.#window;
    if (this.#area.value !== text) this.#area.value = text;
    const { start, end, direction } = heldPart(this.#selection, this.#window.held);
    const area = this.#area;
    if (area.selectionStart !== start || area.selectionEnd !== end) area.setSelectionRange(start, end, direction);
  }

  /** A textarea has line feeds only, so the whole text has. */
  #edit({ at, removed, inserted: text }: Edit, caret?: number): void {
    const inserted = text.replace(/\r\n?/g, "\n");
    this.#history.record({ at, removed, inserted }, performance.now());
    this.#apply({ at, removed, inserted }, caret ?? at + inserted.length);
  }

  #apply({ at, removed, inserted }: Edit, caret: number): void {
    const height = this.#window.heightOf(at);
    const change = this.text.replace(at, at + removed.length, inserted);
    this.#selection = { start: caret, end: caret, direction: "none" };
    this.#listener.changed(change);
    // Where the caret goes far, what lies at the edit is not drawn before.
    if (caret - at <= mostHeld) this.#window.moveTo(at, height);
    if (caret - at > mostHeld || caret > this.#window.held.to) this.#window.moveTo(caret);
    this.#show();
    this.#window.reveal(caret);
    this.#listener.selected(this.#selection);
  }

  /** The textarea has taken a key by itself. */
  #takeInput(): void {
    const { held } = this.#window;
    const { at, removed, inserted } = difference(this.#window.text, this.#area.value);
    if (removed === "" && inserted === "") return;
    const edit = { at: held.from + at, removed, inserted };
    this.#history.record(edit, performance.now());
    const change = this.text.replace(edit.at, edit.at + removed.length, inserted);
    const to = held.to + inserted.length - removed.length;
    const { selectionStart, selectionEnd } = this.#area;
    this.#selection = { start: held.from + selectionStart, end: held.from + selectionEnd, direction: "none" };
    this.#listener.changed(change);
    this.#window.changed(to);
    if (to - held.from > mostHeld && !this.#composing) {
      this.#window.moveTo(this.#selection.end);
      this.#show();
    }
    this.#window.reveal(this.#selection.end);
    this.#listener.selected(this.#selection);
  }

  /** What would change text that the textarea does not hold is done here. */
  #beforeInput(event: InputEvent): void {
    if (event.inputType === "historyUndo" || event.inputType === "historyRedo") {
      event.preventDefault();
      this.#travel(event.inputType === "historyUndo");
      return;
    }
    if (isHeld(this.#selection, this.#window.held) || event.isComposing) return;
    const { start, end } = this.#selection;
    const brings = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
    const inserted = /^insert(LineBreak|Paragraph)$/.test(event.inputType) ? "\n" : brings;
    event.preventDefault();
    if (start !== end || inserted !== "") this.#edit({ at: start, removed: this.text.slice(start, end), inserted });
  }

  #compositionStart(): void {
    this.#composing = true;
    if (!isHeld(this.#selection, this.#window.held)) {
      const { start, end } = this.#selection;
      if (start === end) this.select(start);
      else this.#edit({ at: start, removed: this.text.slice(start, end), inserted: "" });
    }
  }

  #travel(back: boolean): void {
    const edit = back ? this.#history.undo() : this.#history.redo();
    if (edit !== undefined) this.#apply(edit, edit.at + edit.inserted.length);
  }

  #keyDown(event: KeyboardEvent): void {
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    const done = command && !event.altKey ? this.#commandKey(key, event.shiftKey) : this.#pageKey(event);
    if (done) {
      event.preventDefault();
      return;
    }
    // The caret may have been scrolled out of what the textarea holds: any other key acts on it.
    const { start, end } = this.#selection;
    const modifier = command || ["control", "shift", "alt", "meta", "tab", "escape"].includes(key);
    if (!modifier && start === end && !isHeld(this.#selection, this.#window.held)) this.select(start);
  }

  #commandKey(key: string, shift: boolean): boolean {
    if (key === "z") this.#travel(!shift);
    else if (key === "y") this.#travel(false);
    else if (key === "a") {
      this.#selection = { start: 0, end: this.text.length, direction: "forward" };
      this.#show();
      this.#listener.selected(this.#selection);
    } else if (key === "home" || key === "end") this.#extend(key === "home" ? 0 : this.text.length, shift);
    else return false;
    return true;
  }

  #pageKey({ key, shiftKey }: KeyboardEvent): boolean {
    if (key !== "PageDown" && key !== "PageUp") return false;
    const { start, end, direction } = this.#selection;
    const caret = direction === "backward" ? start : end;
    this.#extend(this.#window.pageFrom(caret, key === "PageDown" ? 1 : -1), shiftKey);
    return true;
  }

  /** Moves the caret; with Shift the other end of the selection stays. */
  #extend(caret: number, keepsAnchor: boolean): void {
    const { start, end, direction } = this.#selection;
    const anchor = keepsAnchor ? (direction === "backward" ? end : start) : caret;
    this.#selection = {
      start: Math.min(anchor, caret),
      end: Math.max(anchor, caret),
      direction: caret < anchor ? "backward" : "forward",
    };
    if (caret < this.#window.held.from || caret > this.#window.held.to) this.#window.moveTo(caret);
    this.#show();
    this.#window.reveal(caret);
    this.#listener.selected(this.#selection);
  }

  #paste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (text.length <= mostNative && isHeld(this.#selection, this.#window.held)) return;
    event.preventDefault();
    const { start, end } = this.#selection;
    if (text !== "") this.#edit({ at: start, removed: this.text.slice(start, end), inserted: text });
  }

  /** A long text that is dropped goes to the caret at once; a short one where it is dropped, by the textarea's own doing. */
  #drop(event: DragEvent): void {
    const text = event.dataTransfer?.getData("text/plain") ?? "";
    if (text.length <= mostNative || event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    const { start, end } = this.#selection;
    this.#edit({ at: start, removed: this.text.slice(start, end), inserted: text });
  }

  #copy(event: ClipboardEvent, cuts: boolean): void {
    if (isHeld(this.#selection, this.#window.held)) return;
    const { start, end } = this.#selection;
    event.clipboardData?.setData("text/plain", this.text.slice(start, end));
    event.preventDefault();
    if (cuts) this.#edit({ at: start, removed: this.text.slice(start, end), inserted: "" });
  }

  /** A press without Shift begins a selection of its own: what was selected elsewhere is no more. */
  #pointerDown(event: PointerEvent): void {
    this.#dragging = true;
    if (event.shiftKey) return;
    const { from } = this.#window.held;
    const { selectionStart, selectionEnd } = this.#area;
    this.#selection = { start: from + selectionStart, end: from + selectionEnd, direction: "none" };
  }

  #pointerUp(): void {
    if (!this.#dragging) return;
    this.#dragging = false;
    this.follow();
  }

  #selectionChanged(): void {
    if (
      document.activeElement !== this.#area ||
      this.#area.value.length !== this.#window.held.to - this.#window.held.from
    )
      return;
    const { selectionStart: start, selectionEnd: end, selectionDirection: direction } = this.#area;
    const before = this.#selection;
    const { held } = this.#window;
    const shown = heldPart(before, held);
    if (shown.start === start && shown.end === end) return;
    this.#selection = widened({ start, end, direction: direction as Selection["direction"] }, before, held);
    const caret = direction === "backward" ? this.#selection.start : this.#selection.end;
    const nearEdge =
      (caret - held.from < 500 && held.from > 0) || (held.to - caret < 500 && held.to < this.text.length);
    // A selection that is being drawn with the pointer would end if the textarea's text were replaced.
    if (nearEdge && !this.#composing && !this.#dragging) {
      this.#window.recenter(caret);
      this.#show();
    }
    this.#listener.selected(this.#selection);
  }
}
