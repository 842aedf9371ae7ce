import type { Lexicon, NumberPart } from "./lexicon.ts";

/** Longest number in one word: "dreiundzwanzigtausendfünfhundert". */
const COMPOUND_LENGTH_MAX = 40;

/**
 * Splits a word into the parts of a number, longest first: "fünfundzwanzig", "三十五". Empty if anything is left over, and
 * in languages that write the parts as words.
 */
export function splitCompound(folded: string, lexicon: Lexicon): NumberPart[] {
  if (!lexicon.table.numbers.isCompound || folded.length > COMPOUND_LENGTH_MAX) return [];
  const split = (rest: string): NumberPart[] | null => {
    if (rest === "") return [];
    for (let length = rest.length; length > 0; length--) {
      const head = rest.slice(0, length);
      const part = lexicon.numberParts.get(head);
      if (!part && !lexicon.glue.has(head)) continue;
      const tail = split(rest.slice(length));
      if (tail) return part ? [part, ...tail] : tail;
    }
    return null;
  };
  return split(folded) ?? [];
}

/** Returns true if a number may begin with a word. */
export function startsNumber(folded: string, lexicon: Lexicon): boolean {
  return (
    lexicon.ordinals.has(folded) ||
    lexicon.numberBeginnings.has(folded) ||
    splitCompound(folded, lexicon).length > 0
  );
}
