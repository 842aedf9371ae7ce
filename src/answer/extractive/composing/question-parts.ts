import type { TextTurn } from "../../answer-types.ts";
import { dependsOnContext } from "../../questions/depends-on-context.ts";
import {
  type EvidenceReading,
  type SentenceCandidate,
  weighEvidence,
} from "../extractive-candidates.ts";
import { type ExtractiveQuestion, readQuestion, sharesStem } from "../extractive-question.ts";
import { splitQuestion } from "./question-shape.ts";

/** A part of a question, with the evidence weighed for it and the unit that answers it best. */
export type QuestionPart = { readonly reading: EvidenceReading; readonly best: SentenceCandidate };

/** Minimum share of the weight of a part's own words, which no other part has, that its unit must contain. */
const OWN_COVER_MIN = 0.5;

/**
 * Splits a question into parts that different units answer. `pickBest` chooses the best unit of a reading. Returns an
 * empty list if the question has one part, if one unit answers all parts, or if a part has no unit that answers it.
 */
export function splitIntoParts(
  reading: EvidenceReading,
  history: readonly TextTurn[],
  pickBest: (reading: EvidenceReading) => SentenceCandidate | undefined,
): readonly QuestionPart[] {
  const texts = splitQuestion(reading.question.text);
  if (texts.length < 2) return [];
  const vocabularies = reading.passages.map(
    ({ units }) => new Set(units.flatMap(({ terms, context }) => [...terms, ...context])),
  );
  const questions = texts.map((text) => readQuestion(text, history, vocabularies));
  const whole = pickBest(reading);
  if (whole && questions.every((question) => hasOwn(whole, question, questions))) return [];
  const parts: QuestionPart[] = [];
  for (const question of questions) {
    const last = parts.at(-1);
    const part =
      (last && continueFrom(last, question, vocabularies)) ??
      weighEvidence(question, reading.passages);
    const best = pickBest(part);
    if (!best || !hasOwn(best, question, questions)) return [];
    parts.push({ reading: part, best });
  }
  return new Set(parts.map(({ best }) => `${best.passage.chunkId} ${best.start}`)).size > 1
    ? parts
    : [];
}

/**
 * Weighs the evidence for a part that depends on the preceding one, such as "… and which code is that?", with the
 * answer to that part as context. Returns undefined if the part does not depend on it.
 */
function continueFrom(
  { reading, best }: QuestionPart,
  question: ExtractiveQuestion,
  vocabularies: readonly ReadonlySet<string>[],
): EvidenceReading | undefined {
  const before = reading.question.text;
  const dependence = dependsOnContext(question.text, [before]);
  if (dependence !== "entire" && dependence !== "large") return undefined;
  const said = `${before} ${best.passage.text.slice(best.start, best.end)}`;
  const asked = readQuestion(question.text, [{ role: "user", text: said }], vocabularies);
  const part = weighEvidence(asked, reading.passages);
  const isOther = ({ passage, start }: SentenceCandidate) =>
    passage.chunkId !== best.passage.chunkId || start !== best.start;
  return { ...part, candidates: part.candidates.filter(isOther) };
}

/** Tests whether a unit or its context contains enough of the words that only this part of the question has. */
function hasOwn(
  { terms, context }: SentenceCandidate,
  question: ExtractiveQuestion,
  questions: readonly ExtractiveQuestion[],
): boolean {
  const others = questions.filter((other) => other !== question);
  const own = [...question.terms].filter(
    ([term]) => !others.every((other) => other.terms.has(term)),
  );
  const seen = new Set([...terms, ...context]);
  let [covered, total] = [0, 0];
  for (const [term, { weight }] of own) {
    total += weight;
    if (seen.has(term) || sharesStem(term, seen)) covered += weight;
  }
  return total > 0 && covered >= OWN_COVER_MIN * total;
}
