import type { Composing } from "./composing/evidence-pieces.ts";
import { type AnswerShape, detectShape } from "./composing/question-shape.ts";
import { isAskedRow } from "./confidence/asked-rows.ts";
import { lacksContact } from "./confidence/contacts.ts";
import {
  countUnnamed,
  isReplaced,
  lacksNegation,
  measureUntold,
} from "./confidence/differences.ts";
import { measureCrowd } from "./confidence/measure-crowd.ts";
import { measureLead } from "./confidence/measure-lead.ts";
import { isOfNeighbour } from "./confidence/neighbours.ts";
import { matchStatement } from "./confidence/statement.ts";
import type { SentenceCandidate, SentenceFeatures } from "./extractive-candidates.ts";

/**
 * Three linear models, `RANKING`, `SUBJECT` and `SUPPORT`. Wordings, thresholds and the weights that are set by hand
 * were chosen with all collections in view; what the models reach is in docs/evaluation.md.
 */

/**
 * Ranks sentences. The first eight weights are those of a softmax over the sentences of a question's passages, with those
 * of the right paragraph that contain an answer as the target, fitted on the articles of SQuAD with even numbers.
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
 * The weights of the model that estimates the probability that the evidence contains an answer. Those from `cover` to
 * `differs` are of a logistic regression, rounded: on SQuAD's articles with even numbers, answerable questions (0.3 times
 * the weight if the evidence misses the answer) against those without an answer and, with 0.7 times the weight, those
 * that were asked of SciFact's abstracts. In it, the weight of `untold` was kept from falling, and the weight of `stems` was kept near the one before, because other languages have more inflections
 * and compounds. That of `denied` is set by hand and weaker than a fitted one, because SQuAD's unanswerable questions
 * are negated far more often than real ones. The others are set by hand too, because SQuAD never asks for a clause, an
 * error code, a table cell or a telephone number, and does not use everyday words. The bias makes the confidence that of
 * SQuAD's questions.
 */
const SUPPORT = {
  cover: 1.15,
  stems: 2.4,
  meets: 0.61,
  asksName: 0.56,
  length: 0.63,
  found: 0.49,
  untold: -1,
  lead: 0.39,
  unnamed: -0.33,
  replaced: -0.35,
  stated: 0.94,
  differs: -0.78,
  denied: -1.75,
  coded: 1.5,
  uncoded: -2,
  akin: 1.2,
  neighbour: -2.5,
  unreachable: -2,
};
const SUPPORT_BIAS = -3.31;

/**
 * Estimates the probability that the store has something about the subject of the question. It is high unless the
 * keyword score of the weakest passage is about two thirds of the best one's or more. The weights were chosen from a
 * grid: of those with a recall of 76 % on SQuAD and no lost answer of the handbook, they refuse the most questions that
 * are asked of SciFact.
 */
const SUBJECT = { crowd: -25 };
const SUBJECT_BIAS = 17;

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

/** Maximum distance of the evidence of an answer from the best one, on the scale of `rankSentence`. */
export const RANK_GAP_MAX = 3;

/**
 * Estimates how well the passages support an answer, from 0 to 1: the probability that they are about the subject, times
 * the probability that they say what was asked. `best` is the unit that answers best, `scoreMax` the highest retrieval
 * score of the passages.
 */
export const predictConfidence = (
  composing: Composing,
  best: SentenceCandidate,
  scoreMax: number,
): number =>
  toProbability(weigh(SUBJECT, { crowd: measureCrowd(composing, best) }) + SUBJECT_BIAS) *
  toProbability(weigh(SUPPORT, computeSupport(composing, best, scoreMax)) + SUPPORT_BIAS);

const toProbability = (odds: number): number => 1 / (1 + Math.exp(-odds));

/** Computes the features that show that the evidence answers the question. */
function computeSupport(
  composing: Composing,
  best: SentenceCandidate,
  scoreMax: number,
): Record<keyof typeof SUPPORT, number> {
  const { question } = composing.reading;
  const { features, passage } = best;
  const text = passage.text.slice(best.start, best.end);
  const shape = detectShape(question.text);
  const statement = matchStatement(question, best);
  const rankOf = (candidate: SentenceCandidate) => rankSentence(candidate.features, shape);
  return {
    cover: features.cover,
    stems: features.stems,
    meets: features.meets,
    asksName: question.expectation.expects === "name" ? 1 : 0,
    length: Math.log(1 + question.terms.size),
    found: Math.min(FOUND_MAX, scoreMax),
    untold: measureUntold(question, best),
    lead: measureLead(composing, best, rankOf, RANK_GAP_MAX),
    unnamed: countUnnamed(question, best),
    replaced: isReplaced(question, best) ? 1 : 0,
    stated: statement.stated,
    differs: statement.differs ? 1 : 0,
    denied: lacksNegation(question, best) ? 1 : 0,
    coded: features.coded,
    uncoded: question.codes.length > 0 && features.coded === 0 ? 1 : 0,
    akin: features.akin,
    neighbour: isOfNeighbour(question, best) || !isAskedRow(question, best, shape) ? 1 : 0,
    unreachable: lacksContact(question.text, text) ? 1 : 0,
  };
}

function weigh<Name extends string>(
  weights: Readonly<Record<Name, number>>,
  values: Readonly<Record<NoInfer<Name>, number>>,
): number {
  let total = 0;
  for (const name in weights) total += weights[name] * values[name];
  return total;
}
