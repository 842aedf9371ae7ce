import type { Span } from "../../ingest/sentences.ts";

/**
 * Finds a sentence that a passage has word for word, as a whole sentence or several. Returns its span in the passage's
 * text; null if it is not there.
 */
export function findCopy(sentence: string, text: string): Span | null {
  const said = sentence.trim();
  if (!/\p{L}.*[.!?。！？]$/u.test(said)) return null;
  for (let start = text.indexOf(said); start !== -1; start = text.indexOf(said, start + 1)) {
    const end = start + said.length;
    const isBegun = /[.!?]\s+$|[。！？\n]\s*$/u.test(text.slice(Math.max(0, start - 20), start));
    const isEnded = end === text.length || /\s/u.test(text.charAt(end)) || /[。！？]$/u.test(said);
    if ((start === 0 || isBegun) && isEnded) return { start, end };
  }
  return null;
}
