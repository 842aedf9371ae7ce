import type { LossCounter } from "../../knowledge/file-warnings.ts";
import { readFrontMatter } from "./front-matter.ts";

/** An image whose data is in the text, in Markdown or HTML. */
const DATA_IMAGE = /!\[([^\]\n]{0,500})\]\(\s*<?data:[^()[\]\s>]*>?[^)\n]{0,300}\)/g;
const DATA_TAG = /<img\b[^>]{0,500}?\ssrc\s*=\s*["']data:[^"'<>]*["'][^>]{0,500}>/gi;
/** The definition of an image to which the text refers by a name. */
const DATA_REFERENCE = /^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*<?data:\S+.*$/gm;
const ALT = /\salt\s*=\s*["']([^"']{0,500})["']/i;

/**
 * Cleans the text of a Markdown file: the front matter becomes lines of "key: value" at its head, and images whose data
 * is in the text are replaced by their alternative text. An image without one counts as lost.
 */
export function cleanMarkdown(source: string, losses: LossCounter): string {
  const { head, body } = readFrontMatter(source);
  const keep = (alt: string) => {
    if (alt.trim() === "") losses.add("images_without_text");
    return alt.trim();
  };
  const text = body.includes("data:")
    ? body
        .replaceAll(DATA_IMAGE, (_, alt: string) => keep(alt))
        .replaceAll(DATA_TAG, (tag: string) => keep(ALT.exec(tag)?.[1] ?? ""))
        .replaceAll(DATA_REFERENCE, () => keep(""))
    : body;
  return head === "" ? text : `${head}\n\n${text.replace(/^\n+/, "")}`;
}

/** Tests quickly whether a Markdown text may contain HTML or named characters. */
export const hasHtml = (markdown: string): boolean => /<[a-z!/]|&[a-z#]/i.test(markdown);
