import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Path of the root of the project. */
export const ROOT = join(import.meta.dirname, "../../..");

/** A page of the documentation: its path from the root of the project, and its Markdown. */
export type Page = { readonly path: string; readonly text: string };

const find = (pattern: string) =>
  globSync(pattern, { cwd: ROOT, exclude: ["**/node_modules"] }).map((path) =>
    path.replaceAll("\\", "/"),
  );

/** The folders with files of this project. Other folders in the root are installed, built or stored. */
export const FOLDERS = [
  ".ci",
  "bench",
  "console",
  "docs",
  "durable-objects",
  "migrations",
  "scripts",
  "site",
  "src",
  "test",
] as const;

/** The path of every file of the project, from the root. */
export const FILES: readonly string[] = [
  ...find("*.*"),
  ...find(".*.json"),
  ...find(`{${FOLDERS.join(",")}}/**/*`),
];

/** Every Markdown page of the project. */
export const PAGES: readonly Page[] = FILES.filter((path) => path.endsWith(".md")).map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), "utf8"),
}));

/** A line of a page, with its number from 1. */
export type Line = { readonly number: number; readonly text: string };

/** Returns the lines of a page that are not in code fences. */
export function proseLines({ text }: Page): Line[] {
  let fence: string | null = null;
  return text.split("\n").flatMap((line, index) => {
    const mark = /^\s*(`{3,})/.exec(line)?.[1];
    if (fence === null && mark === undefined) return [{ number: index + 1, text: line }];
    if (mark !== undefined) fence = fence === null ? mark : fence === mark ? null : fence;
    return [];
  });
}

/** Returns the text of a page that is not in code fences, as one line, since a code span or a link may be wrapped. */
export const prose = (page: Page): string =>
  proseLines(page)
    .map(({ text }) => text.trim())
    .join(" ");

/** Returns the contents of the code spans (in backticks) of a page. */
export const codeSpans = (page: Page): string[] =>
  Array.from(prose(page).matchAll(/`([^`]+)`/g), ([, code = ""]) => code);
