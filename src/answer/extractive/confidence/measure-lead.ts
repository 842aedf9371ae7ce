import type { Composing } from "../composing/evidence-pieces.ts";
import type { SentenceCandidate } from "../extractive-candidates.ts";
import { listFound } from "./found-words.ts";

/**
 * Returns how far the best unit is ahead of the next one in another passage that has other words of the question, from 0
 * to 1. Where a store has nothing about a question, many passages have a few of its words each, and none is far ahead. A
 * copy or another version of the best passage has the same words and does not count. `gapMax` is the largest difference
 * of ranks within `ranked`.
 */
export function measureLead(
  { reading: { question }, ranked }: Composing,
  best: SentenceCandidate,
  rankOf: (candidate: SentenceCandidate) => number,
  gapMax: number,
): number {
  const wordsOf = ({ terms, context }: SentenceCandidate) => listFound(question, terms, context);
  const words = wordsOf(best);
  const rival = ranked.find((other) => other.passage !== best.passage && wordsOf(other) !== words);
  return rival ? Math.min(1, Math.max(0, (rankOf(best) - rankOf(rival)) / gapMax)) : 1;
}
