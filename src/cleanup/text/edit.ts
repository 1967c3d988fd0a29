import { TextBuilder } from "./lines.ts";

/** The result of an edit: `changed` is false where `text` is the very text that came in. */
export interface TextEdit {
  readonly text: string;
  readonly changed: boolean;
}

/** A stretch of a text and what stands in its place. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

/** Applies replacements, which rise and do not overlap. */
export function replaceAt(text: string, replacements: readonly Replacement[]): string {
  if (replacements.length === 0) return text;
  const parts = new TextBuilder();
  let kept = 0;
  for (const { start, end, by } of replacements) {
    parts.push(text.slice(kept, start));
    parts.push(by);
    kept = end;
  }
  parts.push(text.slice(kept));
  return parts.text();
}
