import { ScriptedCleaner } from "./scripted-cleaner.ts";

/** A cleaner whose runs, of one component or of all, go on when `open` is called. */
export function gatedCleaner(component?: string) {
  const cleaner = new ScriptedCleaner();
  let open = () => {};
  let gate: Promise<void> | undefined = new Promise((resolve) => {
    open = resolve;
  });
  cleaner.before = (request) => (component === undefined || request.component === component ? gate : undefined);
  const opened = () => {
    gate = undefined;
    open();
  };
  const started = async (runs = 1) => {
    for (let turn = 0; cleaner.requests.length < runs; turn++) {
      if (turn === 1000) throw new Error("no cleanup was started");
      await undefined;
    }
  };
  return { cleaner, open: opened, started };
}

/** What has been started goes on as far as it can without a later task. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await undefined;
}
