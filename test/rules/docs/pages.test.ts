import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { describe, it } from "vitest";

import { codeSpans, FILES, FOLDERS, type Page, PAGES, prose, proseLines, ROOT } from "./pages.ts";

const COLUMNS_MAX = 120;
const BYTES_OF_SOURCE = /\.(?:tsx?|sql|toml|json|html|css)$/;
const FILE_NAME = /^[\w@.-]+\.(?:ts|sql|md|toml|html|css)$/;
const PATH = /^[\w@.{},*-]+(?:\/[\w@.{},*-]+)+\/?$/;

/** Where a path of a page may begin: at the root, at the page, or anywhere if it names the end of one file's path. */
function isKnown(path: string, page: Page): boolean {
  const name = path.replace(/\/$/, "");
  const isFound = (folder: string) => globSync(name, { cwd: join(ROOT, folder) }).length > 0;
  return (
    isFound(".") || isFound(dirname(page.path)) || FILES.some((file) => file.endsWith(`/${name}`))
  );
}

/** A code span that reads like a file or folder of this project. */
function looksLikePath(code: string): boolean {
  if (FILE_NAME.test(code)) return true;
  if (!PATH.test(code)) return false;
  const [first = ""] = code.split("/");
  return FOLDERS.some((folder) => folder === first) || FILE_NAME.test(code.split("/").at(-1) ?? "");
}

const SOURCES = FILES.filter((path) => BYTES_OF_SOURCE.test(path))
  .map((path) => readFileSync(join(ROOT, path), "utf8"))
  .join("\n");
const WORDS = new Set(SOURCES.match(/[A-Za-z_]\w+/g));
/** `readScope`, `ScheduleObject`, `SHAPES_MAX`; a placeholder such as `<Name>Object` is none. */
const IDENTIFIER = /^(?:[a-z]+[A-Z]\w+|[A-Z][a-z]+[A-Z]\w+|[A-Z]+(?:_[A-Z0-9]+)+)(?:\(\))?$/;

function anchorsOf(text: string): string[] {
  const headings = Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(" ", "-"),
  );
}

function isBroken(target: string, page: Page): boolean {
  if (/^https?:/.test(target)) return false;
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page.path : join(dirname(page.path), path);
  if (!existsSync(join(ROOT, file))) return true;
  return (
    anchor !== undefined && !anchorsOf(readFileSync(join(ROOT, file), "utf8")).includes(anchor)
  );
}

const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
).scripts;

describe.for(PAGES.map((page) => [page.path, page] as const))("%s", ([, page]) => {
  it(`is wrapped at ${COLUMNS_MAX} columns, except for tables, code and the targets of links`, ({
    expect,
  }) => {
    const long = proseLines(page).filter(({ text }) => {
      const isTable = text.trimStart().startsWith("|");
      return !isTable && text.replaceAll(/\]\([^)]*\)/g, "]()").length > COLUMNS_MAX;
    });
    expect(long.map(({ number, text }) => `${page.path}:${number} ${text.slice(0, 60)}…`)).toEqual(
      [],
    );
  });

  it("names files and folders that exist: correct the path, or write <name> for a placeholder", ({
    expect,
  }) => {
    const paths = codeSpans(page).filter(looksLikePath);
    expect(paths.filter((path) => !isKnown(path, page))).toEqual([]);
  });

  it("names functions, types and constants that exist: they may have been renamed", ({
    expect,
  }) => {
    const names = codeSpans(page).filter((code) => IDENTIFIER.test(code));
    expect(names.filter((name) => !WORDS.has(name.replace("()", "")))).toEqual([]);
  });

  it("links to pages and headings that exist", ({ expect }) => {
    const targets = Array.from(
      prose(page).matchAll(/\]\(([^)\s]+)\)/g),
      ([, target = ""]) => target,
    );
    expect(targets.filter((target) => isBroken(target, page))).toEqual([]);
  });

  it("names npm scripts that exist", ({ expect }) => {
    const named = Array.from(
      page.text.matchAll(/npm run (?:-s )?([\w:]+)/g),
      ([, name = ""]) => name,
    );
    expect(named.filter((name) => SCRIPTS[name] === undefined)).toEqual([]);
  });
});

describe("README.md", () => {
  it("lists every page of docs in its table under Documentation", ({ expect }) => {
    const readme = PAGES.find(({ path }) => path === "README.md")?.text ?? "";
    const pages = PAGES.map(({ path }) => path).filter((path) => /^docs\/[^/]+\.md$/.test(path));
    expect(pages.filter((path) => !readme.includes(`](${path})`))).toEqual([]);
  });
});
