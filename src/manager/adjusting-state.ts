import type { ComponentState } from "./component-state.ts";

/** Cap that one component has lent to another. It comes back when its lender needs it. */
export interface Loan {
  readonly lender: ComponentState;
  readonly borrower: ComponentState;
  tokens: number;
}

/** A rule that has moved cap, or still has to. */
export interface RuleState {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  share: number;
  /** Tokens that should be moved from the base, and that are. */
  wanted: number;
  moved: number;
  firedAt: number;
  /** When its cause was last seen. */
  seenAt: number;
  reason: string;
}

/** Rules and loans in force. Made with the first of either. */
export class Adjusting {
  readonly rules = new Map<string, RuleState>();
  /** Those whose rest waits for a cleanup that is under way. */
  readonly cleanedFor = new Set<RuleState>();
  loans: Loan[] = [];

  lend(lender: ComponentState, borrower: ComponentState, tokens: number): void {
    const loan = this.loans.find((each) => each.lender === lender && each.borrower === borrower);
    if (loan === undefined) this.loans.push({ lender, borrower, tokens });
    else loan.tokens += tokens;
  }

  repay(loan: Loan, tokens: number): void {
    loan.tokens -= tokens;
    if (loan.tokens === 0) this.loans = this.loans.filter((each) => each !== loan);
  }

  loansOf(lender: ComponentState): readonly Loan[] {
    return this.loans.filter((loan) => loan.lender === lender);
  }

  lentBy(state: ComponentState): number {
    return this.loansOf(state).reduce((sum, loan) => sum + loan.tokens, 0);
  }

  borrowedBy(state: ComponentState): number {
    return this.loans.filter((loan) => loan.borrower === state).reduce((sum, loan) => sum + loan.tokens, 0);
  }
}
