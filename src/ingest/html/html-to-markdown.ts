import { Tokenizer } from "htmlparser2";

import { type FileWarning, LossCounter } from "../../knowledge/file-warnings.ts";
import type { Converted } from "../ingest-types.ts";
import { finishNow, type Sliced } from "../slices.ts";
import { type HtmlOptions, HtmlReader, type SheetStyles } from "./html-reader.ts";
import { readListStyles } from "./lists/list-styles.ts";
import { readPageStyles } from "./page-styles.ts";

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
  const styles = yield* readStyles(html);
  const first = yield* readPage(html, styles, { lengthMax, menus: "left out" });
  if (first.text === null || (!first.isInMenu && first.text !== "")) return toConverted(first);
  // An unclosed menu swallows the page, and some pages consist of menus: read them without leaving menus out.
  return toConverted(yield* readPage(html, styles, { lengthMax, menus: "kept" }));
}

/** Converts a part of a page, such as the HTML in a Markdown text. Returns null if it is longer than `lengthMax`. */
export function* readHtmlPart(
  html: string,
  lengthMax: number,
  losses: LossCounter,
): Sliced<string | null> {
  const styles = { page: null, lists: hasStyles(html) ? yield* readListStyles(html) : null };
  const reader = new HtmlReader(html, styles, { lengthMax, losses, menus: "kept" });
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
const CHARACTERS_A_SLICE = 50_000;

const hasStyles = (html: string) => /<style/i.test(html);

function* readStyles(html: string): Sliced<SheetStyles> {
  if (!hasStyles(html)) return { page: null, lists: null };
  return { page: yield* readPageStyles(html), lists: yield* readListStyles(html) };
}

function* readPage(
  html: string,
  styles: SheetStyles,
  { lengthMax, menus }: Pick<HtmlOptions, "lengthMax" | "menus">,
): Sliced<Read> {
  const losses = new LossCounter();
  // Menus are kept where they are the page, and then so is what its sheets hide.
  const page = menus === "left out" ? styles.page : null;
  const reader = new HtmlReader(html, { ...styles, page }, { lengthMax, losses, menus });
  yield* tokenize(html, reader);
  const { isInMenu } = reader;
  return { text: reader.finish(), warnings: losses.list(), isInMenu };
}

function* tokenize(html: string, reader: HtmlReader): Sliced<void> {
  const tokenizer = new Tokenizer({ xmlMode: false, decodeEntities: true }, reader);
  const slice = Math.ceil(CHARACTERS_A_SLICE / reader.slowness);
  for (let at = 0; at < html.length; at += slice) {
    if (at > 0) yield;
    tokenizer.write(html.slice(at, at + slice));
  }
  tokenizer.end();
}
