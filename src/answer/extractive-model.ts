import type { Candidate, SentenceFeatures } from "./extractive-candidates.ts";
import type { Question } from "./extractive-question.ts";

const RANKING = {
  cover: 4.067,
  coverAround: 3.092,
  coverPassage: -2.086,
  phrases: 2.853,
  stems: 5.572,
  meets: 1.74,
  standing: 7.053,
  top: 0.156,
  opening: 0.106,
  namedCover: 0.84,
  fresh: -1.117,
} satisfies Partial<Record<keyof SentenceFeatures, number>>;

const SUPPORT = {
  cover: 1.04,
  stems: 1.78,
  namedCover: 0.8,
  meets: 0.3,
  asksName: 0.6,
  length: 0.12,
  denied: -1.5,
  unknown: -1.5,
};
const SUPPORT_BIAS = -1.98;

/** When more than half of what is asked stands nowhere in the evidence, it is about something else. */
const UNKNOWN_MAX = 0.5;

/** How likely the sentence answers, on a scale of its own: only differences mean something. */
export function rankSentence(features: SentenceFeatures): number {
  return weigh(RANKING, features);
}

/** 0 … 1: how well the evidence supports an answer, judged by its best sentence. */
export function confidenceOf(question: Question, best: Candidate): number {
  return 1 / (1 + Math.exp(-weigh(SUPPORT, supportOf(question, best)) - SUPPORT_BIAS));
}

/** What speaks for the evidence being about the very thing that is asked. */
export function supportOf(question: Question, { features, passage }: Candidate): Support {
  const isDenied = NEGATION.test(question.text) && !NEGATION.test(passage.text);
  return {
    cover: features.cover,
    stems: features.stems,
    namedCover: features.namedCover,
    meets: features.meets,
    asksName: question.expects === "name" ? 1 : 0,
    length: Math.log(1 + question.terms.size),
    denied: isDenied ? 1 : 0,
    unknown: question.unknown > UNKNOWN_MAX ? 1 : 0,
  };
}

type Support = Record<keyof typeof SUPPORT, number>;

/** A question about what is not so needs evidence that says it. */
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
