import type { Session } from "token-budget";
import { byId, counted, element, setText } from "../page/dom.ts";
import { sampleSessions } from "../samples/sessions.ts";
import type { SessionBudget } from "./session-budget.ts";
import { SessionFeed, sessionOf } from "./session-feed.ts";

/** Milliseconds between two messages, by the speed's name. */
const pauses: Readonly<Record<string, number>> = { slow: 700, medium: 200, fast: 0 };

/** Plays a recorded session into the budget: step by step, or on its own. */
export class Player {
  readonly #budget: () => SessionBudget;
  readonly #onPlaying: (playing: boolean) => void;
  readonly #play = byId<HTMLButtonElement>("play");
  readonly #step = byId<HTMLButtonElement>("step");
  readonly #bar = byId<HTMLProgressElement>("played");
  readonly #status = byId("player-status");
  readonly #speed = byId<HTMLSelectElement>("speed");
  readonly #choice = byId<HTMLSelectElement>("session");
  #feed: SessionFeed | undefined;
  #sessions = 0;
  #refused = 0;
  #playing = false;
  #busy = false;

  constructor(budget: () => SessionBudget, onPlaying: (playing: boolean) => void) {
    this.#budget = budget;
    this.#onPlaying = onPlaying;
    this.#choice.append(...sampleSessions.map(({ name, url }) => element("option", { value: url }, name)));
    this.#choice.addEventListener("change", () => void this.#loadSample());
    this.#play.addEventListener("click", () => void this.#toggle());
    this.#step.addEventListener("click", () => void this.#one());
  }

  load(session: Session): void {
    this.pause();
    this.#feed = new SessionFeed(session, ++this.#sessions);
    this.#refused = 0;
    this.#show(
      `${session.name}: ${counted(session.messages.length, "message")}, format ${session.format}. Ready to play.`,
    );
  }

  pause(): void {
    if (this.#playing) this.#setPlaying(false);
  }

  /** Forgets how far it was: the budget is a new one. */
  reset(): void {
    this.pause();
    if (this.#feed !== undefined) this.load(this.#feed.session);
  }

  async #loadSample(): Promise<void> {
    const { value, selectedOptions } = this.#choice;
    if (value === "") return;
    const session = sessionOf(selectedOptions[0]!.text, await (await fetch(value)).text());
    if (session !== undefined) this.load({ ...session, name: selectedOptions[0]!.text });
  }

  async #toggle(): Promise<void> {
    if (this.#playing) return this.#setPlaying(false);
    if (this.#feed === undefined) {
      this.#choice.selectedIndex = Math.max(1, this.#choice.selectedIndex);
      await this.#loadSample();
    }
    this.#setPlaying(true);
    while (this.#playing && (await this.#one())) {
      await new Promise((resolve) => setTimeout(resolve, pauses[this.#speed.value]));
    }
    if (this.#playing) this.#setPlaying(false);
  }

  /** @returns false at the end. */
  async #one(): Promise<boolean> {
    const feed = this.#feed;
    if (feed === undefined || this.#busy) return false;
    this.#busy = true;
    try {
      const found = await feed.next(this.#budget()).catch((error: unknown) => {
        // A budget that was replaced meanwhile refuses all calls; so does nothing else.
        if (feed !== this.#feed) return undefined;
        throw error;
      });
      if (found === false) this.#refused += 1;
      if (feed !== this.#feed) return false;
      const refused = this.#refused === 0 ? "" : `, ${this.#refused} refused`;
      const where = `${feed.done} of ${counted(feed.steps, "part")}${refused}`;
      this.#show(
        feed.done < feed.steps ? `${feed.session.name}: ${where}` : `${feed.session.name}: played to its end, ${where}`,
      );
      return found !== undefined;
    } finally {
      this.#busy = false;
    }
  }

  #setPlaying(playing: boolean): void {
    this.#playing = playing;
    setText(this.#play, playing ? "Pause" : "Play");
    this.#status.setAttribute("aria-live", playing ? "off" : "polite");
    this.#onPlaying(playing);
  }

  #show(text: string): void {
    const { done = 0, steps = 1 } = this.#feed ?? {};
    this.#bar.max = steps;
    this.#bar.value = done;
    this.#step.disabled = done >= steps;
    this.#play.disabled = done >= steps;
    setText(this.#status, text);
  }
}
