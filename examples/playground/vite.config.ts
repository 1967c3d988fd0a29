import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// The page imports the built package by its name, through its exports, as any page would.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  base: "./",
  // In development Vite brings styles in elements of its own; the built page needs no such exception.
  plugins: [
    {
      name: "policy-in-development",
      apply: "serve",
      transformIndexHtml: (html) => html.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'"),
    },
  ],
  // The package and the recorded sessions lie beside the page's folder.
  server: { fs: { allow: [fileURLToPath(new URL("../..", import.meta.url))] } },
  build: {
    target: "es2022",
    outDir: fileURLToPath(new URL("../../build/playground", import.meta.url)),
    emptyOutDir: true,
    // A vocabulary is one chunk of several hundred kB: it is loaded when its encoding is used.
    chunkSizeWarningLimit: 1_000,
  },
});
