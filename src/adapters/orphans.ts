import { type Remains, specsOf } from "./remains.ts";

interface Call {
  readonly message: number;
  readonly part: number;
  /** The message that answers it. */
  answer: number | undefined;
  /** Its answers: message and part. */
  readonly answers: [message: number, part: number][];
  /** For a request of approval: the call that is to be approved; null where that is not there. */
  readonly of: Call | null | undefined;
}

/**
 * The messages without the calls that nothing answers and the answers that no call asks for. Calls that may still be
 * answered stay: those after which nothing was said. An id that is used again belongs to the latest call before, and one
 * message answers it.
 *
 * @param flat whether calls and results are messages of their own, so that several calls may stand in a row.
 */
export function withoutOrphans(messages: readonly Remains[], flat: boolean): readonly Remains[] {
  const open = new Map<string, Call>();
  const calls: Call[] = [];
  const dropped = messages.map(() => new Set<number>());
  messages.forEach((remains, message) => {
    specsOf(remains).forEach((spec, part) => {
      if (!remains.parts.has(part)) return;
      if (spec.call !== undefined) {
        const of = spec.approves === undefined ? undefined : (open.get(spec.approves) ?? null);
        const call: Call = { message, part, answer: undefined, answers: [], of };
        open.set(spec.call, call);
        calls.push(call);
      } else if (spec.result !== undefined) {
        const call = open.get(spec.result);
        if (call !== undefined && (call.answer ?? message) === message) {
          call.answer = message;
          call.answers.push([message, part]);
        } else dropped[message]!.add(part);
      }
    });
  });
  const end = lastWord(messages, flat);
  const isOrphan = ({ answer, message, of }: Call): boolean =>
    (answer === undefined && message < end) || (of !== undefined && (of === null || isOrphan(of)));
  for (const call of calls) {
    if (!isOrphan(call)) continue;
    for (const [message, part] of [[call.message, call.part] as const, ...call.answers]) dropped[message]!.add(part);
  }
  return messages.map((remains, at) => without(remains, dropped[at]!)).filter((remains) => remains.parts.size > 0);
}

/** Index of the last message that is not just an answer (or, where these stand alone, a call): calls from there on are open. */
function lastWord(messages: readonly Remains[], flat: boolean): number {
  for (let at = messages.length - 1; at >= 0; at--) {
    const specs = specsOf(messages[at]!);
    const waits = (spec: (typeof specs)[number]) => spec.result !== undefined || (flat && spec.call !== undefined);
    if (specs.length === 0 || !specs.every(waits)) return at;
  }
  return 0;
}

function without(remains: Remains, dropped: ReadonlySet<number>): Remains {
  if (dropped.size === 0) return remains;
  return { ...remains, parts: new Map([...remains.parts].filter(([part]) => !dropped.has(part))) };
}
