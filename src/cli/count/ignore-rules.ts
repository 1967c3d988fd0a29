/** Says whether a path below the folder of a .gitignore is ignored: true or false by the last rule that fits, else undefined. */
export type IgnoreRules = (path: string, isFolder: boolean) => boolean | undefined;

interface Rule {
  readonly pattern: RegExp;
  readonly foldersOnly: boolean;
  readonly ignores: boolean;
}

/**
 * The rules of a .gitignore file, as git reads them: comments, `!` for exceptions, a slash at the end for folders only, a
 * slash elsewhere for paths from the file's own folder, `*`, `?`, `[a-z]`, `**`.
 *
 * @example ignoreRules("*.log\n!keep.log")("a/x.log", false) // true
 */
export function ignoreRules(text: string): IgnoreRules {
  const rules = text.split(/\r?\n/).flatMap((line) => rule(line) ?? []);
  return (path, isFolder) => {
    const fitting = rules.findLast((each) => (isFolder || !each.foldersOnly) && each.pattern.test(path));
    return fitting?.ignores;
  };
}

function rule(line: string): Rule | undefined {
  if (line.startsWith("#")) return undefined;
  const trimmed = line.replace(/(?<!\\) +$/, "");
  const ignores = !trimmed.startsWith("!");
  const bare = trimmed.slice(ignores ? 0 : 1).replace(/^\\(?=[!#])/, "");
  const foldersOnly = bare.endsWith("/");
  const path = foldersOnly ? bare.slice(0, -1) : bare;
  if (path === "") return undefined;
  const anchored = path.includes("/");
  const source = expression(path.replace(/^\//, ""));
  try {
    return { pattern: new RegExp(`^${anchored ? "" : "(?:.*/)?"}${source}$`, "su"), foldersOnly, ignores };
  } catch {
    // A range such as [z-a] fits nothing, as in git.
    return undefined;
  }
}

const tokens = /\*\*\/|\/\*\*$|\*+|\?|\[(?:!|\^)?\]?(?:\\.|[^\]\\])*\]|\\.|[\s\S]/gu;

function expression(path: string): string {
  let source = "";
  for (const [token] of path.matchAll(tokens)) source += translated(token, source === "" || source.endsWith("/"));
  return source;
}

function translated(token: string, startsSegment: boolean): string {
  if (token === "**/" && startsSegment) return "(?:.*/)?";
  if (token === "**/") return "[^/]*/";
  if (token === "/**") return "/.*";
  if (token.startsWith("*")) return "[^/]*";
  if (token === "?") return "[^/]";
  if (token.length > 2 && token.startsWith("["))
    return `(?!/)${token.replace(/^\[!/, "[^").replace(/(?<!^)\[/g, "\\[")}`;
  const literal = token.startsWith("\\") && token.length > 1 ? token.slice(1) : token;
  return literal.replace(/[\\^$.*+?()[\]{}|/-]/gu, (char) =>
    char === "/" ? "/" : char === "-" ? "\\x2d" : `\\${char}`,
  );
}
