import { type EstimatedTokens, hasNewerTokenizer, rounded } from "./estimate.ts";
import type { Media } from "./format.ts";

/** Images of models that see tiles of 512 pixels: a base, and so much for each tile. */
const tiles: readonly (readonly [model: RegExp, base: number, tile: number])[] = [
  [/gpt-4o-mini/, 2833, 5667],
  [/^o1|^o3/, 75, 150],
  [/gpt-5/, 70, 140],
  [/./, 85, 170],
];

/** Models that see patches of 32 pixels, at most 1,536 of them, times a factor. */
const patches: readonly (readonly [model: RegExp, factor: number])[] = [
  [/gpt-(4\.1|5)-mini/, 1.62],
  [/gpt-(4\.1|5)-nano/, 2.46],
  [/o4-mini/, 1.72],
];
const patchesMost = 1536;

/**
 * What an image, file or sound costs by its provider's published rule. Never its base64 as text. Where the rule needs
 * what the message does not tell (an image's size behind a URL, a file's pages), the bounds are those of the rule.
 *
 * - OpenAI: `detail: "low"` is the base alone; else the image is fitted into 2,048 × 2,048, its short side to 768, and
 *   each tile of 512 counts (gpt-4o: 85 + 170 a tile); models of the 4.1-mini kind count patches of 32 instead.
 * - Claude: ⌈width / 28⌉ × ⌈height / 28⌉, at most 1,568 (4,784 from Opus 4.7 on).
 * - Gemini: 258 where both sides are at most 384, else 258 for each tile of 768.
 * - PDF: 1,500 to 3,000 a page, with a page for 50 kB as the likely, one page as the least, and one for 3 kB as the most.
 * - Sound: 10 to 32 tokens a second, at 32 kB a second. Other files: at most a token for 2 bytes.
 *
 * Cost: some arithmetic. Sizes are in pixels, `bytes` of the file itself.
 * @example mediaTokens({ type: "image", width: 1024, height: 1024 }, "gpt-4o").tokens; // => 765
 */
export function mediaTokens(media: Media, model: string): EstimatedTokens {
  const bytes = media.bytes ?? 0;
  switch (media.type) {
    case "image":
      return imageTokens(media, model.toLowerCase());
    case "pdf":
      return rounded([1500, 2250 * Math.max(1, bytes / 50_000), 3000 * Math.max(1, bytes / 3000)]);
    case "audio":
      return rounded([(bytes / 32_000) * 10, (bytes / 32_000) * 20, (bytes / 32_000) * 32]);
    case "file":
      return rounded([0, bytes / 4, bytes / 2]);
  }
}

function imageTokens(media: Media, model: string): EstimatedTokens {
  const rule = /claude|opus|sonnet|haiku/.test(model) ? claudeImage : /gemini/.test(model) ? geminiImage : openaiImage;
  const { width, height } = media;
  if (width !== undefined && height !== undefined && width > 0 && height > 0) {
    const exact = rule(width, height, model, media.detail === "low");
    const least = media.detail === "low" || media.detail === "high" ? exact : rule(width, height, model, true);
    return rounded([Math.min(least, exact), exact, exact]);
  }
  if (media.detail === "low")
    return rounded([rule(1, 1, model, true), rule(512, 512, model, true), rule(512, 512, model, true)]);
  return rounded([rule(1, 1, model, true), rule(1024, 1024, model, false), rule(2048, 4096, model, false)]);
}

function claudeImage(width: number, height: number, model: string): number {
  const newer = hasNewerTokenizer(model);
  const scale = Math.min(1, (newer ? 2576 : 1568) / Math.max(width, height));
  const count = Math.ceil((width * scale) / 28) * Math.ceil((height * scale) / 28);
  return Math.min(count, newer ? 4784 : 1568);
}

function geminiImage(width: number, height: number): number {
  return width <= 384 && height <= 384 ? 258 : 258 * Math.ceil(width / 768) * Math.ceil(height / 768);
}

function openaiImage(width: number, height: number, model: string, isLow: boolean): number {
  const factor = patches.find(([pattern]) => pattern.test(model))?.[1];
  if (factor !== undefined) return Math.ceil(patchCount(width, height) * factor);
  const [, base, tile] = tiles.find(([pattern]) => pattern.test(model))!;
  if (isLow) return base;
  const fit = Math.min(1, 2048 / Math.max(width, height));
  const short = Math.min(1, 768 / (Math.min(width, height) * fit));
  const across = Math.ceil((width * fit * short) / 512);
  const down = Math.ceil((height * fit * short) / 512);
  return base + tile * across * down;
}

/** Patches that cover the image, after it was shrunk to whole patches within the most. */
function patchCount(width: number, height: number): number {
  const count = Math.ceil(width / 32) * Math.ceil(height / 32);
  if (count <= patchesMost) return count;
  const shrink = Math.sqrt((patchesMost * 32 * 32) / (width * height));
  const across = (width * shrink) / 32;
  const down = (height * shrink) / 32;
  const whole = Math.min(Math.floor(across) / across, Math.floor(down) / down);
  return Math.min(patchesMost, Math.ceil(across * whole) * Math.ceil(down * whole));
}
