/** A piece of text that was read, by its length, and the text that replaces it. */
export type Piece = { readonly length: number; readonly text: string };

/** The mark that replaces an image. A space in it keeps it from being a destination. */
export const IMAGE_REMOVED = "(image removed)";
/** The mark that replaces a link. */
export const LINK_REMOVED = "(link removed)";
/** Maximum length of the description of an image in its mark. */
const ALT_MAX = 100;

/** Keeps the first characters of a text. */
export const keep = (text: string, length: number): Piece => ({
  length,
  text: text.slice(0, length),
});

/** Replaces an image by a mark with its description, in which nothing is left that a renderer could interpret. */
export function removed(alt: string, length: number): Piece {
  const said = alt
    .replaceAll(/[^\p{L}\p{M}\p{N} ,-]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, ALT_MAX)
    .toWellFormed();
  return { length, text: said === "" ? IMAGE_REMOVED : `(image removed: ${said})` };
}
