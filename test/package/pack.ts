import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

export interface PackedFile {
  readonly path: string;
  readonly size: number;
}

/** A project that has the packed package installed, in a folder of its own. */
export interface Project {
  readonly folder: string;
  /** The package in the project's node_modules. */
  readonly installed: string;
  readonly files: readonly PackedFile[];
  readonly unpackedSize: number;
  remove(): void;
}

interface PackResult {
  readonly filename: string;
  readonly files: readonly PackedFile[];
  readonly unpackedSize: number;
}

/** Packs the built package and unpacks it where an installation would; its dependencies are this checkout's. */
export function installPacked(): Project {
  const folder = mkdtempSync(join(tmpdir(), "token-budget-package-"));
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const packed: unknown = JSON.parse(execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: "pipe" }));
  // npm answers with a list, newer ones with one entry a package.
  const [result] = Object.values(packed as Record<string, PackResult>);
  const installed = join(folder, "node_modules/token-budget");
  mkdirSync(installed, { recursive: true });
  const tarball = readdirSync(folder).find((file) => file.endsWith(".tgz"))!;
  execFileSync("tar", ["-xzf", join(folder, tarball), "-C", installed, "--strip-components=1"]);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  return {
    folder,
    installed,
    files: result!.files,
    unpackedSize: result!.unpackedSize,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
