/** Replaces the lone surrogates of a JSON text by U+FFFD, also those that are written as escapes. */
export function replaceLoneSurrogates(json: string): string {
  return json
    .toWellFormed()
    .replaceAll(JSON_ESCAPE, (escape: string, _pair?: string, code?: string) =>
      code !== undefined && isSurrogate(Number.parseInt(code, 16)) ? REPLACEMENT_ESCAPE : escape,
    );
}

/** The escape of U+FFFD. */
export const REPLACEMENT_ESCAPE = "\\ufffd";

/** True for the codes of UTF-16 that are half of a character. */
export const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

/** An escape of JSON: a pair of surrogates, another code, or one character. */
export const JSON_ESCAPE =
  /(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|\\u([\da-fA-F]{4})|\\[^u]/g;

/**
 * The end of a JSON text in which an escape, or the second half of a pair of them, may be missing: the first group is
 * the part that has begun.
 */
export const PARTIAL_ESCAPE =
  /(?<!\\)(?:\\\\)*((?:\\u[dD][89abAB][\da-fA-F]{2})?(?:\\(?:u[\da-fA-F]{0,3})?)?)$/;
