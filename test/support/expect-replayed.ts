import { expect } from "vitest";
import type { ReplayedBudget, UtilizationReport } from "../../src/index.ts";

/** The accounts that a journal was replayed to are those that the manager reports; means to so many digits of a percentage. */
export function expectReplayed(replayed: ReplayedBudget, report: UtilizationReport, digits: number): void {
  for (const [id, row] of Object.entries(report.components)) {
    const { cap, used, reserved, peak, exhaustions, grants, meanUse } = replayed.accounts[id]!;
    expect([id, cap, used, reserved, peak, exhaustions, grants]).toEqual([
      id,
      row.allocated,
      row.used,
      row.reserved,
      row.peak,
      row.exhaustions,
      row.grants,
    ]);
    expect(100 * meanUse).toBeCloseTo(row["meanUtilization%"], digits);
  }
}
