import { contentTerms } from "../../content-terms.ts";
import type { AnswerShape } from "../composing/question-shape.ts";
import { readCells } from "../evidence/row-cells.ts";
import { isKeyed, readUnitValues } from "../evidence/unit-key.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import { type ExtractiveQuestion, sharesStem } from "../extractive-question.ts";

/** The question names the row by its key, or by one of its values. */
const NAMED_MIN = 0.8;
/** The question has a part of the key. */
const TOUCHED_MIN = 0.3;

/**
 * Tests whether a row, record or member can be what a question asks for: the question names it, or asks for the kind of
 * value that it has, or names one of its columns. Any other row only has words of the question, as the title of a book
 * has. Always true of other units.
 */
export function isAskedRow(
  question: ExtractiveQuestion,
  { unit, passage, start, end, features }: SentenceCandidate,
  shape: AnswerShape,
): boolean {
  if (!isKeyed(unit)) return true;
  const text = passage.text.slice(start, end);
  const asked = [...question.terms.keys()];
  if (features.coded > 0 || features.keyed >= NAMED_MIN) return true;
  if (readUnitValues(unit.kind, unit.lead, text).some((value) => isTitle(question, value)))
    return true;
  if (features.keyed < TOUCHED_MIN || shape === "steps") return false;
  const { expects } = question.expectation;
  if (unit.kind === "member" || (features.meets > 0 && expects !== "any")) return true;
  return readCells(unit, text).some(({ label }) =>
    contentTerms(label).some((term) => question.terms.has(term) || sharesStem(term, asked)),
  );
}

/** Tests whether the question has all words of a value of several words: "data protection officer". */
function isTitle({ terms }: ExtractiveQuestion, value: string): boolean {
  const words = contentTerms(value);
  return words.length > 1 && words.every((word) => terms.has(word));
}
