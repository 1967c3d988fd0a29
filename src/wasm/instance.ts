import { TokenBudgetError } from "../errors.ts";

/** Engines of 2025 and later have it; TypeScript's library does not. */
interface FromBase64 {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** Bytes of base64 text; each way is synchronous, the first one is Node's and Bun's. */
export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  if (typeof Buffer === "function") {
    const buffer = Buffer.from(text, "base64");
    return new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset, buffer.byteLength);
  }
  const { fromBase64 } = Uint8Array as FromBase64;
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, text);
  const chars = atob(text);
  const bytes = new Uint8Array(chars.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = chars.charCodeAt(at);
  return bytes;
}

/** The smallest module that uses a vector instruction. */
const simdProbe = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];

/** This library's WebAssembly modules, by the names of their files. */
export type ModuleName = "tokenizer" | "ledger" | "similarity";

const provided = new Map<ModuleName, WebAssembly.Module>();

/** Hands over a module that was compiled elsewhere, where compiling from bytes is forbidden (workerd). */
export function provideModule(name: ModuleName, module: WebAssembly.Module): void {
  provided.set(name, module);
}

/**
 * Compiles one of this library's modules from its base64 code, or takes the one that was provided.
 *
 * @throws TokenBudgetError `NO_WASM_SIMD` where the engine lacks WebAssembly or its vector instructions;
 * `WASM_FORBIDDEN` where it may not compile (a page's content security policy).
 */
export function compileModule(name: ModuleName, code: string): WebAssembly.Module {
  const ready = provided.get(name);
  if (ready !== undefined) return ready;
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(Uint8Array.from(simdProbe)))
    throw new TokenBudgetError(
      "NO_WASM_SIMD",
      "this engine has no WebAssembly with SIMD (Node 16.4, Chrome 91, Firefox 89, Safari 16.4 have)",
    );
  const bytes = bytesOfBase64(code);
  try {
    return new WebAssembly.Module(bytes);
  } catch (cause) {
    throw new TokenBudgetError(
      "WASM_FORBIDDEN",
      "compiling WebAssembly is forbidden here: the content security policy of a page needs 'wasm-unsafe-eval'",
      {},
      cause,
    );
  }
}

/** Instantiates a module without imports and returns its exports. */
export function instantiate<Exports>(module: WebAssembly.Module): Exports {
  return new WebAssembly.Instance(module, {}).exports as Exports;
}

/** Whether an error is a trap inside WebAssembly: then the instance can't be trusted any more. */
export function isTrap(cause: unknown): boolean {
  return cause instanceof WebAssembly.RuntimeError;
}

/** The typed error for a trap; the caller has put a fresh instance in the place of the one that stopped. */
export function trapped(cause: unknown): TokenBudgetError {
  return new TokenBudgetError("WASM_TRAP", "the WebAssembly core stopped; a fresh one has taken its place", {}, cause);
}
