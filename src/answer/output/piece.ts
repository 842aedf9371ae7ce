/**
 * A part of the text that `OutputFilter` reads: its length in characters, and the text that replaces it in the output.
 */
export type Piece = { readonly length: number; readonly text: string };

/** The text that replaces a removed image. The space in it makes it invalid as a URL in Markdown. */
export const IMAGE_REMOVED = "(image removed)";
/** The text that replaces a removed URL. If the URL was the destination of a link, the link's own text stays before it. */
export const LINK_REMOVED = "(link removed)";
/** The piece that replaces `<` so that it begins no HTML tag, whatever text follows. */
export const NO_TAG: Piece = { length: 1, text: "< " };
/** Maximum length of the description of an image in its mark. */
const ALT_MAX = 100;

/** Makes the piece that passes on the first `length` characters of a text unchanged. */
export const keep = (text: string, length: number): Piece => ({
  length,
  text: text.slice(0, length),
});

/**
 * Makes the piece that replaces an image of `length` characters by the text `IMAGE_REMOVED`. That text repeats the
 * image's description `alt`, without characters that a renderer could interpret.
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

/** Joins the output texts of pieces. */
export const joinPieces = (pieces: readonly Piece[]): string =>
  pieces.map(({ text }) => text).join("");

/**
 * Converts the index of a character in the text that was read to its index in the output of `pieces`. An index inside a
 * replaced part becomes the index of the replacement's end.
 */
export function movePlace(pieces: readonly Piece[], index: number): number {
  let [from, to] = [0, 0];
  for (const { length, text } of pieces) {
    if (index < from + length) {
      const isKept = text.length === length;
      return to + (isKept || index === from ? index - from : text.length);
    }
    from += length;
    to += text.length;
  }
  return to;
}
