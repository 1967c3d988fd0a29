import { smallManager, text } from "./small-manager.ts";

/** A manager with something of everything. */
export async function busyManager(options = {}) {
  const small = smallManager({ onShortfall: "borrow", ...options });
  const { manager, clock } = small;
  await manager.putBatch("a", [
    { id: "one", text: text(20), group: "g", metadata: { n: [1, null] } },
    { id: "two", text: text(10), pinned: true },
  ]);
  manager.tryAllocate("a", 80);
  await manager.allocateTokens("a", 80);
  manager.reserve("b", 15, { id: "reply", ttlMs: 5000 });
  manager.reserve("b", 5, { ttlMs: Number.POSITIVE_INFINITY });
  clock.now += 1_800_000 / 1000;
  const child = manager.child("b", { tokens: 30, components: { only: { share: 1 } } });
  await child.put("only", { text: text(12) });
  child.reserve("only", 3, { id: "inner" });
  clock.now += 700;
  return { ...small, child };
}
