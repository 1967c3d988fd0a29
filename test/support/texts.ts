import fc from "fast-check";

/** Fragments that pre-tokenizers, merges and grapheme rules treat unlike plain words. */
export const fragments: readonly string[] = [
  ...[
    "hello",
    " world",
    "The",
    "HTTPServer",
    "camelCase",
    "I'm",
    "we'LL",
    "don\u2019t",
    "it'\u017f",
    "I'\u212a",
    "'s",
    "'Re",
  ],
  ...[
    " ",
    "  ",
    "\t",
    "\n",
    "\r\n",
    "\n\n\n",
    " \n ",
    "\u00a0",
    "\u0085",
    "\u2028",
    "\u3000",
    "\ufeff",
    "\u200b",
    "        ",
  ],
  ...["1", "12", "123", "1234", "3.14", "٣٤٥", "①②", "Ⅷ", "½"],
  ...[".", ", ", "!?", "...", "//", "/", "\n//", "*/", "{}", "();\n", "=====", "----", "'", '"', "`", "_", "#", "\n/"],
  ...[
    "使",
    "使用",
    "日本語テキスト",
    "한국어",
    "你好，世界。",
    "สวัสดีครับ",
    "नमस्ते",
    "Привет",
    "العربية",
    "Ελληνικά",
    "ǅ",
    "ʰ",
    "ª",
  ],
  ...["使ABC", "使ABCd", "aB", "ABc", "éÉ", "e\u0301", "\u0301", "\u0301\u0302", ".\u0301", " \u0301", "a\u0301B"],
  ...["👍", "👩‍👩‍👧‍👦", "🇩🇪", "🇩🇪🇫🇷", "👍🏽", "❤️", "\u200d", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "𝒳", "𠀀", "\u{1f600}\u{1f600}"],
  ...["\ud800", "\udc00", "\udc00\ud800", "\u0000", "\u0001", "\u007f", "\ufffd", "\uffff"],
  ...[
    "<|endoftext|>",
    "<|",
    "|>",
    "<|fim_prefix|>",
    "__proto__",
    "constructor",
    "isPrototypeOf",
    "aaaaaaaa",
    "ACGT",
    "0x1f",
  ],
];

/** Strings spliced from such fragments and from any code units at all. */
export const splicedText = (maxParts = 12): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom(...fragments) },
        { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
        { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 4 }) },
        { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
      ),
      { maxLength: maxParts },
    )
    .map((parts) => parts.join(""));
