import type { Unit } from "../../../knowledge/units.ts";
import { contentTerms } from "../../content-terms.ts";
import { areAkin } from "../evidence/akin-words.ts";
import { readCells } from "../evidence/row-cells.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import { sharesStem, type ExtractiveQuestion } from "../extractive-question.ts";

/** A unit with its text. */
type Evidence = { readonly unit: Unit; readonly text: string };

/** A number with the word after it: "60 months", "24 Monate". */
const QUANTITY = /(?<![\p{L}\p{N}.,])(\p{Nd}[\p{Nd}.,]*)\s*(\p{L}[\p{L}\p{M}]{2,})/gu;
/** A year from 1900 to 2099. */
const YEAR = /(?<![\p{L}\p{N}.,/-])(?:19|20)\d\d(?![\p{L}\p{N}]|[.,/-]\d)/gu;
/** The content of a table cell without a value. */
const EMPTY = /^(?:[-–—−.\s]*|n\.?\/?a\.?)$/iu;
/** Number of leading letters by which two units of measure are compared, so that "month" equals "months". */
const WORD_STEM = 4;

/**
 * Tests whether the evidence is about something similar to what the question asks for, or has no value for it. True if
 * the text above the evidence names "24 months" or 2025 where the question names "60 months" or 2027, if its table cells
 * in the columns that the question names are empty, or if it has nothing of the question but numbers.
 */
export function isOfNeighbour(question: ExtractiveQuestion, candidate: SentenceCandidate): boolean {
  const { passage, unit, start, end } = candidate;
  const evidence = { unit, text: passage.text.slice(start, end) };
  return (
    namesOtherYear(question.text, evidence) ||
    namesOtherQuantity(question.text, evidence) ||
    isEmptyThere(question, evidence) ||
    hasNumbersAlone(question, candidate)
  );
}

function namesOtherYear(question: string, { unit, text }: Evidence): boolean {
  const years = question.match(YEAR) ?? [];
  const above = readAbove(unit);
  return (
    years.length > 0 &&
    !years.some((year) => (above + text).includes(year)) &&
    above.match(YEAR) !== null
  );
}

function namesOtherQuantity(question: string, { unit, text }: Evidence): boolean {
  const above = readAbove(unit);
  const numbers = new Set(`${above}\n${text}`.match(/\p{Nd}+(?:[.,]\p{Nd}+)*/gu));
  const kinds = new Set(Array.from(above.matchAll(QUANTITY), ([, , word = ""]) => stemOf(word)));
  return Array.from(question.matchAll(QUANTITY)).some(
    ([, number = "", word = ""]) => kinds.has(stemOf(word)) && !numbers.has(number),
  );
}

const stemOf = (word: string) => word.toLowerCase().slice(0, WORD_STEM);

const readAbove = ({ headings, lead }: Unit) => [...headings, lead, ""].join("\n");

function isEmptyThere({ terms }: ExtractiveQuestion, { unit, text }: Evidence): boolean {
  const asked = readCells(unit, text).filter(({ label }) =>
    contentTerms(label).some((term) => terms.has(term)),
  );
  return asked.length > 0 && asked.every(({ value }) => EMPTY.test(value));
}

/**
 * Tests whether the evidence has a number of the question, and none of the words that say what the number is about: the
 * "2027" of a contract, for the tariffs of 2027. Never true of a row without a header,
 * which does not name its values.
 */
function hasNumbersAlone(
  { terms: asked }: ExtractiveQuestion,
  { unit, terms, context }: SentenceCandidate,
): boolean {
  if (unit.kind === "row" && unit.lead === "") return false;
  const said = new Set([...terms, ...context]);
  const isSaid = (term: string) => said.has(term) || sharesStem(term, said) || areAkin(term, said);
  const topics = [...asked].flatMap(([term, { isTopic }]) => (isTopic ? [term] : []));
  const words = topics.filter((term) => !isNumber(term));
  const hasNumber = topics.some((term) => isNumber(term) && said.has(term));
  return hasNumber && words.length > 0 && !words.some(isSaid);
}

const isNumber = (term: string): boolean => /^\p{N}+$/u.test(term);
