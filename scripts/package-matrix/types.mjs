import { spawnSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Compiles a consumer in TypeScript against the installed package; throws what the compiler says. */
export function checkTypes(folder, module, moduleResolution) {
  const name = `types-${moduleResolution}.ts`;
  cpSync(join(root, "test/package/fixtures/consumer.ts"), join(folder, name));
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022"];
  const lib = ["--lib", "es2023,esnext.disposable,dom,dom.iterable"];
  const way = ["--module", module, "--moduleResolution", moduleResolution];
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { status, stdout } = spawnSync(process.execPath, [tsc, ...options, ...lib, ...way, name], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stdout);
}
