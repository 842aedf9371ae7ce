import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../../..");

/** A page of the documentation, by its path from the root of the project. */
export type Page = { readonly path: string; readonly text: string };

const find = (pattern: string) =>
  globSync(pattern, { cwd: ROOT }).map((path) => path.replaceAll("\\", "/"));

/** The folders of this project's own files; everything else in the root is installed, built or stored. */
export const FOLDERS = [
  ".ci",
  "bench",
  "docs",
  "durable-objects",
  "migrations",
  "scripts",
  "site",
  "src",
  "test",
] as const;

/** Every file of the project, by its path from the root. */
export const FILES: readonly string[] = [
  ...find("*.*"),
  ...find(".*.json"),
  ...find(`{${FOLDERS.join(",")}}/**/*`),
];

export const PAGES: readonly Page[] = FILES.filter((path) => path.endsWith(".md")).map((path) => ({
  path,
  text: readFileSync(join(ROOT, path), "utf8"),
}));

export type Line = { readonly number: number; readonly text: string };

/** The lines of a page outside of code fences. */
export function proseLines({ text }: Page): Line[] {
  let fence: string | null = null;
  return text.split("\n").flatMap((line, index) => {
    const mark = /^\s*(`{3,})/.exec(line)?.[1];
    if (fence === null && mark === undefined) return [{ number: index + 1, text: line }];
    if (mark !== undefined) fence = fence === null ? mark : fence === mark ? null : fence;
    return [];
  });
}

/** The text of a page outside of code fences. A code span or a link may be wrapped, so spaces are as in one line. */
export const prose = (page: Page): string =>
  proseLines(page)
    .map(({ text }) => text.trim())
    .join(" ");

/** The code spans of a page. */
export const codeSpans = (page: Page): string[] =>
  Array.from(prose(page).matchAll(/`([^`]+)`/g), ([, code = ""]) => code);
