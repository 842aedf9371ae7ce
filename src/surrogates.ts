/** Replaces the lone surrogates in a JSON text by U+FFFD, including those written as `\u` escapes. */
export function replaceLoneSurrogates(json: string): string {
  return json
    .toWellFormed()
    .replaceAll(JSON_ESCAPE, (escape: string, _pair?: string, code?: string) =>
      code !== undefined && isSurrogate(Number.parseInt(code, 16)) ? REPLACEMENT_ESCAPE : escape,
    );
}

/** The replacement character U+FFFD, written as an escape of JSON text. */
export const REPLACEMENT_ESCAPE = "\\ufffd";

/** Tests whether a UTF-16 code unit is a surrogate, which is half of a character. */
export const isSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

/**
 * Matches one backslash escape in JSON text. Group 1 is an escaped surrogate pair, group 2 the hex code of any other
 * `\u` escape; both are absent for an escape such as `\n`.
 */
export const JSON_ESCAPE =
  /(\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2})|\\u([\da-fA-F]{4})|\\[^u]/g;

/**
 * Matches an incomplete escape at the end of a JSON text, or an escaped first half of a surrogate pair whose second
 * half may follow. Group 1 is this incomplete part.
 */
export const PARTIAL_ESCAPE =
  /(?<!\\)(?:\\\\)*((?:\\u[dD][89abAB][\da-fA-F]{2})?(?:\\(?:u[\da-fA-F]{0,3})?)?)$/;
