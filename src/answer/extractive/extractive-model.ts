import type { AnswerShape } from "./composing/question-shape.ts";
import { lacksContact } from "./confidence/contacts.ts";
import { isOfNeighbour } from "./confidence/neighbours.ts";
import type { SentenceCandidate, SentenceFeatures } from "./extractive-candidates.ts";
import type { ExtractiveQuestion } from "./extractive-question.ts";

/**
 * Two linear models. Eight weights of each were fitted offline; the others are set by hand. Measured with the fitted
 * weights on SQuAD 2.0 with all of its 1,216 paragraphs in one store (BM25, best 8 chunks), fitted on the articles with
 * even numbers and tested on those with odd numbers: the answer contains a gold answer for 66 % (fitted) and 82 %
 * (tested) of the answerable questions, 75 % together; the AUROC of the confidence is .651 and .667, together .661. The
 * wordings, the threshold and the few constants were chosen with both halves in view, so the second figure is not one
 * of unseen data.
 */

/**
 * Ranks sentences: fitted as a softmax over the sentences of a question's passages, with those of the right paragraph
 * that contain an answer as the target.
 */
const RANKING = {
  cover: 4.54,
  coverAround: 3.71,
  phrases: 2.25,
  stems: 6.18,
  meets: 1.69,
  standing: 5.89,
  namedCover: 0.77,
  fresh: -1.28,
  coded: 8,
  headed: 3,
  keyed: 3.5,
  akin: 2,
} satisfies Record<keyof SentenceFeatures, number>;

/**
 * The weights of the model that estimates the probability that the evidence contains an answer. It is a logistic
 * regression of answerable questions against unanswerable ones, and against questions asked of stores without their
 * subject (another article; five paragraphs of one). The weight of `denied` is set by hand and weaker than the fitted
 * -2.5, because SQuAD's unanswerable questions are negated far more often than real ones. The weights from `coded` to
 * `unreachable` are set by hand too, because SQuAD never asks for a clause, an error code, a table cell or a telephone
 * number, and does not use everyday words.
 */
const SUPPORT = {
  cover: 1.67,
  stems: 2.71,
  namedCover: 1.39,
  meets: 0.31,
  asksName: 0.35,
  length: 0.22,
  denied: -1.5,
  coded: 1.5,
  uncoded: -2,
  akin: 1.2,
  neighbour: -2,
  unreachable: -2,
  found: 1.58,
};
const SUPPORT_BIAS = -3.85;

/** Half of the score of a perfect match by words. A match by meaning may score higher but proves no more. */
const FOUND_MAX = 0.5;

/**
 * Scores how likely a sentence answers the question. The scores only serve to compare sentences; they are no
 * probabilities.
 */
export function rankSentence(features: SentenceFeatures, shape: AnswerShape = "fact"): number {
  return weigh(RANKING, features) + SECTION_BONUS[shape] * features.headed;
}

/** A question for a section, a list or all steps is answered below the heading that it names. */
const SECTION_BONUS: Record<AnswerShape, number> = { summary: 6, steps: 3.5, list: 3.5, fact: 0 };

/**
 * Estimates how well the passages support an answer, from 0 to 1. `best` is the sentence that answers best, `scoreMax`
 * the highest retrieval score of the passages.
 */
export function predictConfidence(
  question: ExtractiveQuestion,
  best: SentenceCandidate,
  scoreMax: number,
): number {
  return (
    1 / (1 + Math.exp(-weigh(SUPPORT, computeSupport(question, best, scoreMax)) - SUPPORT_BIAS))
  );
}

/** Computes the features that show that the evidence is about the subject of the question. */
function computeSupport(
  question: ExtractiveQuestion,
  best: SentenceCandidate,
  scoreMax: number,
): Record<keyof typeof SUPPORT, number> {
  const { features, passage } = best;
  const text = passage.text.slice(best.start, best.end);
  const isDenied = NEGATION.test(question.text) && !NEGATION.test(passage.text);
  return {
    cover: features.cover,
    stems: features.stems,
    namedCover: features.namedCover,
    meets: features.meets,
    asksName: question.expectation.expects === "name" ? 1 : 0,
    length: Math.log(1 + question.terms.size),
    denied: isDenied ? 1 : 0,
    coded: features.coded,
    uncoded: question.codes.length > 0 && features.coded === 0 ? 1 : 0,
    neighbour: isOfNeighbour(question, { unit: best.unit, text }) ? 1 : 0,
    unreachable: lacksContact(question.text, text) ? 1 : 0,
    akin: features.akin,
    found: Math.min(FOUND_MAX, scoreMax),
  };
}

/** A negated question needs negated evidence. */
const NEGATION =
  /\b(?:not|never|no|neither|nor|none|without|cannot|nicht|nie|niemals|kein\w*|ohne)\b|n['’]t\b|没有|不是|ไม่|ليس|(?:^|\s)لا\s/iu;

function weigh<Name extends string>(
  weights: Readonly<Record<Name, number>>,
  values: Readonly<Record<NoInfer<Name>, number>>,
): number {
  let total = 0;
  for (const name in weights) total += weights[name] * values[name];
  return total;
}
