/**
 * Characters of a quoted value that a message repeats. Half of what one message may repeat of its request, which is
 * 200.
 */
const QUOTED_CHARACTERS_MAX = 100;

/**
 * Shortens a text for a quotation in an error or log message, to `charactersMax` characters and an ellipsis. Every text
 * from a request, a model or a tool passes through here before a message quotes it. Never splits a surrogate pair.
 */
export function shorten(text: string, charactersMax: number = QUOTED_CHARACTERS_MAX): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax).replace(/[\ud800-\udbff]$/, "")}…`;
}
