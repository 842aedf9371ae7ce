import type { Composing } from "../composing/evidence-pieces.ts";
import type { ReadPassage, SentenceCandidate } from "../extractive-candidates.ts";
import type { ExtractiveQuestion } from "../extractive-question.ts";
import { measureUntold } from "./differences.ts";
import { listFound } from "./found-words.ts";

/** Maximum number of passages that are compared: the first ones of the search. */
const PASSAGES = 20;
/** Minimum number of passages above the weakest one. With fewer it says nothing: a small store returns all that it has. */
const STRONGER_MIN = 15;

/**
 * Returns how close the keywords of the weakest passage come to those of the best, from 0 to 1. Where a store has nothing
 * about a question, many passages have a few of its words each, all about as well. A copy or another version of the
 * evidence has the same words and does not count. Returns 0 if there are few passages, or if the evidence has all words
 * of the question: then the store has much about its subject.
 */
export function measureCrowd(
  { reading: { question, passages } }: Composing,
  evidence: SentenceCandidate,
): number {
  if (passages.length <= STRONGER_MIN || measureUntold(question, evidence) === 0) return 0;
  const { passage: best } = evidence;
  const found = passages.slice(0, PASSAGES).toSorted((a, b) => lexicalOf(b) - lexicalOf(a));
  const most = lexicalOf(found[0]);
  if (most === 0) return 0;
  const own = wordsOf(
    question,
    passages.find(({ passage }) => passage === best),
  );
  const at = found.findLastIndex((other) => wordsOf(question, other) !== own);
  return at < STRONGER_MIN ? 0 : lexicalOf(found[at]) / most;
}

const lexicalOf = (read: ReadPassage | undefined) => read?.passage.lexical ?? 0;
const wordsOf = (question: ExtractiveQuestion, read: ReadPassage | undefined) =>
  listFound(question, ...(read?.units ?? []).flatMap(({ terms, context }) => [terms, context]));
