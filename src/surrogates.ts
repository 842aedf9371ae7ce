/** Replaces the lone surrogates in a JSON text by U+FFFD, including those written as escapes. */
export function replaceLoneSurrogates(json: string): string {
  return json
    .toWellFormed()
    .replaceAll(JSON_ESCAPE, (escape: string, _pair?: string, code?: string) =>
      code !== undefined && isSurrogate(Number.parseInt(code, 16)) ? REPLACEMENT_ESCAPE : escape,
    );
}

/** The replacement character U+FFFD, as an escape in JSON text. */
export const REPLACEMENT_ESCAPE = "\\ufffd";

/** Tests whether a UTF-16 code unit is a surrogate, half of a character. */
export const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

/**
 * Matches one backslash escape in JSON text. Group 1 is an escaped surrogate pair, group 2 the hex code of any other
 * `\u` escape; both are absent for an escape such as `\n`.
 */
export const JSON_ESCAPE =
  /(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|\\u([\da-fA-F]{4})|\\[^u]/g;

/**
 * The end of a JSON text in which an escape, or the second half of a pair of them, may be missing: the first group is
 * the part that has begun.
 */
export const PARTIAL_ESCAPE =
  /(?<!\\)(?:\\\\)*((?:\\u[dD][89abAB][\da-fA-F]{2})?(?:\\(?:u[\da-fA-F]{0,3})?)?)$/;
