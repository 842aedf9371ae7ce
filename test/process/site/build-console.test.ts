import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { buildConsole } from "../../../scripts/site/build-console.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** The most that a browser loads, gzipped, before the first screen is there. */
const INITIAL_BYTES_MAX = 45_000;
const LINES_MAX = 250;

const files = await buildConsole();
const textOf = (path: string) => Buffer.from(files[path] ?? "").toString();
const page = textOf("console/index.html");

/** Lists the files that a file imports at once, with what they import. */
function listImports(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  const imports = textOf(path).matchAll(
    /(?:^|[;}\s])(?:import|export)[^;'"()]*?["']\/(console\/[^"']+\.js)["']/g,
  );
  for (const [, name = ""] of imports) {
    listImports(name, found);
  }
  return found;
}

/** Lists what is loaded for the first screen: the style, the script, and the chunk of the screen with its imports. */
function listInitial(): string[] {
  const named = Array.from(
    page.matchAll(/(?:href|src)="\/(console\/[^"]+)"/g),
    ([, path = ""]) => path,
  );
  const scripts = named
    .filter((path) => path.endsWith(".js"))
    .flatMap((path) => [...listImports(path)]);
  return [...new Set([...named, ...scripts])];
}

describe("the build of the console", () => {
  it("loads at most 45 KB at first, gzipped", () => {
    const initial = listInitial();
    const bytes = initial.reduce((sum, path) => sum + gzipSync(files[path] ?? "").length, 0);

    expect(initial.length).toBeGreaterThan(2);
    expect(initial.every((path) => files[path] !== undefined)).toBe(true);
    expect(bytes).toBeLessThanOrEqual(INITIAL_BYTES_MAX);
  });

  it("leaves pdf.js for those who open a PDF", () => {
    const lazy = Object.keys(files).filter((path) => textOf(path).length > 300_000);

    expect(lazy.length).toBeGreaterThan(0);
    expect(listInitial().filter((path) => lazy.includes(path))).toEqual([]);
  });

  it("gives every file but the page a name with a hash, and the page no inline code", () => {
    const named = Object.keys(files).filter((path) => path !== "console/index.html");

    for (const path of named)
      expect(path).toMatch(/^console\/assets\/[\w.-]+-[A-Z0-9]{8}\.(?:js|mjs|css)$/);
    expect(page).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|\{\{/);
  });

  it("is made of files of at most 250 lines", () => {
    const sources = globSync("console/**/*.{ts,tsx,css,html}", { cwd: ROOT });
    const long = sources.filter(
      (path) => readFileSync(join(ROOT, path), "utf8").split("\n").length > LINES_MAX,
    );

    // The types that are made from the routes' schemas, a line each.
    expect(long.filter((path) => path !== "console/api/operations.ts")).toEqual([]);
  });
});
