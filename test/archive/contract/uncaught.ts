/** Collects what nobody catches, in Node and in pages alike, in place of the test runner. */
export function collectUncaught(): { readonly seen: readonly unknown[]; stop(): void } {
  const seen: unknown[] = [];
  if (typeof process !== "object") {
    const note = (event: ErrorEvent) => {
      event.preventDefault();
      seen.push(event.error);
    };
    addEventListener("error", note);
    return { seen, stop: () => removeEventListener("error", note) };
  }
  const note = (error: unknown) => void seen.push(error);
  const before = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", note);
  return {
    seen,
    stop() {
      process.off("uncaughtException", note);
      for (const listener of before) process.on("uncaughtException", listener);
    },
  };
}
