import { Tokenizer } from "htmlparser2";

import { type FileWarning, LossCounter } from "../../knowledge/file-warnings.ts";
import type { Converted } from "../ingest-types.ts";
import { finishNow, type Sliced } from "../slices.ts";
import { HtmlReader } from "./html-reader.ts";

/**
 * Converts HTML to text in the style of Markdown: keeps the marks of headings, lists, tables and code; leaves out
 * scripts, styles, menus, hidden and struck text. It reads tokens without building a tree, so deep nesting costs nothing
 * and time is linear. Returns null if the text would exceed `lengthMax` characters.
 */
export function htmlToMarkdown(html: string, lengthMax: number): string | null {
  return finishNow(htmlToMarkdownInSlices(html, lengthMax))?.text ?? null;
}

/**
 * Converts HTML to text in the style of Markdown like `htmlToMarkdown`, but in slices of about 10 ms, between which
 * other requests can run. Returns null if the text would exceed `lengthMax` characters.
 */
export function* htmlToMarkdownInSlices(html: string, lengthMax: number): Sliced<Converted | null> {
  const first = yield* readPage(html, lengthMax, "left out");
  if (first.text === null || (!first.isInMenu && first.text !== "")) return toConverted(first);
  // An unclosed menu swallows the page, and some pages consist of menus: read them without leaving menus out.
  return toConverted(yield* readPage(html, lengthMax, "kept"));
}

/** Converts a part of a page, such as the HTML in a Markdown text. Returns null if it is longer than `lengthMax`. */
export function* readHtmlPart(
  html: string,
  lengthMax: number,
  losses: LossCounter,
): Sliced<string | null> {
  const reader = new HtmlReader(html, { lengthMax, losses, menus: "kept" });
  yield* tokenize(html, reader);
  return reader.finish();
}

type Read = {
  readonly text: string | null;
  readonly warnings: readonly FileWarning[];
  readonly isInMenu: boolean;
};

const toConverted = ({ text, warnings }: Read) => (text === null ? null : { text, warnings });

/** Characters of about 10 ms. */
const CHARACTERS_A_SLICE = 100_000;

function* readPage(html: string, lengthMax: number, menus: "left out" | "kept"): Sliced<Read> {
  const losses = new LossCounter();
  const reader = new HtmlReader(html, { lengthMax, losses, menus });
  yield* tokenize(html, reader);
  const { isInMenu } = reader;
  return { text: reader.finish(), warnings: losses.list(), isInMenu };
}

function* tokenize(html: string, reader: HtmlReader): Sliced<void> {
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, reader);
  for (let at = 0; at < html.length; at += CHARACTERS_A_SLICE) {
    if (at > 0) yield;
    tokenizer.write(html.slice(at, at + CHARACTERS_A_SLICE));
  }
  tokenizer.end();
}
