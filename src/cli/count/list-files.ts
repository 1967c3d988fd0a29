import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { exitCodes, Failure } from "../failure.ts";
import { type IgnoreRules, ignoreRules } from "./ignore-rules.ts";

export interface ListedFile {
  readonly path: string;
  readonly bytes: number;
}

export interface Listing {
  readonly files: readonly ListedFile[];
  /** Files and folders that a .gitignore excludes; what lies in such a folder is not looked at. */
  readonly ignored: number;
  readonly unreadable: readonly string[];
}

/** Folders of version control, which git itself never looks into. */
const alwaysIgnored = new Set([".git", ".hg", ".svn", ".jj"]);

interface Scope {
  /** The folder of the .gitignore. */
  readonly folder: string;
  readonly rules: IgnoreRules;
}

/**
 * The files to count, in the order of the arguments and by name within folders. A file that is named is taken whatever
 * it is; in folders, .gitignore files apply (those above, up to the repository's root, too). Links to folders are not
 * followed.
 *
 * @throws Failure where an argument is not there.
 */
export function listFiles(paths: readonly string[]): Listing {
  const files: ListedFile[] = [];
  const unreadable: string[] = [];
  let ignored = 0;

  const walk = (folder: string, scopes: readonly Scope[]): void => {
    const inner = withRulesOf(folder, scopes);
    for (const entry of entriesOf(folder, unreadable)) {
      const path = join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (!isFolder && !entry.isFile()) continue;
      if (alwaysIgnored.has(entry.name) || isIgnored(path, isFolder, inner)) ignored++;
      else if (isFolder) walk(path, inner);
      else add(path);
    }
  };
  const add = (path: string): void => {
    try {
      files.push({ path, bytes: statSync(path).size });
    } catch {
      unreadable.push(path);
    }
  };

  for (const path of new Set(paths)) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) throw new Failure(`${path}: no such file or folder`, exitCodes.input);
    if (stats.isDirectory()) walk(path, scopesAbove(path));
    else add(path);
  }
  return { files, ignored, unreadable };
}

function entriesOf(folder: string, unreadable: string[]) {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    unreadable.push(folder);
    return [];
  }
}

function withRulesOf(folder: string, scopes: readonly Scope[]): readonly Scope[] {
  const file = join(folder, ".gitignore");
  if (!existsSync(file)) return scopes;
  try {
    return [...scopes, { folder: resolve(folder), rules: ignoreRules(readFileSync(file, "utf8")) }];
  } catch {
    return scopes;
  }
}

/** The .gitignore files of the folders above, where they are in a repository. */
function scopesAbove(path: string): readonly Scope[] {
  const above: string[] = [];
  let folder = resolve(path);
  while (!existsSync(join(folder, ".git"))) {
    const parent = dirname(folder);
    if (parent === folder) return [];
    above.unshift(parent);
    folder = parent;
  }
  return above.reduce<readonly Scope[]>((scopes, each) => withRulesOf(each, scopes), []);
}

/** The innermost .gitignore with a rule that fits decides. */
function isIgnored(path: string, isFolder: boolean, scopes: readonly Scope[]): boolean {
  const full = resolve(path);
  for (const { folder, rules } of scopes.toReversed()) {
    const verdict = rules(relative(folder, full).split(sep).join("/"), isFolder);
    if (verdict !== undefined) return verdict;
  }
  return false;
}

/** What to call the kind of a file in totals: its extension, or its name where it has none. */
export function kindOf(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot).toLowerCase() : name;
}
