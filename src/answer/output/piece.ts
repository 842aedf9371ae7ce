/** A part of the input of an output filter: its length in characters, and the text that replaces it in the output. */
export type Piece = { readonly length: number; readonly text: string };

/** The text that replaces a removed image. The space in it makes it invalid as a URL in Markdown. */
export const IMAGE_REMOVED = "(image removed)";
/** The text that replaces a removed link. */
export const LINK_REMOVED = "(link removed)";
/** An angle bracket that begins no tag, whatever follows it. */
export const NO_TAG: Piece = { length: 1, text: "< " };
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

/** The text that pieces leave. */
export const joinPieces = (pieces: readonly Piece[]): string =>
  pieces.map(({ text }) => text).join("");

/**
 * Returns the new place of a character of the text that was read. An index within a replaced part becomes the end of
 * what takes its place.
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
