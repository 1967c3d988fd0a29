/** A whole number as people read it. */
export const figure = (value: number): string => Math.round(value).toLocaleString("en-US");

/** `1 turn`, `2 turns`. */
export function quantity(value: number, one: string): string {
  return `${figure(value)} ${Math.round(value) === 1 ? one : `${one}s`}`;
}
