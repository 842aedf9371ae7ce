import type { Run } from "./page-runs.ts";

/** A piece of a line: text, and where it is in relation to the line. */
export type PlacedRun = Run & { readonly place: "line" | "raised" | "lowered" };

/**
 * Writes a raised or lowered piece of a line after the text before it: "10" and "6" become "10^6", "m" and "2" become
 * "m²", "H" and "2" become "H₂". A mark of a footnote stands apart from the word before it: "warranty ¹".
 */
export function writeScript(before: string, { text, place }: PlacedRun): string {
  const script = text.trim();
  if (place === "line" || script === "") return text;
  const last = before.at(-1) ?? "";
  if (place === "lowered") return toScript(script, LOWERED) ?? `_${script}`;
  if (ORDINAL.test(script) && /\d/.test(last)) return script;
  if (/\d/.test(last)) return `^${script}`;
  const raised = toScript(script, RAISED);
  if (raised === null) return /^[\p{L}]+$/u.test(script) && last !== "" ? `^${script}` : script;
  const word = /[\p{L}\p{M}]+$/u.exec(before)?.[0] ?? "";
  const isUnit = word.length > 0 && word.length <= UNIT_LENGTH_MAX;
  return isUnit || last === ")" || last === "" || last === " " ? raised : ` ${raised}`;
}

/** The letters of a unit or a symbol; a longer word has a footnote. */
const UNIT_LENGTH_MAX = 2;
/** The endings of ordinal numbers are raised without a meaning of their own: "1st", "2e", "3º". */
const ORDINAL = /^(?:st|nd|rd|th|er|re|e|o|a|º|ª)$/iu;
const RAISED: Readonly<Record<string, string>> = scripts(
  "0123456789+-−=()n*",
  "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ*",
);
const LOWERED: Readonly<Record<string, string>> = scripts("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎");

function scripts(plain: string, written: string): Record<string, string> {
  const marks = Array.from(written);
  return Object.fromEntries(Array.from(plain, (mark, index) => [mark, marks[index] ?? mark]));
}

/** Returns null if a character has no such form. */
function toScript(text: string, table: Readonly<Record<string, string>>): string | null {
  const marks = Array.from(text, (mark) => (Object.hasOwn(table, mark) ? table[mark] : undefined));
  return marks.some((mark) => mark === undefined) ? null : marks.join("");
}
