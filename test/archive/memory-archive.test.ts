import { MemoryArchive } from "../../src/index.ts";
import { archiveContract } from "./contract.ts";

archiveContract("MemoryArchive", async (options) => new MemoryArchive(options));
