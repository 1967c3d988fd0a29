import type { RetentionOptions } from "../../src/index.ts";
import { retentionContract } from "./contract/retention.ts";
import { createRooms, type PrunableArchive } from "./contract/rooms.ts";
import { searchContract } from "./contract/search.ts";
import { storingContract } from "./contract/storing.ts";

/** What every archive has to do, whatever it stores in and wherever it runs: also in pages, so nothing here is Node's. */
export function archiveContract(name: string, open: (options?: RetentionOptions) => Promise<PrunableArchive>): void {
  const rooms = createRooms(open);
  storingContract(name, rooms);
  searchContract(name, rooms);
  retentionContract(name, rooms);
}
