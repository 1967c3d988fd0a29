import type { HugeCost, HugeTask } from "../fresh/huge-input.ts";
import { inFreshProcess } from "../measure/fresh.ts";
import type { Figure, Suite } from "../suite.ts";

const mebibyte = 2 ** 20;

export const suite: Suite = {
  name: "memory",
  about: "o200k_base: WebAssembly memory after huge inputs, up to V8's longest string, each in a fresh process",
  async run(context) {
    const tasks: HugeTask[] = context.pick<HugeTask[], HugeTask[]>(
      [
        { kind: "longest string", bytes: null },
        { kind: "two-byte text", bytes: 300e6 },
        { kind: "random letters", bytes: 64e6 },
        { kind: "appended run", bytes: 64e6 },
      ],
      [{ kind: "two-byte text", bytes: 20e6 }],
    );
    const figures: Figure[] = [];
    for (const task of tasks) {
      const cost = await inFreshProcess<HugeCost>("huge-input", task, { timeoutMs: 180_000 });
      if (cost === undefined) throw new Error(`${task.kind} took over three minutes`);
      const { inputBytes, ms } = cost;
      figures.push({
        id: task.kind,
        value: cost.wasmBytes / mebibyte,
        unit: "MiB",
        better: "lower",
        target: { of: "value", max: 64 },
        detail: `${Math.round(inputBytes / 1e6)} MB of UTF-8, ${Math.round(inputBytes / ms / 1e3)} MB/s`,
        gate: "value",
      });
    }
    return figures;
  },
};
