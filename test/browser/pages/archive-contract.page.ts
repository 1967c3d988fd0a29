import { OpfsArchive } from "../../../src/archive/opfs-archive.ts";
import { archiveContract } from "../../archive/contract.ts";
import { runTests } from "./run-tests.ts";

let opened = 0;
Object.assign(globalThis, {
  outcome: runTests(() =>
    archiveContract("OpfsArchive", (options) => OpfsArchive.open(`contract-${opened++}`, options)),
  ),
});
