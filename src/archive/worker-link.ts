import { TokenBudgetError } from "../errors.ts";
import { nextTask } from "../manager/next-task.ts";
import { type ArchiveReply, type ArchiveRequest, errorFrom } from "./protocol.ts";
import { partUnits, type RequestPart } from "./put-parts.ts";
import { type Retention, type RetentionReport, tellRetention } from "./retention.ts";

/** A worker of any platform, as the link sees it. */
export interface WorkerPort {
  post(requests: readonly ArchiveRequest[]): void;
  /** While it is held, the process does not end. */
  hold(held: boolean): void;
  terminate(): void;
}

/** Starts a worker. `onEnd` is called once, when the worker has ended, with the cause where it ended by itself. */
export type SpawnWorker = (
  onMessage: (reply: ArchiveReply) => void,
  onEnd: (cause: unknown) => void,
) => Promise<WorkerPort>;

interface LinkOptions {
  readonly retention: Retention | undefined;
  readonly onRetention: ((report: RetentionReport) => void) | undefined;
  readonly maxQueueUnits: number;
}

interface Call {
  readonly id: number;
  readonly units: number;
  readonly parts: Iterator<RequestPart, void>;
  /** Parts that were posted. */
  posted: number;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Batches that are at the worker or on their way, so that it has work while another is copied. */
const batchesAhead = 4;
const maxCalls = 100_000;

/**
 * Calls to a worker, in order. Calls wait here, in the caller's own strings, while the worker has enough to do; when
 * there are too many they are refused. A worker that ends unasked fails the calls that it had; the next call starts
 * another.
 */
export class WorkerLink {
  readonly #spawn: SpawnWorker;
  readonly #options: LinkOptions;
  readonly #queue: Call[] = [];
  readonly #sent = new Map<number, Call>();
  #port: WorkerPort | undefined;
  #starting: Promise<void> | undefined;
  #batches = 0;
  #units = 0;
  #pumpsAgain = false;
  #nextId = 1;
  #closing: Promise<void> | undefined;
  #ended: (() => void) | undefined;

  constructor(spawn: SpawnWorker, options: LinkOptions) {
    this.#spawn = spawn;
    this.#options = options;
  }

  /** Starts the worker unless it runs. */
  start(): Promise<void> {
    if (this.#starting === undefined) {
      const starting = this.#start().catch((error) => {
        if (this.#starting === starting) this.#starting = undefined;
        throw error;
      });
      this.#starting = starting;
    }
    return this.#starting;
  }

  call(units: number, parts: Iterator<RequestPart, void>): Promise<unknown> {
    if (this.#closing !== undefined) return Promise.reject(closed());
    const waiting = this.#queue.length + this.#sent.size;
    if (waiting > 0 && (this.#units + units > this.#options.maxQueueUnits || waiting >= maxCalls)) {
      const data = { waiting, units: this.#units };
      return Promise.reject(new TokenBudgetError("QUEUE_FULL", "too much waits for the archive", data));
    }
    return this.#enqueue(units, parts);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #start(): Promise<void> {
    let alive = true;
    const port = await this.#spawn(
      (reply) => this.#receive(reply),
      (cause) => {
        alive = false;
        this.#onEnd(cause);
      },
    );
    if (!alive) throw workerFailed(undefined);
    this.#port = port;
    const { retention } = this.#options;
    const opened = new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#sent.set(id, { id, units: 0, parts: [].values(), posted: 1, resolve, reject });
      this.#batches++;
      port.hold(true);
      port.post([{ id, op: "open", retention }]);
    });
    try {
      await opened;
    } catch (error) {
      port.terminate();
      throw error;
    }
  }

  #enqueue(units: number, parts: Iterator<RequestPart, void>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ id: this.#nextId++, units, parts, posted: 0, resolve, reject });
      this.#units += units;
      this.start().then(
        () => this.#pump(),
        (error) => this.#failQueue(error),
      );
    });
  }

  /** Posts what the worker may have, a batch in each task of the event loop. */
  #pump(): void {
    const port = this.#port;
    if (port === undefined) return;
    while (this.#mayPost() && !this.#pumpsAgain) {
      const batch = this.#nextBatch();
      if (batch.length === 0) continue;
      this.#batches++;
      port.post(batch);
      if (this.#mayPost()) this.#pumpAgain();
    }
    port.hold(this.#closing !== undefined || this.#sent.size + this.#queue.length > 0);
  }

  #mayPost(): boolean {
    return this.#batches < batchesAhead && this.#queue.length > 0;
  }

  #pumpAgain(): void {
    this.#pumpsAgain = true;
    void nextTask().then(() => {
      this.#pumpsAgain = false;
      this.#pump();
    });
  }

  #nextBatch(): ArchiveRequest[] {
    const batch: ArchiveRequest[] = [];
    for (let units = 0; units < partUnits && this.#queue.length > 0; ) {
      const call = this.#queue[0]!;
      try {
        const part = call.parts.next();
        if (part.done) {
          this.#queue.shift();
          continue;
        }
        const request = part.value(call.id);
        batch.push(request);
        call.posted++;
        this.#sent.set(call.id, call);
        const last = request.op !== "put" || request.last;
        if (last) this.#queue.shift();
        units += last ? call.units / call.posted : partUnits;
      } catch (error) {
        if (call.posted > 0) batch.push({ id: call.id, op: "cancel" });
        this.#settle(call, error, undefined);
      }
    }
    return batch;
  }

  #receive({ batches, responses }: ArchiveReply): void {
    this.#batches -= batches;
    for (const { id, value, error, report } of responses) {
      const call = this.#sent.get(id);
      if (call !== undefined) this.#settle(call, error && errorFrom(error), value);
      if (report !== undefined && report.deleted.length > 0) tellRetention(this.#options.onRetention, report);
    }
    this.#pump();
  }

  #settle(call: Call, error: unknown, value: unknown): void {
    this.#sent.delete(call.id);
    if (this.#queue[0] === call) this.#queue.shift();
    this.#units -= call.units;
    if (error === undefined) call.resolve(value);
    else call.reject(error);
  }

  #onEnd(cause: unknown): void {
    this.#port = undefined;
    this.#starting = undefined;
    this.#batches = 0;
    const error = workerFailed(cause);
    for (const call of [...this.#sent.values()]) this.#settle(call, error, undefined);
    this.#ended?.();
    if (this.#queue.length > 0) {
      this.start().then(
        () => this.#pump(),
        (failure) => this.#failQueue(failure),
      );
    }
  }

  #failQueue(error: unknown): void {
    for (const call of [...this.#queue]) this.#settle(call, error, undefined);
    this.#queue.length = 0;
  }

  async #close(): Promise<void> {
    if (this.#starting === undefined) return;
    await this.#starting.catch(() => {});
    if (this.#port === undefined) return;
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    const answer = this.#enqueue(0, [(id: number) => ({ id, op: "close" }) as const].values());
    // A worker that has failed is closed too; its file is whole, and what was not answered has been refused.
    await answer.catch(() => this.#port?.terminate());
    if (this.#port !== undefined) await ended;
  }
}

function closed(): TokenBudgetError {
  return new TokenBudgetError("CLOSED", "the archive is closed");
}

function workerFailed(cause: unknown): TokenBudgetError {
  return new TokenBudgetError("WORKER_FAILED", "the archive's worker ended unexpectedly", {}, cause);
}
