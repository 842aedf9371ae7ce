import type { Span } from "../../ingest/text/sentences.ts";
import type { ExtractiveAnswer, ExtractiveRequest, Passage } from "../answer-types.ts";
import { findAddressed } from "./addressing/find-addressed.ts";
import { composeAnswer } from "./composing/compose-answer.ts";
import { type Composing, readText } from "./composing/evidence-pieces.ts";
import { splitIntoParts } from "./composing/question-parts.ts";
import {
  type AnswerShape,
  asksExistence,
  detectShape,
  saysExistence,
} from "./composing/question-shape.ts";
import { isAskedRow } from "./confidence/asked-rows.ts";
import {
  readEvidence,
  type SentenceCandidate,
  type EvidenceReading,
} from "./extractive-candidates.ts";
import { predictConfidence, RANK_GAP_MAX, rankSentence } from "./extractive-model.ts";

/**
 * Below this confidence the answer abstains: for 9 % of SQuAD's answerable questions, for 36 % of its unanswerable ones,
 * which are written to look answerable, and for 90 % of its questions to a store of abstracts about other subjects.
 */
const CONFIDENCE_MIN = 0.268;

/** The confidence for a request without a subject ("Summarise this"): any evidence answers it equally well. */
const CONFIDENCE_OVERVIEW = 0.5;

/**
 * Answers with `extractive-1`, a model without a neural network: it quotes the sentences of the passages that answer
 * the question best, word for word and each with its citation. It is deterministic and limited to two sentences and 300
 * characters, and it cannot be unavailable, so it is the last fallback of every other model.
 */
export function answerExtractively(request: ExtractiveRequest): ExtractiveAnswer {
  const readable = { ...request, question: toReadable(request.question) };
  const answer = answerInContext(readable);
  if (!answer.abstained || request.history.length === 0) return answer;
  // A question may be complete although turns precede it; their terms would then count as missing.
  const alone = answerInContext({ ...readable, history: [] });
  return alone.abstained ? answer : alone;
}

/** Of a longer question, the beginning and the end are read: it has no more to say than a search can find. */
const QUESTION_CHARACTERS_MAX = 4_000;
/** Tags of HTML in a question, which are no words of it. */
const TAGS = /<\/?[a-z][^<>]{0,200}>/giu;

/** Returns a question without tags, and the beginning and the end of one that is too long. */
function toReadable(question: string): string {
  const half = QUESTION_CHARACTERS_MAX / 2;
  const isLong = question.length > QUESTION_CHARACTERS_MAX;
  const read = isLong ? `${question.slice(0, half)} ${question.slice(-half)}` : question;
  return read.replaceAll(TAGS, " ");
}

function answerInContext(request: ExtractiveRequest): ExtractiveAnswer {
  const passages = request.passages.filter(isFirstOfChunk);
  const reading = readEvidence(request, passages);
  const isUnaddressed = createQuotableTest();
  const composing = createComposing(reading, isUnaddressed, request.now ?? Date.now());
  const { best } = composing;
  if (!best) return NO_ANSWER;
  const scoreMax = Math.max(...passages.map(({ score }) => score));
  const parts = splitIntoParts(
    reading,
    request.history,
    (part) => createComposing(part, isUnaddressed, composing.now).best,
  );
  const composed =
    parts.length > 0
      ? parts.map((part) => createComposing(part.reading, isUnaddressed, composing.now))
      : [composing];
  const confidences = composed.map((part) =>
    part.best ? predictConfidence(part, part.best, scoreMax) : 0,
  );
  const confidence = reading.question.isOverview ? CONFIDENCE_OVERVIEW : Math.min(...confidences);
  if (confidence < CONFIDENCE_MIN) return { sentences: [], abstained: true, confidence };
  return { sentences: composeAnswer(composed), abstained: false, confidence };
}

const NO_ANSWER: ExtractiveAnswer = { sentences: [], abstained: true, confidence: 0 };

/** Ranks the units that may be quoted. A unit of an overview need not have to do with the question, which has no words. */
function createComposing(
  read: EvidenceReading,
  isUnaddressed: QuotableTest,
  now: number,
): Composing {
  const reading = { ...read, candidates: read.candidates.filter(isFirstAtPlace()) };
  const ranked = reading.question.isOverview
    ? openingSentences(reading)
    : rank(reading, isUnaddressed).filter((candidate) => isRelated(reading, candidate));
  // Most are never quoted, so only those before the best are judged here.
  return { reading, ranked, best: ranked.find(isUnaddressed), isQuotable: isUnaddressed, now };
}

/** Returns the candidates within `RANK_GAP_MAX` of the best that can be quoted, best first. */
function rank(
  { candidates, question }: EvidenceReading,
  isQuotable: QuotableTest,
): SentenceCandidate[] {
  const shape = detectShape(question.text);
  const ranked = candidates
    .filter(({ unit }) => unit.kind !== "code")
    .map((candidate) => ({
      candidate,
      rank:
        rankSentence(candidate.features, shape) +
        itemBonus(candidate, shape) +
        existenceBonus(question.text, candidate) -
        (isAskedRow(question, candidate, shape) ? 0 : UNASKED_ROW),
    }))
    .toSorted((a, b) => b.rank - a.rank);
  const best = ranked.find(({ candidate }) => isQuotable(candidate));
  const enough = (best?.rank ?? 0) - RANK_GAP_MAX;
  return ranked.filter((one) => one.rank >= enough).map(({ candidate }) => candidate);
}

/** A row that only has words of the question ranks below sentences that have as many. */
const UNASKED_ROW = 3;

/** A list or steps are more likely the items of a list than the sentences beside it. */
const ITEM_BONUS = 1.5;
const itemBonus = ({ unit, features }: SentenceCandidate, shape: AnswerShape) =>
  unit.kind === "item" && (shape === "list" || shape === "steps")
    ? ITEM_BONUS * features.headed
    : 0;

/** "Is there …?" is more likely answered by "There is no …" than by what only has the same words. */
const EXISTENCE_BONUS = 2.5;
const existenceBonus = (question: string, candidate: SentenceCandidate) =>
  asksExistence(question) && saysExistence(readText(candidate)) ? EXISTENCE_BONUS : 0;

/** Returns the evidence of the best file, from its beginning. */
function openingSentences({ candidates }: EvidenceReading): SentenceCandidate[] {
  const file = candidates[0]?.passage.fileId;
  return candidates
    .filter(({ passage }) => passage.fileId === file)
    .toSorted((a, b) => a.passage.start + a.start - (b.passage.start + b.start));
}

/**
 * Tests whether a sentence has to do with the question: it has a word of it or, if the question asks for a number, a
 * name or the like, one of those; or it follows or precedes such a sentence in its paragraph. Without this, a question
 * with a rare word is answered with whatever is beside that word, such as an instruction to an assistant.
 */
function isRelated({ question, candidates }: EvidenceReading, candidate: SentenceCandidate) {
  const touches = ({ features: { cover, stems, headed, meets } }: SentenceCandidate) =>
    cover > 0 ||
    stems > 0 ||
    headed > HEADED_MIN ||
    (question.expectation.expects !== "any" && meets > 0);
  if (touches(candidate)) return true;
  const at = candidates.indexOf(candidate);
  return [candidates[at - 1], candidates[at + 1]].some(
    (other) => other && touches(other) && isSameParagraph(candidate, other),
  );
}

/** Under a heading that matches the question so well, every unit has to do with it. */
const HEADED_MIN = 0.5;

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

/** Creates the test that leaves out a unit that an earlier passage has, too: passages overlap. */
function isFirstAtPlace() {
  const seen = new Set<string>();
  return ({ passage, start, end }: SentenceCandidate): boolean => {
    const { size } = seen;
    seen.add(`${passage.fileId} ${passage.start + start} ${passage.text.slice(start, end)}`);
    return seen.size > size;
  };
}

function isFirstOfChunk(passage: Passage, index: number, passages: readonly Passage[]): boolean {
  return passages.findIndex(({ chunkId }) => chunkId === passage.chunkId) === index;
}
