// The entry of Node, Bun and Deno: all of the common entry, and what needs threads or files.
export { createPooledCleanup, type PooledCleanupOptions, shareCleanupPool } from "./cleanup/pooled-cleanup.ts";
export * from "./index.ts";
