import { sentences, type Span } from "../../../ingest/text/sentences.ts";
import type { AddressFeature } from "./address-features.ts";
import { readSentence } from "./read-sentence.ts";
import { selectFeatures } from "./select-features.ts";

/** A sentence of this weight addresses an assistant, whatever is around it. */
const CERTAIN = 3;
/** The weight that a sentence beside it needs to be more likely a part of the same text than not. */
const NEUTRAL = 0.4;
/** A text of this kind ends where its neighbours lack more weight than this. */
const LACK_MAX = 2;
/** The step to another paragraph counts as a lack of this weight. */
const PARAGRAPH_LACK = 0.8;
/** Sentences between two certain ones belong to the same text, if they are this many at most. */
const GAP_MAX = 8;
/** For this much weight, a text reaches one sentence further in its paragraph. */
const WEIGHT_A_SENTENCE = 2.5;

/**
 * Finds the parts of a document's text that give orders to an AI assistant (prompt injection), such as "Ignore all
 * previous instructions and …". `extractive-1` does not quote them.
 *
 * Each sentence is scored by its features: an order to give up instructions, a role for the reader, an order about the
 * reply, a request for secrets, the markup of prompts, and weaker ones that count only together. Injected text also has
 * sentences without any feature, so each part begins as a sentence that certainly gives orders, and is extended over
 * the sentences around it: the higher their scores, the further.
 */
export function findAddressed(text: string): Span[] {
  const spans = sentences(text);
  const weights = spans.map(({ start, end }) => weighAddress(text.slice(start, end)));
  const addressed = new Set<number>();
  const certain = [...weights.keys()].filter((at) => (weights[at] ?? 0) >= CERTAIN);
  const lackBetween = (at: number) =>
    PARAGRAPH.test(text.slice(spans[at]?.end, spans[at + 1]?.start)) ? PARAGRAPH_LACK : 0;
  for (const [nth, seed] of certain.entries()) {
    const next = certain[nth + 1] ?? seed;
    if (next - seed <= GAP_MAX) for (let at = seed; at < next; at++) addressed.add(at);
    const last = grow(weights, seed, 1, lackBetween);
    const first = grow(weights, seed, -1, (at) => lackBetween(at - 1));
    const total = weights.slice(first, last + 1).reduce((sum, one) => sum + one - NEUTRAL, 0);
    const further =
      certain.length > 1 ? Infinity : Math.floor((total - CERTAIN) / WEIGHT_A_SENTENCE);
    let [from, to] = [first, last];
    while (first - from < further && from > 0 && lackBetween(from - 1) === 0) from -= 1;
    while (to - last < further && to < spans.length - 1 && lackBetween(to) === 0) to += 1;
    for (let at = from; at <= to; at++) addressed.add(at);
  }
  return spans.filter((_span, at) => addressed.has(at));
}

/** Finds the last sentence of a text that begins with `seed`, in one direction: where its weight is highest. */
function grow(
  weights: readonly number[],
  seed: number,
  step: 1 | -1,
  lackAfter: (at: number) => number,
): number {
  let [best, sum, highest] = [seed, 0, 0];
  for (let at = seed; sum >= highest - LACK_MAX; at += step) {
    const next = weights[at + step];
    if (next === undefined) break;
    sum += next - NEUTRAL - lackAfter(at);
    if (sum >= highest) [best, highest] = [at + step, sum];
  }
  return best;
}

const PARAGRAPH = /\n\s*\n/;

/**
 * Scores how likely a sentence gives orders to an AI assistant: the sum of the weights of its features, 0 without any.
 * A score of at least `CERTAIN` means that the sentence is such an order.
 */
export function weighAddress(sentence: string): number {
  return Math.max(...readSentence(sentence).map(weighReading));
}

function weighReading(text: string): number {
  return Math.max(...selectFeatures(text).map((features) => weighFeatures(text, features)));
}

function weighFeatures(text: string, features: readonly AddressFeature[]): number {
  const found = features.filter(({ patterns }) =>
    patterns.some(({ wording, except }) => wording.test(text) && !except?.test(text)),
  );
  return found.reduce((sum, { weight }) => sum + weight, 0);
}
