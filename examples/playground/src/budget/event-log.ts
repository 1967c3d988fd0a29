import { byId, element } from "../page/dom.ts";

/** What an entry of the log is about: it has a word and a sign, not a colour alone. */
export type LogKind = "put" | "refused" | "cleanup" | "plan" | "shares" | "level" | "recall" | "session";

const signs: Readonly<Record<LogKind, string>> = {
  put: "+",
  refused: "\u2715",
  cleanup: "\u267b",
  plan: "?",
  shares: "\u21c4",
  level: "\u2195",
  recall: "\u21a9",
  session: "\u25b6",
};

export interface LogEntry {
  readonly kind: LogKind;
  readonly text: string;
  /** What lies under it, line by line. */
  readonly details?: readonly string[];
}

/** Entries that are kept; older ones leave. */
const most = 150;

/** 1 h 05 min on the session's clock. */
export function clockText(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** What has happened, newest first. */
export class EventLog {
  readonly #list = byId("log");
  readonly #empty = byId("log-empty");

  add(at: number, { kind, text, details = [] }: LogEntry): void {
    this.#empty.hidden = true;
    const head = element(
      "p",
      {},
      element("span", { class: "sign", "aria-hidden": "true" }, signs[kind]),
      element("span", { class: "what" }, text),
      element("time", {}, clockText(at)),
    );
    const lines =
      details.length === 0 ? undefined : element("ul", {}, ...details.map((line) => element("li", {}, line)));
    this.#list.prepend(element("li", { class: `event ${kind}`, "data-kind": kind }, head, lines));
    while (this.#list.children.length > most) this.#list.lastElementChild!.remove();
  }

  /** While a session plays, entries come too fast to be read out. */
  quiet(on: boolean): void {
    byId("log-box").setAttribute("aria-live", on ? "off" : "polite");
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }
}
