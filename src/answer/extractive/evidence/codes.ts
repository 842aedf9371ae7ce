import type { Unit } from "../../../knowledge/units.ts";

/** Words for a part of a document, before its number. */
const PART_WORDS = String.raw`(?:§+|\b(?:section|clause|article|chapter|paragraph|annex|appendix|rule|step|item|absatz|artikel|abschnitt|kapitel|artículo|articolo|artigo))\s*`;
/** Numbers with points, codes of letters and digits, and numbers after a word for a part of a document. */
const CODES = new RegExp(
  String.raw`(?<![\p{L}\p{N}.])(?:\d+(?:\.\d+){1,4}|\p{L}{1,5}[-.]?\d+(?:[.-]\d+)*)(?![\p{L}\p{N}]|[.,]\d)|(?<=${PART_WORDS})\d+(?![\p{L}\p{N}]|[.,]\d)`,
  "giu",
);
const AFTER_PART_WORD = new RegExp(`${PART_WORDS}$`, "iu");
/** Words before the number of a version. */
const VERSION = /(?:\b(?:version|release|update|app|v)|版)\s*$/iu;

/** A number or code by which a question names a part of a document or an entry; or the version of something. */
export type AskedCode = {
  /** Finds the code in a text in lower case, where it is no part of a longer one. */
  readonly pattern: RegExp;
  readonly isVersion: boolean;
  /** True for a plain number, which is that of a part only where it begins something or follows a word for a part. */
  readonly isPart: boolean;
};

/** Lists the numbers and codes in a question. */
export const readCodes = (question: string): readonly AskedCode[] =>
  Array.from(question.matchAll(CODES), ({ 0: code, index }) => ({
    pattern: compile(code.toLowerCase()),
    isVersion: VERSION.test(question.slice(0, index)),
    isPart: /^\d+$/.test(code),
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

function matchCode(code: AskedCode, headings: readonly string[], text: string) {
  const { isVersion } = code;
  if (headings.some((heading) => findCode(code, heading.toLowerCase()) !== null))
    return isVersion ? 1 : WITHIN;
  const before = findCode(code, text);
  if (before === null) return 0;
  const isFirst = BEGINNING.test(before);
  if (isFirst && isVersion) return OTHER_SENSE;
  return isFirst ? 1 : WITHIN;
}

/** What may stand before the number of a part at the beginning of its text. */
const BEGINNING = /^[|§\s]*(?:\p{L}+:\s*)?$/u;

/** Returns the text before the code; null if it is not there. */
function findCode({ pattern, isPart }: AskedCode, text: string): string | null {
  const found = pattern.exec(text);
  if (!found) return null;
  const before = text.slice(0, found.index);
  return isPart && !BEGINNING.test(before) && !AFTER_PART_WORD.test(before) ? null : before;
}
