// Builds the tables of the encodings from the rank files in @dqbd/tiktoken.
//
// A byte-pair vocabulary is fully given by the pair (left, right) whose merge makes each token, so a table is these
// pairs in rank order: smaller than the bytes, and what the merge needs. Each token is encoded again from its bytes with
// the finished pairs and must come out as itself. Format: 6 byte planes (left low, mid, high; right low, mid, high) of n
// entries each; entries 0-255 hold one byte in the first plane; a rank without a token is all ones; then the
// safe-split filter (see assembly/tokenizer/text/safe-split.ts); then the list of tokens that decide about whole characters
// (see vocab/characters.mjs).
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { deflateRawSync } from "node:zlib";
import { characterTokens } from "./vocab/characters.mjs";
import { mergeHorizon } from "./vocab/horizon.mjs";
import { buildSafeSplit } from "./vocab/safe-split.mjs";

const require = createRequire(import.meta.url);
const HOLE = 0xffffff;

/** Tables by name, with the SHA-256 of the rank file's text they are made from. r50k_base is the head of p50k_base. */
const sources = {
  p50k_base: "e23ec98d5839a941c3f9b4542d16aa752a5c369ca073d6da3193cfa409290c7c",
  cl100k_base: "3d687fd92cd8fa61f6e26453365e1678e1c35674dd3fcb3d686235c46d16e118",
  o200k_base: "46095c39ad133184da5315ac91dd491f39901e6d89a05f58f24717fd7cbf0523",
};

function readRanks(name) {
  const { bpe_ranks: text } = JSON.parse(readFileSync(require.resolve(`@dqbd/tiktoken/encoders/${name}.json`), "utf8"));
  const digest = createHash("sha256").update(text).digest("hex");
  const tokens = [];
  for (const line of text.split("\n")) {
    const [, start, ...words] = line.split(" ");
    words.forEach((word, index) => {
      tokens[Number(start) + index] = Buffer.from(word, "base64");
    });
  }
  return { tokens: Array.from(tokens), digest };
}

/** The canonical pair of each token: what merging its bytes by rank joins last. */
function pairsOf(tokens) {
  const ranks = new Map(tokens.map((token, rank) => [token?.toString("latin1"), rank]));
  ranks.delete(undefined);
  return tokens.map((token, rank) => {
    if (!token || token.length === 1) return undefined;
    const text = token.toString("latin1");
    const ends = Array.from({ length: text.length + 1 }, (_, index) => index);
    for (;;) {
      let best = rank;
      let at = -1;
      for (let i = 0; i + 2 < ends.length; i++) {
        const merged = ranks.get(text.slice(ends[i], ends[i + 2]));
        if (merged !== undefined && merged < best) {
          best = merged;
          at = i;
        }
      }
      if (at < 0) break;
      ends.splice(at + 1, 1);
    }
    if (ends.length !== 3) throw new Error(`token ${rank} is not the merge of two tokens`);
    return [ranks.get(text.slice(0, ends[1])), ranks.get(text.slice(ends[1]))];
  });
}

/** Encodes bytes by the finished pairs alone, the slow and obvious way. */
function encodeByPairs(bytes, byteRank, pairRank) {
  const parts = [...bytes].map((byte) => byteRank[byte]);
  for (;;) {
    let best = Number.POSITIVE_INFINITY;
    let at = -1;
    for (let i = 0; i + 1 < parts.length; i++) {
      const merged = pairRank.get(parts[i] * 0x40000 + parts[i + 1]);
      if (merged !== undefined && merged < best) {
        best = merged;
        at = i;
      }
    }
    if (at < 0) return parts;
    parts.splice(at, 2, best);
  }
}

function checkRoundTrip(name, tokens, pairs) {
  const byteRank = new Array(256);
  tokens.slice(0, 256).forEach((token, rank) => {
    if (token.length !== 1) throw new Error(`${name}: rank ${rank} is not a single byte`);
    byteRank[token[0]] = rank;
  });
  const pairRank = new Map();
  pairs.forEach((pair, rank) => {
    if (pair) pairRank.set(pair[0] * 0x40000 + pair[1], rank);
  });
  tokens.forEach((token, rank) => {
    if (!token) return;
    const again = encodeByPairs(token, byteRank, pairRank);
    if (again.length !== 1 || again[0] !== rank) throw new Error(`${name}: token ${rank} does not encode to itself`);
  });
}

function planesOf(tokens, pairs) {
  const n = tokens.length;
  const planes = new Uint8Array(6 * n);
  for (let rank = 0; rank < n; rank++) {
    const [left, right] = rank < 256 ? [tokens[rank][0], 0] : (pairs[rank] ?? [HOLE, HOLE]);
    for (let byte = 0; byte < 3; byte++) {
      planes[byte * n + rank] = left >>> (8 * byte);
      planes[(3 + byte) * n + rank] = right >>> (8 * byte);
    }
  }
  return planes;
}

/** The sum by which a loaded table is told from a damaged one: the same steps as `tableSum` in assembly/tokenizer. */
function tableSum(table) {
  const K1 = 0x9e3779b97f4a7c15n;
  const K2 = 0xd6e8feb86659fd93n;
  const mix = (sum, word, factor, shift) => {
    const product = BigInt.asUintN(64, (sum ^ word) * factor);
    return product ^ (product >> shift);
  };
  let a = K1;
  let b = K2;
  let at = 0;
  for (; at + 16 <= table.length; at += 16) {
    a = mix(a, table.readBigUInt64LE(at), K2, 29n);
    b = mix(b, table.readBigUInt64LE(at + 8), K1, 31n);
  }
  for (; at < table.length; at++) a = BigInt.asUintN(64, (a ^ BigInt(table[at])) * K2);
  return BigInt.asUintN(64, (a ^ (b >> 7n)) + b);
}

mkdirSync(new URL("../build/vocab/", import.meta.url), { recursive: true });
mkdirSync(new URL("../src/tokenizer/vocab/", import.meta.url), { recursive: true });
const facts = {};
for (const [name, expected] of Object.entries(sources)) {
  const { tokens, digest } = readRanks(name);
  if (digest !== expected) throw new Error(`${name}: rank file has SHA-256 ${digest}, expected ${expected}`);
  const pairs = pairsOf(tokens);
  checkRoundTrip(name, tokens, pairs);
  const table = Buffer.concat([planesOf(tokens, pairs), buildSafeSplit(tokens), characterTokens(tokens)]);
  const packed = deflateRawSync(table, { level: 9 });
  writeFileSync(new URL(`../build/vocab/${name}.bin`, import.meta.url), table);
  writeFileSync(
    new URL(`../src/tokenizer/vocab/${name}.gen.ts`, import.meta.url),
    `// Generated by scripts/build-vocab.mjs: the table of ${name}, raw deflate, base64.\nexport const table: string =\n  "${packed.toString("base64")}";\n`,
  );
  facts[name] = {
    tokens: tokens.length,
    bytes: table.length,
    horizonBytes: mergeHorizon(tokens, pairs),
    sha256: createHash("sha256").update(table).digest("hex"),
    sum: tableSum(table).toString(),
  };
  console.log(`  ${name}: ${tokens.length} ranks, ${table.length} bytes, ${packed.length} deflated`);
}
writeFileSync(
  new URL("../src/tokenizer/tables.gen.ts", import.meta.url),
  `// Generated by scripts/build-vocab.mjs.
/** What is known of each table; \`sum\` is a 64-bit number in decimal digits. */
export const tables = ${JSON.stringify(facts, undefined, 2)} as const;
`,
);
