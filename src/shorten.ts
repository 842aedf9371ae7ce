/** Characters that one message may repeat of its request. */
export const REPEATED_CHARACTERS_MAX = 200;
/** Characters of a quoted value that a message repeats: two of them fit. */
const QUOTED_CHARACTERS_MAX = REPEATED_CHARACTERS_MAX / 2;

/**
 * Shortens a text for a quotation in an error or log message, to `charactersMax` characters and an ellipsis. Every text
 * from a request, a model or a tool passes through here before a message quotes it. Never splits a surrogate pair.
 */
export function shorten(text: string, charactersMax: number = QUOTED_CHARACTERS_MAX): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax).replace(/[\ud800-\udbff]$/, "")}…`;
}

/**
 * Shortens values that one message quotes together, and leaves out those for which there is no room. One always fits.
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
