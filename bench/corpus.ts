import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { benchFolder, projectFolder } from "./places.ts";

/** Real text by class: ../shared/corpus (or the folder BENCH_CORPUS) where present, otherwise the samples of bench/samples. */
export interface Corpus {
  readonly source: "shared corpus" | "samples";
  readonly classes: readonly string[];
  /** SHA-256 over names and contents of all classes. */
  readonly sha256: string;
  /** The whole text of a class. A class that the shared corpus lacks comes from the samples. @throws RangeError if unknown. */
  text(textClass: string): string;
}

const samplesFolder = join(benchFolder, "samples");
const sharedFolder = process.env.BENCH_CORPUS ?? join(projectFolder, "../shared/corpus");

const filesIn = (folder: string) =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith(".txt"))
        .map((file) => [file.slice(0, -".txt".length), join(folder, file)] as const)
    : [];

export function openCorpus(): Corpus {
  const shared = filesIn(sharedFolder);
  const files = new Map([...filesIn(samplesFolder), ...shared]);
  const texts = new Map<string, string>();
  const text = (textClass: string): string => {
    const file = files.get(textClass);
    if (file === undefined) throw new RangeError(`no text of class ${textClass}`);
    if (!texts.has(textClass)) texts.set(textClass, readFileSync(file, "utf8"));
    return texts.get(textClass)!;
  };
  const classes = [...files.keys()].sort();
  const hash = createHash("sha256");
  for (const name of classes) hash.update(`${name}\0${text(name)}\0`);
  return { source: shared.length > 0 ? "shared corpus" : "samples", classes, sha256: hash.digest("hex"), text };
}
