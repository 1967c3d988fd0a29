import ts from "typescript";

/** An example of a docstring, taken apart: code, and what is expected of it. */
export interface Example {
  /** As it stands in the docstring. */
  readonly text: string;
  /** The code with a call of `same` or `refuses` in the place of each expectation. */
  readonly checked: string;
  readonly expectations: number;
}

/** `expression // => value`: the value is equal in depth. `expression // throws CODE`: it throws that typed error. */
const expectation = /^[ \t]*;?[ \t]*(?:\n[ \t]*)?\/\/ (=>|throws) (.*(?:\n[ \t]*\/\/ {2,}.*)*)/;

export function readExample(text: string): Example {
  const source = ts.createSourceFile("example.ts", text, ts.ScriptTarget.ES2022, true);
  const pieces: string[] = [];
  let expectations = 0;
  let at = 0;
  for (const statement of source.statements) {
    const match = expectation.exec(text.slice(statement.end));
    if (match === null) continue;
    if (!ts.isExpressionStatement(statement)) throw new Error(`not an expression: ${statement.getText()}`);
    const [, kind, value] = match;
    const code = statement.expression.getText();
    const wanted = value!.replace(/\n[ \t]*\/\//g, " ").trim();
    pieces.push(text.slice(at, statement.getStart()));
    pieces.push(
      kind === "=>"
        ? `same(${code}, (${wanted}));`
        : `await refuses(async () => (${code}), ${JSON.stringify(wanted.split(" ")[0])});`,
    );
    at = statement.end;
    expectations++;
  }
  return { text, checked: pieces.join("") + text.slice(at), expectations };
}

/** Plain JavaScript of an example. */
export function toJavaScript(code: string): string {
  const target = ts.ScriptTarget.ES2022;
  return ts.transpileModule(code, { compilerOptions: { target, module: ts.ModuleKind.ESNext } }).outputText;
}
