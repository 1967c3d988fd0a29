import type { Adjustment, UsageHistory } from "./adjusting.ts";
import type { ChildOptions } from "./children.ts";
import type { CleanReport, OriginalHit, OriginalSearch } from "./cleaner.ts";
import type { CleanupOptions } from "./cleaning.ts";
import type { EventName, Listener } from "./events.ts";
import type { Item, ItemInput } from "./item.ts";
import type { UtilizationReport } from "./report.ts";
import type { Reservation, ReserveOptions } from "./reservations.ts";
import type { ManagerSnapshot } from "./snapshot.ts";
import type { WaitOptions } from "./wait-options.ts";

/**
 * The token budget of one session. Every grant is booked in the ledger in the step that checks it: used + reserved of a
 * component never exceeds its cap, and the caps sum to the total. A call that is refused or wrong changes nothing.
 * Made by `createTokenBudgetManager`. `tokens` are whole numbers from 0 to 2^31 - 1; times are milliseconds on the manager's
 * clock. Every method throws `CLOSED` once it is closed, `UNKNOWN_COMPONENT` and `INVALID_TOKENS` (typed: TokenBudgetError).
 * Cost: an idle manager takes about a kilobyte; a grant is one call of the ledger, whatever the number of items.
 * @example
 * let now = 0;
 * const manager = await createTokenBudgetManager({ total: 10_000, now: () => now });
 * manager.totalBudget; // => 10000
 */
export interface TokenBudgetManager {
  /** Tokens that all components share. */
  readonly totalBudget: number;
  /** Share of each component now. */
  readonly allocations: Readonly<Record<string, number>>;
  /** Tokens in use, by component. */
  readonly currentUsage: Readonly<Record<string, number>>;
  /** Names this session in an archive. */
  readonly namespace: string;
  /**
   * Grants tokens; where they do not fit, frees some by cleanup and tries again, for as many rounds as free something,
   * at most `maxPasses`. Callers that wait are served in order. More than the cap is refused before anything is cleaned.
   * @param tokens a whole number from 0 to 2^31 - 1.
   * @returns the tokens granted: all, or with `onShortfall: "partial"` what there was.
   * @throws BudgetExceededError, ABORTED or DEADLINE with nothing booked; UNKNOWN_COMPONENT, INVALID_TOKENS.
   * @example
   * await manager.allocateTokens("working_memory", 1_200); // => 1200
   * await manager.allocateTokens("working_memory", 3_001); // throws BUDGET_EXCEEDED
   * manager.release("working_memory", 1_200);
   */
  allocateTokens(component: string, tokens: number, options?: WaitOptions): Promise<number>;
  /**
   * Grants all tokens at once, or nothing: no cleanup. It does not queue behind callers that wait.
   * @returns `tokens`, or 0.
   * Cost: one call of the ledger.
   * @example [manager.tryAllocate("system_context", 800), manager.tryAllocate("system_context", 300)]; // => [800, 0]
   */
  tryAllocate(component: string, tokens: number): number;
  /**
   * Returns tokens that were allocated without an item.
   * @throws TokenBudgetError INVALID_TOKENS where fewer are in use; nothing changes.
   */
  release(component: string, tokens: number): void;
  /**
   * Holds tokens until they are settled, released, or their time has passed (looked at when the component is next used).
   * @returns the reservation; the same one where `id` is open already.
   * @throws BudgetExceededError where they do not fit (no cleanup is tried: see {@link reserveTokens}); nothing is held.
   * @example
   * const room = manager.reserve("interaction_buffer", 1_000, { ttlMs: 60_000 });
   * room.settle(730); // => 730
   * manager.currentUsage.interaction_buffer; // => 730
   */
  reserve(component: string, tokens: number, options?: ReserveOptions): Reservation;
  /**
   * As {@link reserve}, with the cleanups and the order of {@link allocateTokens}. A part is never held.
   * @example (await manager.reserveTokens("interaction_buffer", 1_000, { id: "reply" })).release(); // => 1000
   */
  reserveTokens(component: string, tokens: number, options?: ReserveOptions & WaitOptions): Promise<Reservation>;
  /** The open reservation with this id. @example manager.reservation("reply"); // => undefined */
  reservation(id: string): Reservation | undefined;
  /**
   * Carves a budget for a sub-agent out of a component. What it was given is in use here until it is closed, and then
   * comes back once; 0 tokens are no tokens. Closing a manager closes its children.
   * @throws BudgetExceededError where it does not fit; nothing is carved.
   * @example
   * const agent = manager.child("agent_context", { tokens: 500 });
   * [agent.totalBudget, manager.currentUsage.agent_context]; // => [500, 500]
   * await agent.close();
   * manager.currentUsage.agent_context; // => 0
   */
  child(component: string, options: ChildOptions): TokenBudgetManager;
  /** The open children. */
  readonly children: readonly TokenBudgetManager[];
  /**
   * Counts an item's text, books it and keeps it, in one step, with the cleanups and the order of {@link allocateTokens}.
   * An item with an id that is there replaces the old one in its place; the difference is booked. Of calls for one id that
   * overlap, the last one's text stays, whichever is counted first.
   * @returns the item as kept.
   * @throws as {@link allocateTokens}; INVALID_TEXT, INVALID_ARGUMENT. A part is never kept.
   * Cost: the count of the text.
   * @example
   * await manager.put("interaction_buffer", { id: "hi", kind: "message", role: "user", text: "hello world" });
   * manager.get("hi")?.tokens; // => 2
   * manager.pin("hi").pinned; // => true
   * manager.touch("hi", 5_000).lastUsedAt; // => 5000
   * manager.items("interaction_buffer").length; // => 1
   * manager.remove("hi").text; // => "hello world"
   * manager.remove("hi"); // throws UNKNOWN_ITEM
   */
  put(component: string, item: ItemInput, options?: WaitOptions): Promise<Item>;
  /**
   * As {@link put} at once and without cleanup.
   * @returns undefined where it does not fit.
   * @throws as {@link put}; ASYNC_COUNTER where texts are counted by a promise; INVALID_ARGUMENT before the first `put` where
   * the tokenizer is named only and there are no files to load it from.
   * @example
   * const small = await createTokenBudgetManager({ total: 10, tokenizer: "o200k_base" });
   * small.tryPut("working_memory", { text: "hello world" })?.tokens; // => 2
   * small.tryPut("working_memory", { text: "more than fits here" }); // => undefined
   */
  tryPut(component: string, item: ItemInput): Item | undefined;
  /**
   * As {@link put}, for many: all are kept, or none.
   * @example (await manager.putBatch("knowledge_base", [{ text: "hello" }, { text: "hello world" }])).length; // => 2
   */
  putBatch(component: string, items: readonly ItemInput[], options?: WaitOptions): Promise<readonly Item[]>;
  /** Drops an item: its tokens return. @throws UNKNOWN_ITEM */
  remove(id: string): Item;
  /** Notes that an item was used, now or at the time `at`. @throws UNKNOWN_ITEM, INVALID_ARGUMENT */
  touch(id: string, at?: number): Item;
  /** A pinned item is never edited or removed by a cleanup. @throws UNKNOWN_ITEM */
  pin(id: string, pinned?: boolean): Item;
  /** The item with this id, as it is now: records are replaced on change, never mutated. */
  get(id: string): Item | undefined;
  /** Items in order of arrival, of one component or of all. */
  items(component?: string): readonly Item[];
  /**
   * Frees tokens of a component now: to the low edge of its band, or until `need` tokens are available. A cleanup of it
   * that is running is shared, unless its deadline is sooner. With no cleaner nothing is freed.
   * @returns what was done, strategy by strategy, as the cleaner tells it: its edits may be of other components too.
   * @throws COMPONENT_FIXED, BUDGET_EXCEEDED where `need` is more than the component can ever have, ABORTED, or what the
   * cleaner threw; what was archived and edited until then stays so.
   * @example
   * await manager.put("working_memory", { text: "all steps done ".repeat(200), taskId: "t", taskState: "completed" });
   * const plan = await manager.plan("working_memory", 2_900);
   * plan.strategies.filter(({ freed }) => freed > 0).map(({ strategy }) => strategy); // => ["archiveCompletedTasks"]
   * const { freed } = await manager.cleanupComponent("working_memory", { need: 2_900 });
   * freed > 400; // => true
   * const [hit] = await manager.search("steps");
   * (await manager.recall(hit!.ref)).text.length; // => 3000
   */
  cleanupComponent(component: string, options?: CleanupOptions): Promise<CleanReport>;
  /**
   * Resolves once no cleanup of this manager is under way. A call that waited for room is served as soon as there is enough,
   * while its cleanup goes on to the low edge of the band: who wants the same result each time waits for that too.
   * @example await manager.idle(); // => undefined
   */
  idle(): Promise<void>;
  /** What a cleanup for `need` tokens would do, as a report. Changes nothing. @throws BUDGET_EXCEEDED, as {@link cleanupComponent} */
  plan(component: string, need?: number, options?: Omit<CleanupOptions, "need">): Promise<CleanReport>;
  /** Brings back what a cleanup archived: books its tokens first. What is there in full is only touched. @throws UNKNOWN_REF, or as {@link put}. */
  recall(ref: string, options?: WaitOptions): Promise<Item>;
  /**
   * Finds what cleanups archived in this session, by plain text in any language, best first.
   * @returns references with their tokens and a snippet; none where there is no cleaner.
   * @throws as the archive does.
   * @example await manager.search("missing key", { limit: 3 }); // => []
   */
  search(query: string, options?: OriginalSearch): Promise<readonly OriginalHit[]>;
  /**
   * Moves shares by the policy, from what the manager has measured over the last window or from `history`. Each rule
   * fires once a window, and returns to base once its cause was absent for one. The caps keep their sum.
   * @throws INVALID_ARGUMENT for a history or a move of the policy that can't be, COMPONENT_FIXED for a move from or to a
   * fixed component; nothing has moved.
   * Cost: proportional to components and rules.
   * @example
   * const { moves } = manager.adjustAllocations({ agent_context_exhaustion: 4, knowledge_base_utilization: 0.7 });
   * moves.map(({ from, to, tokens }) => [from, to, tokens]); // => [["interaction_buffer", "agent_context", 500]]
   */
  adjustAllocations(history?: UsageHistory): Adjustment;
  /**
   * How the budget stands now, by component and as a whole. Nothing is cleaned or moved. Cost: proportional to components.
   * @example
   * manager.tryAllocate("working_memory", 2_250);
   * const { used, allocated, available, status } = manager.getUtilizationReport().components.working_memory!;
   * [used, allocated, available, status]; // => [2250, 3000, 750, "within"]
   */
  getUtilizationReport(): UtilizationReport;
  /**
   * Everything the manager holds, as JSON: ledger, items, reservations, rules in force, children; not the archive.
   * Cost: proportional to the items; texts are not copied.
   * @example
   * manager.tryAllocate("working_memory", 40);
   * const saved = JSON.parse(JSON.stringify(manager.snapshot()));
   * const restored = await createTokenBudgetManager({ total: 10_000 });
   * restored.restore(saved);
   * restored.currentUsage.working_memory; // => 40
   */
  snapshot(): ManagerSnapshot;
  /**
   * Puts a snapshot of a manager with the same components and shares in the place of all that this one holds. Its total,
   * its namespace and the length of its window come with it; all other options stay this manager's. Old children are closed
   * and old reservations end.
   * @throws BAD_SNAPSHOT, or INVALID_ARGUMENT while callers wait or a cleanup runs; nothing changes.
   */
  restore(snapshot: ManagerSnapshot): void;
  /**
   * Listens to an event of {@link ManagerEvents}: numbers and names, never content. A listener is called when the change is
   * complete, before the call that made it returns. What it throws harms nothing.
   * @returns a function that ends the listening.
   * @throws INVALID_ARGUMENT for an event that there is none of, or a listener that is no function.
   * @example
   * const granted: number[] = [];
   * const end = manager.on("allocated", ({ tokens }) => granted.push(tokens));
   * manager.tryAllocate("working_memory", 7);
   * end();
   * granted; // => [7]
   */
  on<Name extends EventName>(event: Name, listener: Listener<Name>): () => void;
  /**
   * Closes it and its children at once: waiters are refused with CLOSED, reservations end, a child's tokens return to its
   * parent. A second call does nothing more.
   * @returns when running cleanups have ended and the cleaner is closed.
   */
  close(): Promise<void>;
  /** As {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
