import type { Item } from "./item.ts";

/** Maximum number of characters of a title. */
export const TITLE_CHARACTERS_MAX = 80;
/** Characters that are read for a title: more than enough for one, also if most of them are spaces. */
const READ_MAX = 1_000;
/** A title is cut between two words if that leaves at least this many characters. */
const CUT_MIN = 40;

/** Makes a title of the first words of a text; null if the text has none. */
export function makeTitle(text: string): string | null {
  const words = text.slice(0, READ_MAX).replaceAll(/\s+/g, " ").trim();
  // By code points, so that no character is cut in two.
  const characters = Array.from(words);
  if (characters.length <= TITLE_CHARACTERS_MAX) return words === "" ? null : words;
  const begin = characters.slice(0, TITLE_CHARACTERS_MAX - 1).join("");
  const end = begin.lastIndexOf(" ");
  return `${end < CUT_MIN ? begin : begin.slice(0, end)}…`;
}

/** Makes a title of a message of a person; null if the item is none, or has no words. */
export function titleItem(item: Item | undefined): string | null {
  if (item?.type !== "message" || item.role !== "user") return null;
  return makeTitle(item.content.map(({ text }) => text).join(" "));
}
