import type { ItemInput } from "../manager/item.ts";
import type { Origin } from "./conversation.ts";
import type { FoundPart, Media, PartSpec } from "./format.ts";
import { isRecord, type Json, type Path, stringAt } from "./json.ts";

/**
 * The part that stands for an image, a file or a sound. Its text is a short description that the model never sees; the
 * bytes stay in the message and are never counted as text. What it costs is in {@link Media}, by the provider's rule.
 */
export function mediaPart(media: Media, path: Path, kind: FoundPart["kind"], rest: Partial<FoundPart> = {}): FoundPart {
  const size = media.width === undefined ? "" : ` ${media.width}x${media.height}`;
  const text = `[${media.type}${size}]`;
  return { path, as: "opaque", unit: [path], kind, text, placeholder: text, media, ...rest };
}

/**
 * The image, file or sound that an item stands for, where it is one: its text costs less than what the model is sent.
 * Cost: a look-up.
 * @example
 * const url = "https://example.org/a.png";
 * const content = [{ type: "image_url", image_url: { url, detail: "low" } }];
 * const [item] = new MessageReader("openai-chat").message({ role: "user", content });
 * mediaOf(item!)?.type; // => "image"
 */
export function mediaOf(item: Pick<ItemInput, "metadata">): Media | undefined {
  const { origin, part } = (item.metadata ?? {}) as { readonly origin?: Partial<Origin>; readonly part?: number };
  const spec = origin?.parts?.[part ?? -1] as unknown as PartSpec | undefined;
  return spec?.as === "opaque" ? spec.media : undefined;
}

/** What can be known of an image without decoding it: its size in pixels from the first bytes, its length. */
export function imageMedia(source: Json, detail?: string): Media {
  const data = base64Of(source);
  const size = data === undefined ? undefined : imageSize(headOf(data));
  return {
    type: "image",
    ...(detail !== undefined && { detail }),
    ...(size !== undefined && { width: size[0], height: size[1] }),
    ...(data !== undefined && { bytes: Math.floor((data.length * 3) / 4) }),
  };
}

/** A file by its media type and its base64, where there is one. */
export function fileMedia(mediaType: string | undefined, source: Json): Media {
  if (mediaType?.startsWith("image/")) return imageMedia(source);
  const data = base64Of(source);
  const type = mediaType === "application/pdf" ? "pdf" : mediaType?.startsWith("audio/") ? "audio" : "file";
  return { type, ...(data !== undefined && { bytes: Math.floor((data.length * 3) / 4) }) };
}

function base64Of(source: Json): string | undefined {
  const text = typeof source === "string" ? source : isRecord(source) ? stringAt(source, "data") : undefined;
  if (text === undefined || /^(https?|gs|file):/i.test(text.slice(0, 8))) return undefined;
  const comma = text.startsWith("data:") ? text.indexOf(",") + 1 : 0;
  return text.slice(comma);
}

/** The first bytes of a base64 text: enough for the size in PNG, GIF and WebP, and for JPEG unless a large profile precedes it. */
function headOf(base64: string): Uint8Array {
  const chars = base64.slice(0, 64 * 1024).replace(/[^A-Za-z0-9+/]/g, "");
  try {
    return Uint8Array.from(atob(chars.slice(0, chars.length - (chars.length % 4))), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Width and height from the header of a PNG, GIF, WebP or JPEG. */
export function imageSize(head: Uint8Array): readonly [width: number, height: number] | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const ascii = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (head.length >= 24 && ascii(1, 4) === "PNG") return [view.getUint32(16), view.getUint32(20)];
  if (head.length >= 10 && ascii(0, 3) === "GIF") return [view.getUint16(6, true), view.getUint16(8, true)];
  if (head.length >= 30 && ascii(0, 4) === "RIFF" && ascii(8, 12) === "WEBP") return webpSize(view, ascii(12, 16));
  if (head.length >= 4 && head[0] === 0xff && head[1] === 0xd8) return jpegSize(view);
  return undefined;
}

function webpSize(view: DataView, chunk: string): readonly [number, number] | undefined {
  if (chunk === "VP8 ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (chunk === "VP8L") {
    const bits = view.getUint32(21, true);
    return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
  }
  if (chunk !== "VP8X") return undefined;
  const at24 = (offset: number) => view.getUint16(offset, true) | (view.getUint8(offset + 2) << 16);
  return [at24(24) + 1, at24(27) + 1];
}

/** The frame header is the first marker C0–CF that is no table (C4, C8, CC). */
function jpegSize(view: DataView): readonly [number, number] | undefined {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}
