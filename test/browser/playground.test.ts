import { afterAll, beforeAll, describe } from "vitest";
import { hasChromium } from "../support/chromium.mjs";
import { accessTests } from "./playground/access.ts";
import { budgetTests } from "./playground/budget.ts";
import { type OpenPage, openPlayground, type Playground } from "./playground/page.ts";
import { partsTests } from "./playground/parts.ts";
import { serverTests } from "./playground/servers.ts";
import { textTests } from "./playground/text.ts";

describe.skipIf(!hasChromium("the playground is not opened"))("the playground", () => {
  let playground: Playground;
  /** Opened once, as loading a page costs more than most of what is tried on it; each test sets what it needs. */
  let desk: OpenPage;
  beforeAll(async () => {
    playground = await openPlayground();
    desk = await playground.open();
  }, 180_000);
  afterAll(async () => {
    await playground?.close();
  });

  describe("text", () => textTests(() => desk));
  describe("budget", () => budgetTests(() => desk));
  describe("parts", () => partsTests(() => desk));
  describe("access", () => accessTests(() => desk));
  describe("servers", () => serverTests(() => playground));
});
