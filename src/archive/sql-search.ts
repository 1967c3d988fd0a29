import type { SearchHit } from "./archive.ts";
import { refOf, summaryOf } from "./entry.ts";
import { type DocumentEntry, search } from "./search.ts";
import { wholeUnits } from "./segment.ts";
import { namespaceSpan, type SqlStore } from "./sql-store.ts";
import { decodeWtf8, encodeWtf8 } from "./wtf8.ts";

/** Searches one namespace. Words become quoted FTS5 strings, of letters, marks and digits only. */
export function searchSql(
  store: SqlStore,
  namespace: string,
  query: string,
  limit: number,
  component: string | undefined,
): readonly SearchHit[] {
  const space = store.namespace(namespace);
  if (space === undefined) return [];
  const first = space.id * namespaceSpan;
  const componentJson = component === undefined ? null : JSON.stringify(component);
  const source = {
    ...space,
    // FTS5's own bm25() reads all documents of all namespaces that have a word, so that other sessions would decide the
    // rank and the cost. Ours reads the newest of this namespace's range of rows, as one string of numbers. The casts
    // are needed: drivers bind numbers as reals, and FTS5 takes only integers for the borders of a range.
    postings(terms: readonly string[], count: number): readonly number[] {
      const { list } = store.one(
        `SELECT group_concat(rowid - CAST(?1 AS INTEGER)) AS list FROM (
           SELECT rowid FROM postings
           WHERE postings MATCH ?2 AND rowid BETWEEN CAST(?1 AS INTEGER) AND CAST(?3 AS INTEGER)
           ORDER BY rowid DESC LIMIT ?4)`,
        first,
        terms.map((term) => `"${term}"`).join(" AND "),
        first + namespaceSpan - 1,
        count,
      )!;
      return list === null ? [] : numbersOf(list as string);
    },
    entries: (documents: readonly number[]) =>
      documents.map((document): DocumentEntry | undefined => {
        const row = store.one(
          `SELECT e.key, e.info, e.archived_at, c.bytes FROM entries AS e
           JOIN documents AS d ON d.id = e.document JOIN contents AS c ON c.id = d.content
           WHERE e.document = ?1 AND (?2 IS NULL OR e.component = ?2)
           ORDER BY e.archived_at DESC, e.id DESC LIMIT 1`,
          first + document,
          componentJson,
        );
        if (row === undefined) return undefined;
        const summary = summaryOf(refOf(row.key as number), row.info as string, row.archived_at as number);
        return { summary, bytes: row.bytes as number };
      }),
    text: (document: number, units: number) => textFrom(store, first + document, 0, units),
    *parts(document: number, units: number) {
      for (let at = 0; ; ) {
        const part = textFrom(store, first + document, at, units);
        if (part === "") return;
        yield part;
        at += encodeWtf8(part).length;
      }
    },
  };
  return search(source, query, limit, component);
}

/** UTF-16 units of a document's text, from a byte that begins a character. */
function textFrom(store: SqlStore, document: number, fromByte: number, units: number): string {
  // A unit is at most three bytes; what the cut leaves of a character at the end is dropped.
  const row = store.one(
    `SELECT substr(c.text, ?2, ?3) AS text FROM documents AS d JOIN contents AS c ON c.id = d.content WHERE d.id = ?1`,
    document,
    fromByte + 1,
    units * 3,
  )!;
  const text = decodeWtf8(wholeCharacters((row.text as Uint8Array | null) ?? new Uint8Array()));
  return text.slice(0, wholeUnits(text, units));
}

/** The numbers of a list such as "64,32"; a few times as quick as splitting it. */
function numbersOf(list: string): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (let at = 0; at < list.length; at++) {
    const code = list.charCodeAt(at);
    if (code === 44) {
      numbers.push(number);
      number = 0;
    } else number = number * 10 + (code - 48);
  }
  numbers.push(number);
  return numbers;
}

function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  let back = 0;
  while (back < 4 && end > 0 && (bytes[end - 1]! & 0xc0) === 0x80) {
    end--;
    back++;
  }
  const lead = bytes[end - 1] ?? 0;
  const needs = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  return back === needs ? bytes : bytes.subarray(0, Math.max(0, end - 1));
}
