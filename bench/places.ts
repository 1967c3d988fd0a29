import { fileURLToPath } from "node:url";

/** The project's folder, seen from build/bench. */
export const projectFolder = fileURLToPath(new URL("../..", import.meta.url));
/** The sources of the benchmarks: samples, peers, gates and results are read and written there, not in build/. */
export const benchFolder = fileURLToPath(new URL("../../bench", import.meta.url));
/** The compiled benchmarks. */
export const compiledFolder = fileURLToPath(new URL(".", import.meta.url));
