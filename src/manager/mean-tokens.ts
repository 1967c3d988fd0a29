import type { ComponentState } from "./component-state.ts";
import type { Core } from "./core.ts";

// The ledger averages used / cap. Of a component whose cap was moved or lent meanwhile that does not tell how many tokens were
// used, so what was used under earlier caps is noted at each change of one.

/** Use of a component up to the last change of its cap. */
export interface NotedUse {
  /** The number of the window in which that was. */
  readonly window: number;
  /** Integral of used / allocated over that window up to then, by milliseconds, as the ledger had it. */
  readonly area: number;
  /** Integral of used over the same time. */
  readonly tokens: number;
  /** Mean of used over the window before; below 0 where there was none. */
  readonly previous: number;
}

/** To be called before the cap of a component changes. */
export function noteUse(core: Core, state: ComponentState): void {
  const { window, area, tokens, previous } = useOf(core, state);
  state.active().noted = { window, area, tokens, previous };
}

/** Mean of the tokens used over the last window, weighted by time, by the ledger's windows. */
export function meanTokens(core: Core, state: ComponentState): number {
  const { tokens, previous, elapsed, length, used } = useOf(core, state);
  if (previous < 0) return elapsed > 0 ? tokens / elapsed : used;
  return length > 0 ? (tokens + previous * Math.max(0, length - elapsed)) / length : used;
}

function useOf(core: Core, state: ComponentState) {
  const { cap, used, area, previous, since } = core.read(state);
  const { window, elapsed, length } = windowOf(core, since);
  const noted = state.activity?.noted;
  const at = { window, area, elapsed, length, used };
  if (noted?.window === window) {
    return { ...at, tokens: noted.tokens + Math.max(0, area - noted.area) * cap, previous: noted.previous };
  }
  const tokens = area * cap;
  if (noted?.window !== window - 1) return { ...at, tokens, previous: previous < 0 ? previous : previous * cap };
  const rest = Math.max(0, previous * length - noted.area) * cap;
  return { ...at, tokens, previous: length > 0 ? (noted.tokens + rest) / length : used };
}

/** The window in which a time lies, as the ledger finds it: its bounds are whole ticks of 1/64 ms. */
function windowOf({ origin, settings: { windowMs } }: Core, time: number) {
  const t = ticksOf(time);
  const startOf = (window: number) => ticksOf(origin + window * windowMs);
  let window = Math.max(0, Math.floor((t / 64 - origin) / windowMs));
  if (startOf(window + 1) <= t) window += 1;
  else if (startOf(window) > t && window > 0) window -= 1;
  const begin = startOf(window);
  return { window, elapsed: (t - begin) / 64, length: (startOf(window + 1) - begin) / 64 };
}

/** Times that it can't tell apart count as the last that it can: windows there have no length. */
const ticksOf = (ms: number) => Math.min(Math.trunc(ms * 64), 2 ** 63);
