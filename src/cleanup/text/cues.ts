import { hashWord } from "./words.ts";

/** What a word tells about the sentence or line that it stands in, as bits. */
export const Cue = { none: 0, trouble: 1, matters: 2, noise: 4, common: 8 } as const;

const trouble =
  "error errors exception fatal fail fails failed failing failure failures panic panicked traceback denied undefined cannot " +
  "warning warnings invalid refused missing unexpected crash crashed broken timeout abort aborted 错误 失败 异常 エラー 失敗 " +
  "ошибка ошибки ошибку ошибок сбой त्रुटि विफल ข้อผิดพลาด ล้มเหลว 오류 실패 fehler erreur fallo";
const matters =
  "must should never always decide decided because therefore important fix fixed fixes root cause result results conclusion " +
  "summary note changed added removed todo required requires need needs final finally solution answer confirm confirmed " +
  "因此 重要 必须 注意 结果 结论 決定 結果 必要 важно поэтому нужно решили महत्वपूर्ण ज़रूरी ต้อง สำคัญ 중요 결과";
const noise = "debug trace info verbose";
const common =
  "the and for that this with from are was were has have had not but you your they their its our will would can could may " +
  "all any each been being than then there here when where which who what how into onto over such only also more most some " +
  "other out about after before just very one two does did done get got let use used";

let cues: Map<number, number> | undefined;

/** The cue of a word by its hash. English words that say nothing of a text's matter are `common`. */
export function cueOf(hash: number): number {
  cues ??= new Map(
    [
      [common, Cue.common],
      [noise, Cue.noise],
      [matters, Cue.matters],
      [trouble, Cue.trouble],
    ].flatMap(([words, cue]) => (words as string).split(" ").map((word) => [hashWord(word), cue as number] as const)),
  );
  return cues.get(hash) ?? Cue.none;
}

/** True for names such as `TypeError`, `IOException` and `DeprecationWarning`. */
export function namesTrouble(text: string, start: number, end: number): boolean {
  if (end - start < 8) return false;
  const last = text.charCodeAt(end - 1);
  if (last === 0x72) return text.startsWith("Error", end - 5);
  if (last === 0x6e) return text.startsWith("Exception", end - 9);
  return last === 0x67 && text.startsWith("Warning", end - 7);
}
