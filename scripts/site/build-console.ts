import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { type BuildOptions, context, type OutputFile } from "esbuild";

import type { Files } from "./sync-folder.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The folder of the console's scripts and style, below the folder of static files. */
const ASSETS = "console/assets";

const OPTIONS: BuildOptions = {
  absWorkingDir: ROOT,
  entryPoints: { app: "console/app.tsx", style: "console/style.css" },
  outdir: `dist/${ASSETS}`,
  publicPath: `/${ASSETS}/`,
  bundle: true,
  splitting: true,
  minify: true,
  write: false,
  format: "esm",
  target: "es2024",
  jsx: "automatic",
  jsxImportSource: "preact",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  logLevel: "silent",
  // The parser of pdf.js runs in a worker: a file of its own, imported by its address.
  plugins: [
    {
      name: "worker-of-pdfjs",
      setup: (build) => {
        build.onLoad({ filter: /pdf\.worker\.min\.mjs$/ }, async ({ path }) => ({
          contents: await readFile(path),
          loader: "file",
        }));
      },
    },
  ],
};

/** A build of the console that can be repeated, each time in a few hundredths of a second. */
export type ConsoleBuild = {
  /** Builds the console from its sources as they are now. Throws if they have an error. */
  readonly build: () => Promise<Files>;
  readonly end: () => Promise<void>;
};

/** Begins builds of the console. */
export async function openConsoleBuild(): Promise<ConsoleBuild> {
  const builder = await context(OPTIONS);
  return {
    build: async () => {
      const { outputFiles = [] } = await builder.rebuild();
      return toFiles(outputFiles);
    },
    end: () => builder.dispose(),
  };
}

/** Builds the console once: its page and its files, by their paths in the folder of static files. */
export async function buildConsole(): Promise<Files> {
  const { build, end } = await openConsoleBuild();
  try {
    return await build();
  } finally {
    await end();
  }
}

function toFiles(outputs: readonly OutputFile[]): Files {
  const named = outputs.map(({ path, contents }) => ({
    path: path.slice(path.indexOf(ASSETS)).replaceAll("\\", "/"),
    contents,
  }));
  const find = (pattern: RegExp) => {
    const found = named.find(({ path }) => pattern.test(path));
    if (!found) throw new Error(`esbuild made no file like ${pattern} of console/.`);
    return `/${found.path}`;
  };
  const page = readFileSync(join(ROOT, "console/index.html"), "utf8")
    .replace("{{script}}", find(/\/app-[^/]+\.js$/))
    .replace("{{style}}", find(/\/style-[^/]+\.css$/));
  return {
    ...Object.fromEntries(named.map(({ path, contents }) => [path, contents])),
    "console/index.html": page,
  };
}
