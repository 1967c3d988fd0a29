import { expect } from "vitest";
import type { ManagerOptions } from "../../src/index.ts";
import { ScriptedCleaner } from "./scripted-cleaner.ts";
import { smallManager } from "./small-manager.ts";

/** A cleaner whose run goes on when `resume` is called, after `meanwhile`. */
export function pausing(meanwhile: () => void = () => {}) {
  const cleaner = new ScriptedCleaner();
  let resume = () => {};
  cleaner.pause = () =>
    new Promise((resolve) => {
      resume = () => {
        meanwhile();
        cleaner.pause = async () => {};
        resolve();
      };
    });
  return { cleaner, resume: () => resume() };
}

/** A small manager with such a cleaner. */
export function pausingManager(options: Partial<ManagerOptions> = {}) {
  const { cleaner, resume } = pausing();
  const small = smallManager({ cleaner, ...options });
  const started = () => expect.poll(() => cleaner.requests.length).toBeGreaterThan(0);
  return { ...small, cleaner, resume, started };
}
