// The entry of workerd, which forbids compiling from bytes: WebAssembly comes as modules that the deployment compiled.
import ledger from "../wasm/ledger.wasm";
import similarity from "../wasm/similarity.wasm";
import tokenizer from "../wasm/tokenizer.wasm";
import { provideModule } from "./wasm/instance.ts";

provideModule("ledger", ledger);
provideModule("similarity", similarity);
provideModule("tokenizer", tokenizer);

export * from "./index.ts";
