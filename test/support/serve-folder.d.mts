export declare function serveFolder(folder: string): Promise<{ readonly url: string; close(): void }>;
