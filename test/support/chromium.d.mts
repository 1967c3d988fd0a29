import type { Browser, BrowserContext } from "playwright-core";

export declare const chromiumPath: string | undefined;
export declare function launchChromium(): Promise<Browser>;
export declare function openProfile(folder: string): Promise<BrowserContext>;
export declare function hasChromium(what: string): boolean;
