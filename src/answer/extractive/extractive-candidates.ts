import { sentences, type Span } from "../../ingest/sentences.ts";
import type { ExtractiveRequest, Passage } from "../answer-types.ts";
import { contentTerms } from "../content-terms.ts";
import { meetsExpectation } from "../questions/asked-kind.ts";
import { sharesStem, readQuestion, type ExtractiveQuestion } from "./extractive-question.ts";

/** A sentence of a passage that may answer the question, with the features that rank it. */
export type SentenceCandidate = {
  readonly passage: Passage;
  /** Start of the sentence in the passage's text; `end` is after its last character. */
  readonly start: number;
  readonly end: number;
  readonly terms: readonly string[];
  readonly features: SentenceFeatures;
};

/**
 * The features of a sentence, from which `rankSentence` and `predictConfidence` compute their scores with linear
 * models. All are between 0 and 1.
 */
export type SentenceFeatures = {
  /** Share of the question's terms that occur in the sentence, each counted by its weight. */
  readonly cover: number;
  /**
   * Share of the question's terms that occur in the sentence, the sentences beside it or its headings, counted by
   * weight.
   */
  readonly coverAround: number;
  /** Share of the pairs of neighbouring terms in the question that are also close together in the sentence. */
  readonly phrases: number;
  /**
   * Share of the question's terms, by weight, that match a term of the sentence only by a common beginning, as
   * inflections and compounds do.
   */
  readonly stems: number;
  /**
   * 1 if the sentence contains something of the kind that the question asks for, such as a date for "when"; otherwise
   * 0.
   */
  readonly meets: number;
  /** The retrieval score of the sentence's passage, divided by that of the best passage. */
  readonly standing: number;
  /** Share of the question's names and numbers that occur in the sentence, the sentences beside it or its headings. */
  readonly namedCover: number;
  /**
   * Measure of the new terms in the sentence, which the question does not have, at most 1. It is low for a title that
   * only repeats the question.
   */
  readonly fresh: number;
};

/** The analysed question, and the sentences of the passages that may answer it. */
export type EvidenceReading = {
  readonly question: ExtractiveQuestion;
  readonly candidates: readonly SentenceCandidate[];
};

/**
 * Analyses the question, and computes for every sentence of the passages the features that show how well the sentence
 * answers it.
 */
export function readEvidence(
  request: Pick<ExtractiveRequest, "question" | "history">,
  passages: readonly Passage[],
): EvidenceReading {
  const read = passages.map(readPassage);
  const question = readQuestion(
    request.question,
    request.history,
    read.map(
      ({ heading, sentences: own }) => new Set([...heading, ...own.flatMap((one) => one.terms)]),
    ),
  );
  const best = Math.max(...passages.map((passage) => passage.score), 1e-9);
  return { question, candidates: read.flatMap((passage) => weighPassage(question, passage, best)) };
}

type ReadPassage = {
  readonly passage: Passage;
  readonly heading: readonly string[];
  readonly sentences: readonly (Span & { readonly terms: readonly string[] })[];
};

function readPassage(passage: Passage): ReadPassage {
  return {
    passage,
    heading: contentTerms(passage.heading),
    sentences: sentenceSpans(passage.text).map(({ start, end }) => ({
      start,
      end,
      terms: contentTerms(passage.text.slice(start, end)),
    })),
  };
}

function weighPassage(
  question: ExtractiveQuestion,
  { passage, heading, sentences: read }: ReadPassage,
  scoreBest: number,
): SentenceCandidate[] {
  return read.map(({ start, end, terms }, index) => {
    const [before, after] = [read[index - 1]?.terms ?? [], read[index + 1]?.terms ?? []];
    const around = [...heading, ...before, ...terms, ...after];
    const sentence = passage.text.slice(start, end);
    const features: SentenceFeatures = {
      cover: cover(question, terms),
      coverAround: cover(question, around),
      phrases: phraseShare(question, terms),
      stems: stemShare(question, terms),
      meets: meetsExpectation(question.expectation, sentence, question.text) ? 1 : 0,
      standing: Math.max(0, passage.score) / scoreBest,
      namedCover: namedShare(question, around),
      fresh: Math.min(1, terms.filter((term) => !question.terms.has(term)).length / FRESH_TERMS),
    };
    return { passage, start, end, terms, features };
  });
}

/** Number of new terms that is enough for an answer. */
const FRESH_TERMS = 4;

/** Finds the sentences that can be quoted: no headings, code, rules, table borders or questions. */
function sentenceSpans(text: string): Span[] {
  const spans: Span[] = [];
  const code = codeSpans(text);
  for (const { start, end } of sentences(text)) {
    const sentence = text.slice(start, end);
    if (code.some((fence) => start >= fence.start && start < fence.end)) continue;
    if (/^(?:#{1,6}\s|```|~~~)/.test(sentence) || !/[\p{L}\p{N}]/u.test(sentence)) continue;
    if (/[?？؟]\s*$/u.test(sentence)) continue;
    const mark = /^(?:[-*+>]\s+|\d{1,3}[.)]\s+)+/.exec(sentence)?.[0].length ?? 0;
    spans.push({ start: start + mark, end });
  }
  return spans;
}

/** Finds fenced code blocks. A block that the passage cuts off extends to the end of the passage. */
function codeSpans(text: string): Span[] {
  const fences = Array.from(text.matchAll(/^[ \t]*(?:```|~~~)/gm), ({ index }) => index);
  return fences.flatMap((start, at) =>
    at % 2 === 0 ? [{ start, end: fences[at + 1] ?? text.length }] : [],
  );
}

function cover(question: ExtractiveQuestion, terms: readonly string[]): number {
  const seen = new Set(terms);
  let covered = 0;
  for (const [term, { weight }] of question.terms) if (seen.has(term)) covered += weight;
  return question.weightTotal > 0 ? covered / question.weightTotal : 0;
}

function namedShare(question: ExtractiveQuestion, terms: readonly string[]): number {
  const seen = new Set(terms);
  const named = [...question.terms].filter(([, { named: isNamed }]) => isNamed);
  if (named.length === 0) return 1;
  return named.filter(([term]) => seen.has(term)).length / named.length;
}

function phraseShare(question: ExtractiveQuestion, terms: readonly string[]): number {
  if (question.order.length < 2) return 0;
  let found = 0;
  for (let index = 1; index < question.order.length; index++) {
    const [left, right] = [question.order[index - 1], question.order[index]];
    found += terms.some(
      (term, at) => term === right && (terms[at - 1] === left || terms[at - 2] === left),
    )
      ? 1
      : 0;
  }
  return found / (question.order.length - 1);
}

function stemShare(question: ExtractiveQuestion, terms: readonly string[]): number {
  const seen = new Set(terms);
  let shared = 0;
  for (const [term, { weight }] of question.terms) {
    if (!seen.has(term) && sharesStem(term, seen)) shared += weight;
  }
  return question.weightTotal > 0 ? shared / question.weightTotal : 0;
}
