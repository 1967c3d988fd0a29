// The ledger's entry in workerd: see index.workerd.ts in the folder above.
import ledger from "../../wasm/ledger.wasm";
import { provideModule } from "../wasm/instance.ts";

provideModule("ledger", ledger);

export * from "./index.ts";
