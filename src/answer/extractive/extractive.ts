import type { Span } from "../../ingest/sentences.ts";
import type {
  AnswerSentence,
  ExtractiveAnswer,
  ExtractiveRequest,
  Passage,
} from "../answer-types.ts";
import { citeSpan } from "../citing/citations.ts";
import { contentTerms } from "../content-terms.ts";
import { findAddressed } from "./addressing/find-addressed.ts";
import {
  readEvidence,
  type SentenceCandidate,
  type EvidenceReading,
} from "./extractive-candidates.ts";
import { predictConfidence, rankSentence } from "./extractive-model.ts";
import { trimToClauses } from "./extractive-trim.ts";

/** Maximum number of sentences in an answer of `extractive-1`. */
const ANSWER_SENTENCES_MAX = 2;
/** Maximum length of an answer of `extractive-1`. */
const ANSWER_CHARACTERS_MAX = 300;

/**
 * Below this confidence the answer abstains: for 10 % of SQuAD's answerable questions (25 % when the store has five
 * paragraphs), for 27 % of its unanswerable ones, which are written to look answerable, and for 85 % of questions to a
 * store without the article that they are about.
 */
const CONFIDENCE_MIN = 0.32;

/** The confidence for a request without a subject ("Summarise this"): any evidence answers it equally well. */
const CONFIDENCE_OVERVIEW = 0.5;

/** Minimum space for a second sentence: a shorter one says nothing. */
const SENTENCE_CHARACTERS_MIN = 40;

/** Maximum distance of the second sentence from the best one, on the scale of `rankSentence`. */
const RANK_GAP_MAX = 3;

/**
 * Answers with `extractive-1`, a model without a neural network: it quotes the sentences of the passages that answer
 * the question best, word for word and each with its citation. It is deterministic and limited to two sentences and 300
 * characters, and it cannot be unavailable, so it is the last fallback of every other model.
 */
export function answerExtractively(request: ExtractiveRequest): ExtractiveAnswer {
  const answer = answerInContext(request);
  if (!answer.abstained || request.history.length === 0) return answer;
  // A question may be complete although turns precede it; their terms would then count as missing.
  const alone = answerInContext({ ...request, history: [] });
  return alone.abstained ? answer : alone;
}

function answerInContext(request: ExtractiveRequest): ExtractiveAnswer {
  const passages = request.passages.filter(isFirstOfChunk);
  const reading = readEvidence(request, passages);
  const isUnaddressed = createQuotableTest();
  const isQuotable: QuotableTest = (candidate) =>
    (reading.question.isOverview || isRelated(reading, candidate)) && isUnaddressed(candidate);
  const ranked = reading.question.isOverview
    ? openingSentences(reading)
    : rank(reading, isUnaddressed);
  const best = ranked.find(isUnaddressed);
  if (!best || !ranked.some(isQuotable)) return { sentences: [], abstained: true, confidence: 0 };
  const scoreMax = Math.max(...passages.map(({ score }) => score));
  const confidence = reading.question.isOverview
    ? CONFIDENCE_OVERVIEW
    : predictConfidence(reading.question, best, scoreMax);
  if (confidence < CONFIDENCE_MIN) return { sentences: [], abstained: true, confidence };
  return { sentences: selectSentences(reading, ranked, isQuotable), abstained: false, confidence };
}

/** Returns the candidates within `RANK_GAP_MAX` of the best that can be quoted, best first. */
function rank({ candidates }: EvidenceReading, isQuotable: QuotableTest): SentenceCandidate[] {
  const ranked = candidates
    .map((candidate) => ({ candidate, rank: rankSentence(candidate.features) }))
    .toSorted((a, b) => b.rank - a.rank);
  const best = ranked.find(({ candidate }) => isQuotable(candidate));
  const enough = (best?.rank ?? 0) - RANK_GAP_MAX;
  return ranked.filter((one) => one.rank >= enough).map(({ candidate }) => candidate);
}

/** Returns the evidence of the best file, from its beginning. */
function openingSentences({ candidates }: EvidenceReading): SentenceCandidate[] {
  const file = candidates[0]?.passage.fileId;
  return candidates
    .filter(({ passage }) => passage.fileId === file)
    .toSorted((a, b) => a.passage.start + a.start - (b.passage.start + b.start));
}

type Selected = {
  readonly candidate: SentenceCandidate;
  readonly start: number;
  readonly end: number;
};

function selectSentences(
  reading: EvidenceReading,
  ranked: readonly SentenceCandidate[],
  isQuotable: QuotableTest,
): AnswerSentence[] {
  const selected: Selected[] = [];
  let room = ANSWER_CHARACTERS_MAX;
  for (const candidate of ranked) {
    if (selected.length === ANSWER_SENTENCES_MAX || room < SENTENCE_CHARACTERS_MIN) break;
    if (selected.some((other) => repeats(candidate, other.candidate))) continue;
    if (!isQuotable(candidate)) continue;
    const span = trimToClauses(candidate.passage.text, candidate, room, (part) =>
      scorePart(reading, part),
    );
    if (selected.length > 0 && span.end - span.start < candidate.end - candidate.start) continue;
    selected.push({ candidate, ...span });
    room -= span.end - span.start + 1;
  }
  return selected.toSorted(inReadingOrder).map(({ candidate, start, end }) => {
    const citation = citeSpan(candidate.passage, start, end);
    return { text: citation.quote, citations: [citation] };
  });
}

/**
 * Tests whether a sentence has to do with the question: it has a word of it or, if the question asks for a number, a
 * name or the like, one of those; or it follows or precedes such a sentence in its paragraph. Without this, a question
 * with a rare word is answered with whatever is beside that word, such as an instruction to an assistant.
 */
function isRelated({ question, candidates }: EvidenceReading, candidate: SentenceCandidate) {
  const touches = ({ features: { cover, stems, meets } }: SentenceCandidate) =>
    cover > 0 || stems > 0 || (question.expectation.expects !== "any" && meets > 0);
  if (touches(candidate)) return true;
  const at = candidates.indexOf(candidate);
  return [candidates[at - 1], candidates[at + 1]].some(
    (other) => other && touches(other) && isSameParagraph(candidate, other),
  );
}

function isSameParagraph(a: SentenceCandidate, b: SentenceCandidate): boolean {
  if (a.passage !== b.passage) return false;
  const between = a.passage.text.slice(Math.min(a.end, b.end), Math.max(a.start, b.start));
  return !PARAGRAPH.test(between);
}

const PARAGRAPH = /\n\s*\n/;

type QuotableTest = (candidate: SentenceCandidate) => boolean;

/**
 * Creates the test that leaves out sentences which address an assistant. A passage is judged when the first of its
 * candidates is about to be quoted, since most passages are not quoted at all.
 */
function createQuotableTest(): QuotableTest {
  const judged = new Map<Passage, readonly Span[]>();
  return ({ passage, start, end }) => {
    const addressed = judged.get(passage) ?? findAddressed(passage.text);
    judged.set(passage, addressed);
    return !addressed.some((span) => span.start < end && start < span.end);
  };
}

/** Detects repeated sentences: chunks overlap, and files repeat each other. */
function repeats(candidate: SentenceCandidate, other: SentenceCandidate): boolean {
  const [a, b] = [candidate, other];
  const isSameFile = a.passage.fileId === b.passage.fileId;
  const isApart =
    a.passage.start + a.end <= b.passage.start + b.start ||
    b.passage.start + b.end <= a.passage.start + a.start;
  if (isSameFile && !isApart) return true;
  return candidate.terms.length > 0 && candidate.terms.join(" ") === other.terms.join(" ");
}

function isFirstOfChunk(passage: Passage, index: number, passages: readonly Passage[]): boolean {
  return passages.findIndex(({ chunkId }) => chunkId === passage.chunkId) === index;
}

/** Orders sentences of one file as in the file. Otherwise the better one stays first. */
function inReadingOrder(a: Selected, b: Selected): number {
  if (a.candidate.passage.fileId !== b.candidate.passage.fileId) return 0;
  return a.candidate.passage.start + a.start - (b.candidate.passage.start + b.start);
}

/** Values a part of a sentence that must be cut: by the terms of the question in it, then by its length. */
function scorePart({ question }: EvidenceReading, part: string): number {
  let worth = part.length / 1_000;
  for (const term of new Set(contentTerms(part))) worth += question.terms.get(term)?.weight ?? 0;
  return worth;
}
