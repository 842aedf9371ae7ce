import type { Item } from "./item.ts";

/** Maximum length of a title, in code points. */
export const TITLE_CHARACTERS_MAX = 80;
/** Maximum length of the text from which a title is made, in UTF-16 code units. It leaves room for many spaces. */
const READ_MAX = 1_000;
/** Minimum length of a title that is cut between two words; otherwise the cut is inside a word. */
const CUT_MIN = 40;

/** Makes a title from the first words of a text; null if the text has no characters but spaces. */
export function makeTitle(text: string): string | null {
  const words = text.slice(0, READ_MAX).replaceAll(/\s+/g, " ").trim();
  // By code points, so that no character is cut in two.
  const characters = Array.from(words);
  if (characters.length <= TITLE_CHARACTERS_MAX) return words === "" ? null : words;
  const begin = characters.slice(0, TITLE_CHARACTERS_MAX - 1).join("");
  const end = begin.lastIndexOf(" ");
  return `${end < CUT_MIN ? begin : begin.slice(0, end)}…`;
}

/** Makes a title from a user's message; null for any other item, and for a message without text. */
export function titleItem(item: Item | undefined): string | null {
  if (item?.type !== "message" || item.role !== "user") return null;
  return makeTitle(item.content.map(({ text }) => text).join(" "));
}
