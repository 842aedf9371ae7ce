import { sentences, type Span } from "../ingest/sentences.ts";
import type { ExtractiveRequest, Passage } from "./answer-types.ts";
import { contentTerms } from "./content-terms.ts";
import { meets } from "./extractive-expectation.ts";
import { hasStemOf, readQuestion, termsOfPassage, type Question } from "./extractive-question.ts";

/** A sentence of the evidence, and what speaks for it. */
export type Candidate = {
  readonly passage: Passage;
  readonly rank: number;
  /** Span within the passage's text. */
  readonly start: number;
  readonly end: number;
  readonly terms: readonly string[];
  readonly features: SentenceFeatures;
};

export type SentenceFeatures = {
  /** Weighted share of the question's terms in the sentence. */
  readonly cover: number;
  /** The same for the sentence with its neighbours and headings. */
  readonly coverAround: number;
  /** The same for the whole passage. */
  readonly coverPassage: number;
  /** Share of the question's neighbouring terms that stand close together in the sentence. */
  readonly phrases: number;
  /** Terms found only by a common beginning: inflections, compounds. */
  readonly stems: number;
  readonly meets: number;
  /** The passage's retrieval score relative to the best one. */
  readonly standing: number;
  readonly top: number;
  readonly opening: number;
  readonly length: number;
  readonly namedCover: number;
  readonly fresh: number;
};

export type Reading = { readonly question: Question; readonly candidates: readonly Candidate[] };

/** Reads every sentence of the evidence against the question. */
export function readEvidence(
  request: Pick<ExtractiveRequest, "question" | "history">,
  passages: readonly Passage[],
): Reading {
  const question = readQuestion(request.question, request.history, passages.map(termsOfPassage));
  const best = Math.max(...passages.map((passage) => passage.score), 1e-9);
  const candidates = passages.flatMap((passage, rank) =>
    readPassage(question, passage, rank, passage.score / best),
  );
  return { question, candidates };
}

function readPassage(question: Question, passage: Passage, rank: number, standing: number) {
  const spans = sentenceSpans(passage.text);
  const heading = contentTerms(passage.heading);
  const terms = spans.map(({ start, end }) => contentTerms(passage.text.slice(start, end)));
  const coverPassage = cover(question, [...heading, ...terms.flat()]);
  return spans.map(({ start, end }, index): Candidate => {
    const own = terms[index] ?? [];
    const around = [...heading, ...(terms[index - 1] ?? []), ...own, ...(terms[index + 1] ?? [])];
    const sentence = passage.text.slice(start, end);
    return {
      passage,
      rank,
      start,
      end,
      terms: own,
      features: {
        cover: cover(question, own),
        coverAround: cover(question, around),
        coverPassage,
        phrases: phraseShare(question, own),
        stems: stemShare(question, own),
        meets: meets(question.expects, sentence, question.text) ? 1 : 0,
        standing,
        top: rank === 0 ? 1 : 0,
        opening: index === 0 ? 1 : 0,
        length: Math.log(1 + own.length),
        namedCover: namedShare(question, around),
        fresh: Math.min(1, own.filter((term) => !question.terms.has(term)).length / 4),
      },
    };
  });
}

/** Sentences that can be quoted: headings, fences, rules and table borders are not. */
function sentenceSpans(text: string): Span[] {
  const spans: Span[] = [];
  for (const { start, end } of sentences(text)) {
    const sentence = text.slice(start, end);
    if (/^(?:#{1,6}\s|```|~~~)/.test(sentence) || !/[\p{L}\p{N}]/u.test(sentence)) continue;
    const mark = /^(?:[-*+>]\s+|\d{1,3}[.)]\s+)+/.exec(sentence)?.[0].length ?? 0;
    spans.push({ start: start + mark, end });
  }
  return spans;
}

function cover(question: Question, terms: readonly string[]): number {
  const seen = new Set(terms);
  let covered = 0;
  for (const [term, { weight }] of question.terms) if (seen.has(term)) covered += weight;
  return question.weightTotal > 0 ? covered / question.weightTotal : 0;
}

function namedShare(question: Question, terms: readonly string[]): number {
  const seen = new Set(terms);
  const named = [...question.terms].filter(([, { named: isNamed }]) => isNamed);
  if (named.length === 0) return 1;
  return named.filter(([term]) => seen.has(term)).length / named.length;
}

function phraseShare(question: Question, terms: readonly string[]): number {
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

function stemShare(question: Question, terms: readonly string[]): number {
  const seen = new Set(terms);
  let shared = 0;
  for (const [term, { weight }] of question.terms) {
    if (!seen.has(term) && hasStemOf(term, seen)) shared += weight;
  }
  return question.weightTotal > 0 ? shared / question.weightTotal : 0;
}
