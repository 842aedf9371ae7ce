import type { Unit } from "../../../knowledge/units.ts";

/** Numbers with points, codes of letters and digits, and numbers after "§" or a word for a part of a document. */
const CODES =
  /(?<![\p{L}\p{N}.])(?:\d+(?:\.\d+){1,4}|\p{L}{1,5}[-.]?\d+(?:[.-]\d+)*)(?![\p{L}\p{N}]|[.,]\d)|(?<=(?:§+|\b(?:section|clause|article|chapter|paragraph|annex|appendix|rule|step|item|absatz|artikel|abschnitt|kapitel|artículo|articolo|artigo))\s*)\d+(?![\p{L}\p{N}]|[.,]\d)/giu;
/** Words before the number of a version. */
const VERSION = /(?:\b(?:version|release|update|app|v)|版)\s*$/iu;

/** A number or code by which a question names a part of a document or an entry; or the version of something. */
export type AskedCode = {
  /** Finds the code in a text in lower case, where it is no part of a longer one. */
  readonly pattern: RegExp;
  readonly isVersion: boolean;
};

/** Lists the numbers and codes in a question. */
export const readCodes = (question: string): readonly AskedCode[] =>
  Array.from(question.matchAll(CODES), ({ 0: code, index }) => ({
    pattern: compile(code.toLowerCase()),
    isVersion: VERSION.test(question.slice(0, index)),
  }));

const compile = (code: string) =>
  new RegExp(
    String.raw`(?<![\p{L}\p{N}.])${code.replaceAll(".", String.raw`\.`)}(?![\p{L}\p{N}]|[.,-]\d)`,
    "u",
  );

/** A unit that has the code somewhere says less about it than one that begins with it. */
const WITHIN = 0.7;
/** A version is named by a heading, and a clause with the same number is something else. */
const OTHER_SENSE = 0.2;

/** Returns how far a unit is what the codes name: 1 if it begins with one, less if it or its headings have one. */
export function matchCodes(codes: readonly AskedCode[], { headings }: Unit, text: string): number {
  return Math.max(0, ...codes.map((code) => matchCode(code, headings, text.toLowerCase())));
}

function matchCode({ pattern, isVersion }: AskedCode, headings: readonly string[], text: string) {
  if (headings.some((heading) => pattern.test(heading.toLowerCase())))
    return isVersion ? 1 : WITHIN;
  const found = pattern.exec(text);
  if (!found) return 0;
  const isFirst = /^[|§\s]*(?:\p{L}+:\s*)?$/u.test(text.slice(0, found.index));
  if (isFirst && isVersion) return OTHER_SENSE;
  return isFirst ? 1 : WITHIN;
}
