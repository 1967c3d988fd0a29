import type {
  AppliedEdit,
  ArchivedOriginal,
  Cleaner,
  CleanHost,
  CleanReport,
  CleanRequest,
} from "../../src/manager/cleaner.ts";

/** A cleaner of the simplest kind, by the port's rules: it removes the least recently used items until the goal is reached. */
export class ScriptedCleaner implements Cleaner {
  readonly requests: CleanRequest[] = [];
  readonly archive = new Map<string, ArchivedOriginal>();
  closed = 0;
  /** Components that are being cleaned now; the most at once, by component. */
  readonly running = new Map<string, number>();
  mostAtOnce = 0;
  /** Waits between the steps of a run. */
  pause: () => Promise<void> = async () => {};
  /** Runs before edits are made. */
  before: (request: CleanRequest, host: CleanHost) => void | Promise<void> = () => {};

  async clean(request: CleanRequest, host: CleanHost): Promise<CleanReport> {
    this.requests.push(request);
    return host.exclusive([request.component], async () => {
      const now = (this.running.get(request.component) ?? 0) + 1;
      this.running.set(request.component, now);
      this.mostAtOnce = Math.max(this.mostAtOnce, now);
      try {
        await this.pause();
        await this.before(request, host);
        request.signal?.throwIfAborted();
        return await this.#remove(request, host);
      } finally {
        this.running.set(request.component, this.running.get(request.component)! - 1);
      }
    });
  }

  async #remove(request: CleanRequest, host: CleanHost): Promise<CleanReport> {
    const edits = this.#edits(request, host);
    for (const edit of edits) {
      const { text, ...item } = host.item(edit.id)!;
      this.archive.set(edit.ref!, { text, tokens: item.tokens, item });
    }
    await this.pause();
    const { freed } = host.apply("removeOldest", edits);
    return this.#report(request, freed[request.component] ?? 0, edits);
  }

  #edits(request: CleanRequest, host: CleanHost): AppliedEdit[] {
    const edits: AppliedEdit[] = [];
    let freed = 0;
    const items = [...host.items(request.component)].sort((a, b) => a.lastUsedAt - b.lastUsedAt);
    for (const { id, version, tokens, pinned } of items) {
      if (freed >= request.goal) break;
      if (pinned) continue;
      edits.push({ type: "remove", id, version, ref: `${host.namespace}/${id}/${version}` });
      freed += tokens;
    }
    return edits;
  }

  #report(request: CleanRequest, freed: number, edits: readonly AppliedEdit[]): CleanReport {
    return {
      component: request.component,
      goal: request.goal,
      freed,
      escalated: false,
      strategies: [
        {
          strategy: "removeOldest",
          items: edits.length,
          freed,
          elapsedMs: 0,
          loss: "recoverable",
          refs: edits.map(({ ref }) => ref!),
          edits: [],
        },
      ],
      elapsedMs: 0,
    };
  }

  async plan(request: CleanRequest, host: CleanHost): Promise<CleanReport> {
    const edits = this.#edits(request, host);
    const freed = edits.reduce((sum, { id }) => sum + host.item(id)!.tokens, 0);
    return this.#report(request, freed, edits);
  }

  async original(ref: string): Promise<ArchivedOriginal | undefined> {
    return this.archive.get(ref);
  }

  async close(): Promise<void> {
    this.closed += 1;
  }
}
