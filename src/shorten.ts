/** Maximum total characters of the values from a request that one error message may quote. */
export const REPEATED_CHARACTERS_MAX = 200;
/** Characters of a quoted value that a message repeats: two of them fit. */
const QUOTED_CHARACTERS_MAX = REPEATED_CHARACTERS_MAX / 2;

/**
 * Shortens a text that an error or log message quotes to `charactersMax` characters and an ellipsis. Every text from a
 * request, a model or a tool is passed through here before a message quotes it. Never splits a surrogate pair.
 */
export function shorten(text: string, charactersMax: number = QUOTED_CHARACTERS_MAX): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax).replace(/[\ud800-\udbff]$/, "")}…`;
}

/**
 * Shortens each of the values that one message quotes together, and omits the last ones if all exceed `charactersMax`
 * characters together. The first is always kept.
 */
export function shortenAll(
  values: readonly string[],
  charactersMax: number = REPEATED_CHARACTERS_MAX,
): readonly string[] {
  const shown: string[] = [];
  let left = charactersMax;
  for (const value of values) {
    const short = shorten(value);
    left -= short.length;
    if (left < 0 && shown.length > 0) break;
    shown.push(short);
  }
  return shown;
}
