/**
 * Characters of a quoted value that a message repeats. Half of what one message may repeat of its request, which is
 * 200.
 */
const QUOTED_CHARACTERS_MAX = 100;

/**
 * Shortens a value that a message quotes: every text of a request, a model or a tool passes through here before it is
 * put into a message. A pair of surrogates is never split.
 */
export function shorten(text: string, charactersMax: number = QUOTED_CHARACTERS_MAX): string {
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax).replace(/[\ud800-\udbff]$/, "")}…`;
}
