import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    testTimeout: 30_000,
    pool: "forks",
    reporters: ["default", "./test/support/closing-line.ts"],
    coverage: { include: ["src/**"] },
  },
});
