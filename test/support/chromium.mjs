import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** The Chromium of this machine: the one that CHROMIUM names, else an installed one; undefined where there is none. */
export const chromiumPath = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

/** Asks nobody for anything: no update, no sign-in, no experiment of its maker's. Needs no display. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium; who starts it closes it. */
export const launchChromium = () => chromium.launch(options());

/** The same with a profile in `folder`, which keeps what pages store until the next start. */
export const openProfile = (folder) => chromium.launchPersistentContext(folder, options());

function options() {
  if (chromiumPath === undefined) throw new Error("no Chromium: set CHROMIUM, or install Debian's chromium");
  return { executablePath: chromiumPath, headless: true, args: quiet };
}

/** True where there is a Chromium; else a line says what is skipped. */
export function hasChromium(what) {
  if (chromiumPath === undefined) console.warn(`skipped: no Chromium is installed, so ${what}`);
  return chromiumPath !== undefined;
}
