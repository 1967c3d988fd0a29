import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { entryKey } from "../../src/archive/entry.ts";
import { portableSha256, sha256, sha256Hex, sha256Steps } from "../../src/archive/sha256.ts";
import { decodeWtf8, encodeWtf8 } from "../../src/archive/wtf8.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("SHA-256", () => {
  test.each([
    ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
  ])("the standard's example %j", (text, digest) => {
    expect(hex(portableSha256(new TextEncoder().encode(text)))).toBe(digest);
    expect(hex(sha256(new TextEncoder().encode(text)))).toBe(digest);
  });

  test("any length agrees with node:crypto, also in the middle of a buffer", () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => (at * 37) ^ (at >> 3));
    for (let length = 0; length <= 260; length++) {
      const part = bytes.subarray(7, 7 + length);
      expect(hex(portableSha256(part))).toBe(createHash("sha256").update(part).digest("hex"));
    }
  });

  test("texts of many steps agree with it too", () => {
    const bytes = Uint8Array.from({ length: 200_100 }, (_, at) => (at * 31) ^ (at >> 5));
    for (const length of [65_535, 65_536, 65_537, 131_072, 131_135, 200_000]) {
      const part = bytes.subarray(7, 7 + length);
      expect(hex(portableSha256(part))).toBe(createHash("sha256").update(part).digest("hex"));
    }
  });
});

/** The hash of a text's bytes by all steps, and how many those were. */
function hashed(text: string) {
  const steps = sha256Steps(text);
  for (let count = 1; ; count++) {
    const { done, value } = steps.next();
    if (done) return { hash: value.hash, bytes: value.bytes, steps: count };
  }
}

describe("SHA-256 of a text in steps", () => {
  const digest = (text: string) => createHash("sha256").update(encodeWtf8(text)).digest("hex");
  const texts = ["", "abc", "\u00e9".repeat(65_536), `${"a".repeat(65_535)}\u{1f600}b`, "\ud83d".repeat(70_001)];
  const wanted = texts.map((text) => ({
    hash: digest(text),
    bytes: encodeWtf8(text).length,
    steps: Math.max(1, Math.ceil(text.length / 16_384)),
  }));

  test("is that of all its bytes, by the platform's code", () => {
    expect(texts.map(hashed)).toEqual(wanted);
  });

  test("and by our own, where the platform has none", async () => {
    vi.resetModules();
    const portable = await import("../../src/archive/sha256.ts");
    vi.stubGlobal("process", { getBuiltinModule: undefined });
    const found = texts.map((text) => {
      const steps = portable.sha256Steps(text);
      let step = steps.next();
      while (!step.done) step = steps.next();
      return step.value.hash;
    });
    vi.unstubAllGlobals();
    expect(found).toEqual(wanted.map(({ hash }) => hash));
    const bytes = Uint8Array.from({ length: 500 }, (_, at) => at * 7);
    for (let cut = 0; cut <= 200; cut += 3) {
      const hasher = new portable.PortableSha256();
      for (const part of [bytes.subarray(0, cut), bytes.subarray(cut, 2 * cut), bytes.subarray(2 * cut)])
        hasher.update(part);
      expect(hex(hasher.digest())).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
  });
});

describe("WTF-8", () => {
  const anyUnits = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 40 });
  const edgeUnits = fc.string({
    unit: fc.constantFrom("\ud800", "\udbff", "\udc00", "\udfff", "\ud7ff", "\ue000", "\ufeff", "\0", "a", "é", "😀"),
    maxLength: 12,
  });

  test("every string comes back, and only equal strings have equal bytes", () => {
    const seen = new Map<string, string>();
    fc.assert(
      fc.property(fc.oneof(anyUnits, edgeUnits), (text) => {
        const bytes = encodeWtf8(text);
        expect(decodeWtf8(bytes)).toBe(text);
        expect(seen.get(hex(bytes)) ?? text).toBe(text);
        seen.set(hex(bytes), text);
      }),
      { numRuns: 3_000 },
    );
  });

  test("a well-formed string is its UTF-8", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(hex(encodeWtf8(text))).toBe(Buffer.from(text, "utf8").toString("hex"));
      }),
    );
  });

  test("lone surrogates are the three bytes of their code", () => {
    expect(hex(encodeWtf8("a\ud800"))).toBe("61eda080");
    expect(hex(encodeWtf8("\udfffa"))).toBe("edbfbf61");
    expect(hex(encodeWtf8("\ud83d\ude00\ude00"))).toBe("f09f9880edb880");
  });
});

describe("keys", () => {
  const anyUnits = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 60 });
  const digest = (...parts: readonly Uint8Array[]) => createHash("sha256").update(Buffer.concat(parts)).digest("hex");

  test("the hash of a text is that of its bytes, whether well-formed or not", () => {
    fc.assert(
      fc.property(fc.oneof(anyUnits, fc.string({ unit: "binary", maxLength: 60 })), (text) => {
        const bytes = encodeWtf8(text);
        expect(hashed(text)).toEqual({ hash: digest(bytes), bytes: bytes.length, steps: 1 });
        expect(sha256Hex(bytes)).toBe(digest(bytes));
      }),
    );
  });

  test("a key is the first 52 bits of the hash of a hash and what is said of the entry, of any length", () => {
    fc.assert(
      fc.property(anyUnits, fc.integer({ min: 0, max: 200 }), fc.nat(2), (info, times, attempt) => {
        const about = info.repeat(times);
        const content = digest(encodeWtf8(info));
        const expected = digest(Buffer.from(content, "hex"), encodeWtf8(attempt === 0 ? about : `${about}${attempt}`));
        const key = Number.parseInt(expected.slice(0, 13), 16);
        expect(entryKey(content, about, attempt)).toBe(key);
        expect(entryKey(Buffer.from(content, "hex"), about, attempt)).toBe(key);
      }),
    );
  });
});
