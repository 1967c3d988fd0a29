import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import ts from "typescript";

export const root = resolve(import.meta.dirname, "../..");

/** All that a user can import by name, and what they can call on it. */
export interface PublicName {
  /** `createTokenizer`, `TokenBudgetManager.put`, `strategies.deduplicate`. */
  readonly name: string;
  readonly kind: "function" | "class" | "method" | "interface" | "type" | "value" | "property";
  readonly file: string;
  /** The class or interface of a member. */
  readonly owner: PublicName | undefined;
  /** Classes and interfaces whose docstrings stand for those that a member lacks. */
  readonly parents: readonly string[];
  /** Parameters that take numbers. */
  readonly numbers: readonly string[];
  /** Whether its own code throws, or calls a function `check...` that does. */
  readonly throws: boolean;
  /** The docstring without its tags. */
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** The sources that package.json's entries have their types from. */
const entries = (() => {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const typesOf = (entry: unknown): string[] =>
    typeof entry !== "object"
      ? []
      : Object.entries(entry!).flatMap(([key, value]) => (key === "types" ? [value as string] : typesOf(value)));
  return [...new Set(typesOf(exports))]
    .filter((file) => !file.includes("/vocab/"))
    .map((file) => relative("build/js", file).replace(/\.d\.ts$/, ".ts"));
})();

/** Makes a program of the package's entries and, if given, of one more file that is nowhere on disk; what is read is kept. */
export function createProgram(
  extra?: { readonly path: string; readonly text: string },
  known?: ts.Program,
): ts.Program {
  const { config } = ts.readConfigFile(join(root, "test/tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, join(root, "test"));
  const host = ts.createCompilerHost(options, true);
  if (extra !== undefined) {
    const { getSourceFile, fileExists, readFile } = host;
    host.fileExists = (path) => path === extra.path || fileExists(path);
    host.readFile = (path) => (path === extra.path ? extra.text : readFile(path));
    host.getSourceFile = (path, ...rest) =>
      path === extra.path
        ? ts.createSourceFile(path, extra.text, ts.ScriptTarget.ES2022, true)
        : getSourceFile.call(host, path, ...rest);
  }
  const files = entries.map((entry) => join(root, "src", entry));
  return ts.createProgram(extra === undefined ? files : [...files, extra.path], options, host, known);
}

export function publicNames(program: ts.Program): PublicName[] {
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const found: PublicName[] = [];
  const exportsOf = (module: ts.Symbol, prefix: string) => {
    for (const symbol of checker.getExportsOfModule(module)) {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      if (seen.has(target)) continue;
      seen.add(target);
      const declaration = target.declarations![0]!;
      if (ts.isSourceFile(declaration)) exportsOf(target, `${prefix}${symbol.name}.`);
      else found.push(...namesOf(declaration, `${prefix}${symbol.name}`));
    }
  };
  for (const entry of entries) {
    exportsOf(checker.getSymbolAtLocation(program.getSourceFile(join(root, "src", entry))!)!, "");
  }
  return found;
}

/** A declaration and its public members. */
function namesOf(declaration: ts.Declaration, name: string): PublicName[] {
  const own = described(declaration, name, kindOf(declaration), undefined);
  if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) return [own];
  const members: PublicName[] = [];
  for (const member of declaration.members) {
    if (member.name === undefined || ts.isPrivateIdentifier(member.name)) continue;
    const flags = ts.getCombinedModifierFlags(member as ts.Declaration);
    if (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) continue;
    const path = `${name}.${member.name.getText()}`;
    if (members.some((each) => each.name === path)) continue;
    members.push(described(member, path, kindOf(member), own));
  }
  return [own, ...members];
}

function kindOf(node: ts.Declaration): PublicName["kind"] {
  if (ts.isFunctionDeclaration(node)) return "function";
  if (ts.isClassDeclaration(node)) return "class";
  if (ts.isInterfaceDeclaration(node)) return "interface";
  if (ts.isTypeAliasDeclaration(node)) return "type";
  if (ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) return "method";
  if (ts.isVariableDeclaration(node)) return functionOf(node) === undefined ? "value" : "function";
  return "property";
}

/** The function of `const name = (...) => ...`, or its type where `const name: () => T = ...` says it. */
function functionOf(node: ts.VariableDeclaration): ts.SignatureDeclaration | undefined {
  const { initializer, type } = node;
  if (initializer !== undefined && ts.isArrowFunction(initializer)) return initializer;
  return type !== undefined && ts.isFunctionTypeNode(type) ? type : undefined;
}

function described(
  node: ts.Declaration,
  name: string,
  kind: PublicName["kind"],
  owner: PublicName | undefined,
): PublicName {
  const parts = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const signature = ts.isVariableDeclaration(node) ? functionOf(node) : node;
  const parameters = signature !== undefined && ts.isFunctionLike(signature) ? signature.parameters : [];
  const heritage = (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) && node.heritageClauses;
  return {
    name,
    kind,
    owner,
    file: relative(root, node.getSourceFile().fileName),
    parents: (heritage || []).flatMap((clause) => clause.types.map((type) => type.expression.getText())),
    numbers: parameters.filter(isNumber).map((each) => each.name.getText()),
    throws: signature !== undefined && ts.isFunctionLike(signature) && doesThrow(signature),
    description: parts.map((part) => ts.getTextOfJSDocComment(part.comment) ?? "").join("\n"),
    tags: parts
      .flatMap((part) => part.tags ?? [])
      .map((tag) => ({
        name: tag.tagName.text,
        text: `${ts.isJSDocParameterTag(tag) ? `${tag.name.getText()} ` : ""}${ts.getTextOfJSDocComment(tag.comment) ?? ""}`,
      })),
  };
}

const isNumber = ({ type, initializer }: ts.ParameterDeclaration) =>
  type?.kind === ts.SyntaxKind.NumberKeyword || (initializer !== undefined && ts.isNumericLiteral(initializer));

function doesThrow(node: ts.Node): boolean {
  if (ts.isThrowStatement(node)) return true;
  if (ts.isCallExpression(node) && /^check[A-Z]/.test(node.expression.getText())) return true;
  return ts.forEachChild(node, (child) => doesThrow(child) || undefined) ?? false;
}
