import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { SqliteArchive } from "../../src/index.ts";
import { archiveContract } from "./contract.ts";

const folder = mkdtempSync(join(tmpdir(), "token-budget-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

archiveContract("SqliteArchive", (options) => SqliteArchive.open(join(folder, `${files++}.db`), options));
