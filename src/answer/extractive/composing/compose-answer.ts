import type { WrittenDate } from "../../../knowledge/written-dates.ts";
import type { AnswerSentence } from "../../answer-types.ts";
import { citeSpan } from "../../citing/citations.ts";
import { contentTerms } from "../../content-terms.ts";
import { isNumbered } from "../evidence/passage-units.ts";
import { ANSWER_CHARACTERS_MAX, pointsBack } from "../evidence/points-back.ts";
import { isKeyed } from "../evidence/unit-key.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import type { ExtractiveQuestion } from "../extractive-question.ts";
import { trimToClauses } from "../extractive-trim.ts";
import { chooseCurrent } from "./current-version.ts";
import {
  type Composing,
  fitPieces,
  measureCover,
  type AnswerPiece,
  readSection,
  readText,
} from "./evidence-pieces.ts";
import { detectShape, type AnswerShape } from "./question-shape.ts";
import { joinLines, renderNext, renderUnit } from "./render-unit.ts";
import { takeLabelled, takeList, takeSiblings } from "./whole-lists.ts";

const SUMMARY_CHARACTERS_MAX = 700;
/** Minimum space for a second sentence: a shorter one says nothing. */
const SENTENCE_CHARACTERS_MIN = 40;
/** A heading with this share of the question's weight is what the question asks about. */
const HEADING_COVER_MIN = 0.6;

/** Composes an answer of the evidence for each part of a question; one for a question that has no parts. */
export function composeAnswer(parts: readonly Composing[]): AnswerSentence[] {
  const isOne = parts.length === 1;
  return parts.flatMap((composing) => {
    const { reading, best } = composing;
    if (!best) return [];
    const { question } = reading;
    const shape = detectShape(question.text);
    const { candidate, since } = chooseCurrent(best, reading.candidates, question, composing.now);
    if (shape === "summary" && isOne) return toSentences(summarize(composing), question);
    const pieces = expand(composing, candidate, shape);
    const own = isOne
      ? pieces
      : pieces
          .filter((piece) => piece.isLine || piece.candidate === candidate)
          .map((piece) => ({ ...piece, isLine: piece.isLine || isKeyed(piece.candidate.unit) }));
    return withDate(toSentences(own, question), since);
  });
}

/** Says after the first sentence since when it is valid, if an older version says something else. */
function withDate(sentences: AnswerSentence[], since: WrittenDate | null): AnswerSentence[] {
  const [first, ...others] = sentences;
  if (!first || since === null) return sentences;
  return [{ ...first, text: `${first.text.replace(/[.。]$/u, "")} (${since})` }, ...others];
}

/** Adds to the best unit what a reader needs with it. */
function expand(composing: Composing, best: SentenceCandidate, shape: AnswerShape): AnswerPiece[] {
  const labelled = takeLabelled(composing, best);
  if (labelled.length > 1) return labelled;
  const list = takeList(composing, best, shape);
  if (list.length > 0) return list;
  if (best.unit.kind === "member") return takeSiblings(composing, best);
  const answer = wholeAnswer(composing, best);
  if (answer.length > 0) return answer;
  return withSecond(composing, best);
}

/** Returns the whole answer below a question or heading that says what was asked; nothing if it is too long. */
function wholeAnswer({ reading, isQuotable }: Composing, best: SentenceCandidate): AnswerPiece[] {
  const { candidates, question } = reading;
  const heading = best.unit.headings.at(-1) ?? "";
  const isAsked = /[?？؟]\s*$/u.test(heading);
  if (!isAsked || best.unit.kind === "row") return [];
  if (measureCover(question, contentTerms(heading)) < HEADING_COVER_MIN) return [];
  const section = readSection(candidates, best).filter(isQuotable);
  const length = section.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  if (length > 2 * ANSWER_CHARACTERS_MAX) return [];
  return section.map((candidate) => ({
    candidate,
    span: candidate,
    isLine: candidate.unit.kind === "item",
  }));
}

/** Adds a second sentence of the passage, if there is room. */
function withSecond(composing: Composing, best: SentenceCandidate): AnswerPiece[] {
  const { reading, isQuotable } = composing;
  const worth = (part: string) => scorePart(reading.question, part);
  const first = trimToClauses(best.passage.text, best, ANSWER_CHARACTERS_MAX, worth);
  const pieces: AnswerPiece[] = [{ candidate: best, span: first, isLine: false }];
  const room = ANSWER_CHARACTERS_MAX - (first.end - first.start) - 1;
  if (best.unit.kind !== "sentence" || room < SENTENCE_CHARACTERS_MIN) return pieces;
  const fits = (other: SentenceCandidate) => other.end - other.start <= room && isQuotable(other);
  const second = chooseSecond(composing, best, fits);
  if (second && fits(second)) pieces.push({ candidate: second, span: second, isLine: false });
  return pieces.toSorted((a, b) => a.candidate.start - b.candidate.start);
}

/**
 * Chooses the sentence before one that points back to it, or the next best sentence of the passage, or the one after it
 * that points back, unless the first one already has what is asked.
 */
function chooseSecond(
  { reading: { candidates, question }, ranked }: Composing,
  best: SentenceCandidate,
  fits: (other: SentenceCandidate) => boolean,
): SentenceCandidate | undefined {
  if (pointsBack(readText(best))) return sentenceBefore(candidates, best);
  const next = ranked.find(
    (other) =>
      other !== best &&
      other.unit.kind === "sentence" &&
      other.passage === best.passage &&
      fits(other) &&
      !repeats(other, best),
  );
  if (next || (question.expectation.expects !== "any" && best.features.meets > 0)) return next;
  const after = candidates[candidates.indexOf(best) + 1];
  const isOfIt = after && sentenceBefore(candidates, after) === best && pointsBack(readText(after));
  return isOfIt && after.unit.kind === "sentence" ? after : undefined;
}

function sentenceBefore(candidates: readonly SentenceCandidate[], one: SentenceCandidate) {
  const before = candidates[candidates.indexOf(one) - 1];
  const isNear = before?.passage === one.passage && before.unit.block === one.unit.block;
  return isNear ? before : undefined;
}

function summarize({ reading, best, isQuotable }: Composing): AnswerPiece[] {
  if (!best) return [];
  const section = readSection(reading.candidates, best).filter(isQuotable);
  const pieces = section.map((candidate) => ({
    candidate,
    span: candidate,
    isLine: candidate.unit.kind !== "sentence",
  }));
  return fitPieces(pieces, SUMMARY_CHARACTERS_MAX);
}

/** Values a part of a sentence that must be cut: by the terms of the question in it, then by its length. */
function scorePart(question: ExtractiveQuestion, part: string): number {
  let worth = part.length / 1_000;
  for (const term of new Set(contentTerms(part))) worth += question.terms.get(term)?.weight ?? 0;
  return worth;
}

function repeats(candidate: SentenceCandidate, other: SentenceCandidate): boolean {
  return candidate.terms.length > 0 && candidate.terms.join(" ") === other.terms.join(" ");
}

const isOfSection = (one: SentenceCandidate, other: SentenceCandidate) =>
  one.unit.headings.join("\n") === other.unit.headings.join("\n");

function toSentences(
  pieces: readonly AnswerPiece[],
  question: ExtractiveQuestion,
): AnswerSentence[] {
  return pieces.map(({ candidate, span, isLine }, at) => {
    const citation = citeSpan(candidate.passage, span.start, span.end);
    const isWhole = span.start === candidate.start && span.end === candidate.end;
    if (!isWhole) return { text: joinLines(citation.quote), citations: [citation] };
    if (isLine && candidate.unit.kind === "item") {
      const mark = isNumbered(citation.quote) ? "" : "- ";
      return {
        text: `${"  ".repeat(candidate.unit.depth)}${mark}${joinLines(citation.quote)}`,
        citations: [citation],
        isLine,
      };
    }
    const before = pieces[at - 1]?.candidate;
    const goesOn = before !== undefined && isOfSection(candidate, before);
    const text = goesOn ? renderNext(candidate, question) : renderUnit(candidate, question);
    return { text, citations: [citation], isLine };
  });
}
