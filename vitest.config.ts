import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**"],
    // Most take milliseconds; some start processes and pages, on machines that may be busy.
    testTimeout: 120_000,
    pool: "forks",
    reporters: ["default", "./test/support/closing-line.ts"],
    coverage: { include: ["src/**"] },
  },
});
