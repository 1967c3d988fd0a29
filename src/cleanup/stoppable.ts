import type { CleanHost } from "../manager/cleaner.ts";
import { whenAborted } from "../workers/when-aborted.ts";
import type { Originals } from "./kernel.ts";
import type { Stop } from "./stop.ts";

/** What `promise` comes to, or the reason why the run must end, whichever is first. */
export function untilStopped<T>(promise: T | Promise<T>, { signal }: Pick<Stop, "signal">): Promise<T> {
  return new Promise((resolve, reject) => {
    const ignore = whenAborted(signal, () => reject(signal.reason));
    Promise.resolve(promise).then(resolve, reject).finally(ignore);
  });
}

/** A host whose waits (a lock, a counter of the caller's) end with the run. A step that gets its lock later does nothing. */
export function stoppableHost(host: CleanHost, stop: Stop): CleanHost {
  return {
    namespace: host.namespace,
    ...(host.encoding === undefined ? {} : { encoding: host.encoding }),
    now: () => host.now(),
    component: (id) => host.component(id),
    items: (component) => host.items(component),
    item: (id) => host.item(id),
    group: (group) => host.group(group),
    apply: (strategy, edits) => host.apply(strategy, edits),
    countTokens(text) {
      const tokens = host.countTokens(text);
      return typeof tokens === "number" ? tokens : untilStopped(tokens, stop);
    },
    exclusive: (components, step) =>
      untilStopped(
        host.exclusive(components, async () => {
          stop.check();
          return step();
        }),
        stop,
      ),
  };
}

/** An archive that never answers must not hold the run, and with it the locks. */
export const stoppableOriginals = (originals: Originals, stop: Stop): Originals => ({
  put: (namespace, entries) => untilStopped(originals.put(namespace, entries), stop),
  get: (namespace, ref) => untilStopped(originals.get(namespace, ref), stop),
});
