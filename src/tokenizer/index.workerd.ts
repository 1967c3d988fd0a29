// The tokenizer's entry in workerd: see index.workerd.ts in the folder above.
import tokenizer from "../../wasm/tokenizer.wasm";
import { provideModule } from "../wasm/instance.ts";

provideModule("tokenizer", tokenizer);

export * from "./index.ts";
