import type { Span } from "../../../ingest/text/sentences.ts";
import type { EvidenceReading, SentenceCandidate } from "../extractive-candidates.ts";
import { sharesStem, type ExtractiveQuestion } from "../extractive-question.ts";

/** Evidence that was chosen for an answer. `isLine`: it is shown on a line of its own, as the items of a list are. */
export type AnswerPiece = {
  readonly candidate: SentenceCandidate;
  readonly span: Span;
  readonly isLine: boolean;
};

/** The evidence that answers are composed of. */
export type Composing = {
  readonly reading: EvidenceReading;
  /** The units that have to do with the question, the best first; `isQuotable` says which may be quoted. */
  readonly ranked: readonly SentenceCandidate[];
  /** The best unit that may be quoted. */
  readonly best: SentenceCandidate | undefined;
  readonly isQuotable: (candidate: SentenceCandidate) => boolean;
  /** The time of the question, in milliseconds since 1970. */
  readonly now: number;
};

/** Returns the units below the heading of a unit, in the order of the file. */
export function readSection(
  candidates: readonly SentenceCandidate[],
  { passage, unit }: SentenceCandidate,
) {
  return candidates
    .filter(
      (other) =>
        other.passage.fileId === passage.fileId &&
        unit.headings.every((title, level) => other.unit.headings[level] === title),
    )
    .toSorted((a, b) => readPosition(a) - readPosition(b));
}

/** Returns the units of a section that are in one list or table with a unit. */
export function readBlock(section: readonly SentenceCandidate[], { unit }: SentenceCandidate) {
  return section.filter(
    ({ unit: other }) => other.block === unit.block && other.kind === unit.kind,
  );
}

/** Returns the position of a unit in its file. */
export const readPosition = ({ passage, start }: SentenceCandidate) => passage.start + start;
/** Returns the text of a unit. */
export const readText = ({ passage, start, end }: SentenceCandidate) =>
  passage.text.slice(start, end);

/** Returns the first pieces that together have at most `charactersMax` characters. */
export function fitPieces(pieces: readonly AnswerPiece[], charactersMax: number): AnswerPiece[] {
  let room = charactersMax;
  const fitting: AnswerPiece[] = [];
  for (const piece of pieces) {
    room -= piece.span.end - piece.span.start + 1;
    if (room < 0) break;
    fitting.push(piece);
  }
  return fitting;
}

/** Sums the weights of the words of a question that a list of terms has, perhaps in another form. */
export function sumWeights(question: ExtractiveQuestion, terms: readonly string[]): number {
  const seen = new Set(terms);
  let weight = 0;
  for (const [term, { weight: own }] of question.terms) {
    if (seen.has(term) || sharesStem(term, seen)) weight += own;
  }
  return weight;
}

/** Returns the share of the weight of a question that a list of terms has. */
export const measureCover = (question: ExtractiveQuestion, terms: readonly string[]) =>
  question.weightTotal > 0 ? sumWeights(question, terms) / question.weightTotal : 0;
