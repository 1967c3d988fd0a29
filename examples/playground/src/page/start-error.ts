import { byId } from "./dom.ts";

/** Says on the page why it can't work. A page whose policy forbids WebAssembly is told what is missing. */
export function tellStartError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const forbidden = /unsafe-eval|CompileError|Content Security Policy/i.test(`${message} ${(error as Error)?.name}`);
  const target = byId("problem");
  target.hidden = false;
  target.textContent = forbidden
    ? "This page's content security policy forbids WebAssembly. token-budget needs script-src 'wasm-unsafe-eval'."
    : `The page could not start: ${message}`;
}
