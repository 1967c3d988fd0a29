// A process of its own in the suite "memory": counts one huge input and looks at the memory of every WebAssembly instance.
import { constants } from "node:buffer";
import { openCorpus } from "../corpus.ts";
import { worstInput } from "../worst-inputs.ts";

export interface HugeTask {
  readonly kind: "longest string" | "two-byte text" | "random letters" | "appended run";
  /** Bytes of UTF-8, about; "longest string" takes the longest that this V8 has, where this is Infinity (null in JSON). */
  readonly bytes: number | null;
}

export interface HugeCost {
  readonly wasmBytes: number;
  readonly ms: number;
  readonly inputBytes: number;
}

const { kind, bytes } = JSON.parse(process.argv[2]!) as HugeTask;
const memories = new Set<WebAssembly.Memory>();
watchMemories();

const { createTokenizer } = await import("token-budget");
const tokenizer = await createTokenizer("o200k_base");
const text = input();
const startedMs = performance.now();
if (kind === "appended run") {
  const counter = tokenizer.counter();
  for (let start = 0; start < text.length; start += 65_536) counter.append(text.slice(start, start + 65_536));
} else tokenizer.count(text);
const ms = performance.now() - startedMs;
const wasmBytes = [...memories].reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
if (wasmBytes === 0) throw new Error("no WebAssembly memory was seen");
const cost: HugeCost = { wasmBytes, ms, inputBytes: Buffer.byteLength(text) };
console.log(JSON.stringify(cost));

function input(): string {
  if (kind === "longest string") return "a".repeat(bytes ?? constants.MAX_STRING_LENGTH);
  if (kind === "random letters") return worstInput("random letters", bytes!);
  if (kind === "appended run") return "=".repeat(bytes!);
  const text = openCorpus().text("zh");
  return text.repeat(Math.ceil(bytes! / Buffer.byteLength(text)));
}

/** Notes every memory that an instance exports or is given, in whatever way it is made. */
function watchMemories(): void {
  const { Instance, instantiate } = WebAssembly;
  const note = (instance: WebAssembly.Instance): WebAssembly.Instance => {
    for (const value of Object.values(instance.exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
    }
    return instance;
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct: (target, [module, imports]) => note(new target(module, imports)),
  });
  WebAssembly.instantiate = (async (source: WebAssembly.Module, imports?: WebAssembly.Imports) => {
    const made = (await instantiate(source, imports)) as
      | WebAssembly.Instance
      | WebAssembly.WebAssemblyInstantiatedSource;
    note("instance" in made ? made.instance : made);
    return made;
  }) as typeof WebAssembly.instantiate;
}
