const ascii = /^[\0-\x7f]*$/;

/**
 * The form in which texts are compared: Unicode's compatibility form (full-width letters, ligatures and composed letters
 * fall together), lower case.
 */
export function normalizeForComparison(text: string): string {
  return (ascii.test(text) ? text : text.normalize("NFKC")).toLowerCase();
}
