import type { NotedUse } from "./mean-tokens.ts";
import type { ComponentRule } from "./profile.ts";
import type { Run } from "./runs.ts";
import type { Waiter } from "./waiting.ts";

/** What a component has only once something out of the ordinary happened to it. */
export interface ComponentActivity {
  /** In order of arrival. */
  readonly waiters: Waiter[];
  /** True while the waiters are being served by cleanups. */
  pumping: boolean;
  /** The cleanup in flight. */
  run: Run | undefined;
  /** Times of the last exhaustions, oldest first; at most a thousand. */
  readonly exhaustedAt: number[];
  cleanups: number;
  freed: number;
  /** Requests that were granted in part. */
  partial: number;
  /** Where its cap has changed. */
  noted: NotedUse | undefined;
}

/** The state of one component of one manager. Kept small: a hundred thousand idle managers have half a million of them. */
export class ComponentState {
  readonly rule: ComponentRule;
  /** The ledger's number; changes when a snapshot is restored. */
  account: number;
  /** Available tokens at the high edge of the band; 0 where the component is fixed. */
  highRoom: number;
  /** An allocation that leaves less than this is looked at: it was refused, or it passed the high edge. */
  wakeBelow: number;
  /** Tokens in use that plain `release` may not return: those of items and of children. */
  held = 0;
  activity: ComponentActivity | undefined = undefined;

  constructor(rule: ComponentRule, account: number, cap: number) {
    this.rule = rule;
    this.account = account;
    this.highRoom = highRoomOf(rule, cap);
    this.wakeBelow = this.highRoom;
  }

  active(): ComponentActivity {
    this.activity ??= {
      waiters: [],
      pumping: false,
      run: undefined,
      exhaustedAt: [],
      cleanups: 0,
      freed: 0,
      partial: 0,
      noted: undefined,
    };
    return this.activity;
  }

  noteExhaustion(now: number): void {
    const times = this.active().exhaustedAt;
    times.push(now);
    if (times.length > 1000) times.shift();
  }

  /** After a change of cap. */
  setCap(cap: number): void {
    this.highRoom = highRoomOf(this.rule, cap);
    this.wakeBelow = this.highRoom;
  }
}

/** used + reserved is above the high edge where less than this is available. */
function highRoomOf(rule: ComponentRule, cap: number): number {
  return rule.fixed ? 0 : cap - Math.floor(cap * rule.target[1] + 1e-6);
}
