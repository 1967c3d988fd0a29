import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { benchFolder } from "../places.ts";
import type { OpenPeer, PeerTokenizer } from "./peer.ts";

const folder = join(benchFolder, "peers");
const notPeers = new Set(["load", "peer"]);

/** Names of the adapters beside this file: the tokenizers that ours is compared with. */
export const peerNames: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .filter((name) => !notPeers.has(name));

/** Imports a package installed in bench/peers; undefined where that package is not installed there. */
export async function importPeer(specifier: string): Promise<Record<string, unknown> | undefined> {
  const { importPackage } = await import(pathToFileURL(join(folder, "import.mjs")).href);
  try {
    return await importPackage(specifier);
  } catch (error) {
    if (isMissing(error, specifier)) return undefined;
    throw error;
  }
}

/**
 * Opens a new instance of a peer's tokenizer.
 *
 * @throws where the peer is installed and fails; returns undefined where it is not installed.
 */
export async function openPeer(name: string, encoding: string): Promise<PeerTokenizer | undefined> {
  const { open } = (await import(new URL(`./${name}.js`, import.meta.url).href)) as { open: OpenPeer };
  try {
    return await open(encoding, async (specifier) => {
      const found = await importPeer(specifier);
      if (found === undefined) throw new NotInstalled(specifier);
      return found;
    });
  } catch (error) {
    if (error instanceof NotInstalled) return undefined;
    throw error;
  }
}

/** The pinned versions, as package.json of bench/peers names them. */
export function pinnedVersions(): Record<string, string> {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).dependencies;
}

class NotInstalled extends Error {}

function isMissing(error: unknown, specifier: string): boolean {
  const { code, message } = error as { code?: string; message?: string };
  const packageName = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  return code === "ERR_MODULE_NOT_FOUND" && (message ?? "").includes(`'${packageName}'`);
}
