/** A counter that answers texts of capitals when told to, in any order. */
export function heldCounter() {
  const answers = new Map<string, () => void>();
  const countTokens = (counted: string) =>
    /[A-Z]/.test(counted)
      ? new Promise<number>((resolve) => answers.set(counted, () => resolve(counted.length)))
      : counted.length;
  return { countTokens, answer: (counted: string) => answers.get(counted)!() };
}
