import { DIGIT, readNumber, readNumberRange } from "./marker-digits.ts";

const NUMBER = `${DIGIT}{1,3}`;
const PLAIN = `${NUMBER}(?:\\s?[-–—,，、;；&]\\s?${NUMBER})*`;
const RAISED_DIGIT = "[⁰¹²³⁴-⁹]";
const SUPERSCRIPT = `<[Ss][Uu][Pp]>\\s?${PLAIN}\\s?</[Ss][Uu][Pp]>`;
const run = (form: string) => `(?:${form})(?:\\s?[,，]?\\s?(?:${form}))*`;

/** Numbers in parentheses: markers, or the numbers of an enumeration, a paragraph or an equation. */
const PARENTHESISED = run(`[(（]\\s?${PLAIN}\\s?[)）]`);
/** Raised digits: a marker, or a power or a unit. */
const RAISED = run(`${RAISED_DIGIT}+(?:[˒⸴⁻]${RAISED_DIGIT}+)*|${SUPERSCRIPT}`);

/** Forms of numbers that may be markers, or something else, by what stands around them. */
export type UnclearForm = "parenthesised" | "raised";

const FORMS: Readonly<Record<UnclearForm, RegExp>> = {
  parenthesised: new RegExp(PARENTHESISED, "gu"),
  raised: new RegExp(RAISED, "gu"),
};
const STARTS: Readonly<Record<UnclearForm, RegExp>> = {
  parenthesised: new RegExp(`^(?:${PARENTHESISED})`, "u"),
  raised: new RegExp(`^(?:${RAISED})`, "u"),
};
const BEGUN = new RegExp(
  `^(?:[(（]\\s?(?:${DIGIT}|[-–—,，、;；&\\s]){0,40}|<(?:[Ss](?:[Uu](?:[Pp](?:>(?:${DIGIT}|[-–—,，、;；&\\s]){0,40}(?:<(?:/(?:[Ss](?:[Uu][Pp]?)?)?)?)?)?)?)?)?)$`,
  "u",
);

/** Finds all texts of a form in a text. */
export const findUnclear = (text: string, form: UnclearForm) => text.matchAll(FORMS[form]);

/** Returns the text of a form at the beginning of a text; undefined if there is none. */
export const readUnclear = (text: string, form: UnclearForm): string | undefined =>
  STARTS[form].exec(text)?.[0];

/** Tests whether a text may get one of the forms when more text arrives. */
export const mayBecomeUnclear = (text: string): boolean => BEGUN.test(text);

const RANGES = new RegExp(`(${DIGIT}+)(?:\\s?[-–—]\\s?(${DIGIT}+))?`, "gu");

/** Lists the numbers in a text of these forms. A raised minus makes a range, as in `¹⁻³`. */
export function readUnclearNumbers(written: string): number[] {
  const lowered = written.replaceAll(/[⁰¹²³⁴-⁹]/gu, (digit) => digit.normalize("NFKC"));
  return Array.from(lowered.replaceAll("⁻", "-").matchAll(RANGES)).flatMap(([, from = "", to]) =>
    to === undefined ? [readNumber(from)] : readNumberRange(readNumber(from), readNumber(to)),
  );
}
