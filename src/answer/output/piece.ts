/** A part of the input of an output filter: its length in characters, and the text that replaces it in the output. */
export type Piece = { readonly length: number; readonly text: string };

/** The text that replaces a removed image. The space in it makes it invalid as a URL in Markdown. */
export const IMAGE_REMOVED = "(image removed)";
/** The text that replaces a removed link. */
export const LINK_REMOVED = "(link removed)";
/** Maximum length of the description of an image in its mark. */
const ALT_MAX = 100;

/** Makes the piece that passes on the first `length` characters of a text unchanged. */
export const keep = (text: string, length: number): Piece => ({
  length,
  text: text.slice(0, length),
});

/**
 * Makes the piece that replaces an image by `IMAGE_REMOVED` and its description `alt`, without the characters that a
 * renderer could interpret.
 */
export function removed(alt: string, length: number): Piece {
  const said = alt
    .replaceAll(/[^\p{L}\p{M}\p{N} ,-]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, ALT_MAX)
    .toWellFormed();
  return { length, text: said === "" ? IMAGE_REMOVED : `(image removed: ${said})` };
}
