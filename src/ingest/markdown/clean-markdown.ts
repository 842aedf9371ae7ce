import type { LossCounter } from "../../knowledge/file-warnings.ts";
import type { Sliced } from "../slices.ts";
import { replaceDataImages } from "./data-images.ts";
import { readFrontMatter } from "./front-matter.ts";

/**
 * Cleans the text of a Markdown file, in slices of about 10 ms: the front matter becomes lines of "key: value" at its
 * head, and images whose data is in the text are replaced by their alternative text. An image without one counts as
 * lost.
 */
export function* cleanMarkdown(source: string, losses: LossCounter): Sliced<string> {
  const { head, body } = readFrontMatter(source);
  const text = yield* replaceDataImages(body, (alt) => {
    if (alt.trim() === "") losses.add("images_without_text");
    return alt.trim();
  });
  return head === "" ? text : `${head}\n\n${text.replace(/^\n+/, "")}`;
}

/** Tests quickly whether a Markdown text may contain HTML or named characters. */
export const hasHtml = (markdown: string): boolean => /<[a-z!/]|&[a-z#]/i.test(markdown);
