import type { Unit } from "../../../knowledge/units.ts";

/** Words that precede the number of a part of a document. */
const PART = String.raw`(?:§+|\b(?:section|clause|article|chapter|paragraph|annex|appendix|rule|step|item|point|absatz|artikel|abschnitt|kapitel|schritt|punkt|étape|artículo|paso|punto|articolo|passo|artigo))\s*`;
const COUNTED = String.raw`\b(?:number|no\.|nummer|nr\.|numéro|n°|número|numero)\s*`;
/**
 * Numbers with dots (4.2.1), codes of letters and digits (E-404), and numbers after "§", after the word for a part, or
 * after "number".
 */
const CODES = new RegExp(
  String.raw`(?<![\p{L}\p{N}.])(?:\d+(?:\.\d+){1,4}|\p{L}{1,5}[-.]?\d+(?:[.-]\d+)*)(?![\p{L}\p{N}]|[.,]\d)|(?<=${PART}|${COUNTED})\d+(?![\p{L}\p{N}]|[.,]\d)`,
  "giu",
);
const AFTER_PART = new RegExp(`${PART}$`, "iu");
/** Words before the number of a version. */
const VERSION = /(?:\b(?:version|release|update|app|v)|版)\s*$/iu;

/** A number or code by which a question names a part of a document or an entry; or the version of something. */
export type AskedCode = {
  /** Finds the code in a text in lower case, where it is no part of a longer one. */
  readonly pattern: RegExp;
  readonly isVersion: boolean;
  /** True for the number of a part: "clause 9". Another 9 than at the beginning of a unit, or after such a word, is none. */
  readonly isPart: boolean;
};

/** Lists the numbers and codes in a question. */
export const readCodes = (question: string): readonly AskedCode[] =>
  Array.from(question.matchAll(CODES), ({ 0: code, index }) => ({
    pattern: compile(code.toLowerCase()),
    isVersion: VERSION.test(question.slice(0, index)),
    isPart: /^\d+$/.test(code) && AFTER_PART.test(question.slice(0, index)),
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

/**
 * Returns how well a unit matches one of the codes, from 0 to 1: 1 if the unit begins with the code, less if the code
 * occurs later in the unit, in its headings or in its lead; 0 without a match. For a version, a match in the headings
 * counts 1, and one at the beginning little.
 */
export function matchCodes(codes: readonly AskedCode[], unit: Unit, text: string): number {
  return Math.max(0, ...codes.map((code) => matchCode(code, unit, text.toLowerCase())));
}

function matchCode({ pattern, isVersion, isPart }: AskedCode, unit: Unit, text: string) {
  if (unit.headings.some((heading) => pattern.test(heading.toLowerCase())))
    return isVersion ? 1 : WITHIN;
  const found = pattern.exec(text);
  // The lead of a member identifies its object.
  if (!found) return unit.kind === "member" && pattern.test(unit.lead.toLowerCase()) ? WITHIN : 0;
  const before = text.slice(0, found.index);
  const isFirst = /^[|§\s]*(?:\p{L}+:\s*)?$/u.test(before);
  if (isFirst && isVersion) return OTHER_SENSE;
  if (isFirst) return 1;
  return isPart && !AFTER_PART.test(before) ? 0 : WITHIN;
}
