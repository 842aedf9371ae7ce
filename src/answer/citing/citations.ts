import { sentences } from "../../ingest/sentences.ts";
import type { Citation, Passage } from "../answer-types.ts";
import { contentTerms } from "../content-terms.ts";
import { MARKERS } from "./markers.ts";

/** A sentence of a model without its citation markers, and its verified citations. */
export type CitedSentence = {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Number of markers without a citation: they name no passage, or one that does not support the sentence. */
  readonly removed: number;
};

/** Maximum number of sentences in one quote. */
const QUOTE_SENTENCES_MAX = 2;

/**
 * A quote supports a sentence when they share at least this part of the sentence's distinct terms, and at least two
 * terms if the sentence has two. Low enough for a paraphrase, high enough that a marker on a random sentence fails.
 */
const OVERLAP_MIN = 0.25;
const SHARED_TERMS_MIN = 2;

/**
 * Replaces the citation markers in a sentence of a model by citations. The marker `[n]` refers to the n-th of
 * `passages`, counted from 1. Its citation quotes the sentences of the passage that share most words with the sentence,
 * so a quote is always text of the passage, never of the model. Markers inside `code` are not changed.
 */
export function citeSentence(sentence: string, passages: readonly Passage[]): CitedSentence {
  const numbers = new Set<number>();
  let removed = 0;
  const text = replaceOutsideCode(sentence, (prose) =>
    prose.replace(MARKERS, (_marker, list: string) => {
      for (const number of list.match(/\d+/g) ?? []) numbers.add(Number(number));
      return "";
    }),
  );
  const citations: Citation[] = [];
  for (const number of numbers) {
    const passage = passages[number - 1];
    const citation = passage && citePassage(text, passage);
    if (citation) citations.push(citation);
    else removed += 1;
  }
  return { text, citations, removed };
}

/** Makes a citation of the sentences of a passage that support a sentence best; undefined if none supports it. */
export function citePassage(sentence: string, passage: Passage): Citation | undefined {
  // A sentence copied word for word is cited at its position.
  const verbatim = sentence.trim();
  const position = passage.text.indexOf(verbatim);
  if (position >= 0 && supports(verbatim, verbatim)) {
    return citeSpan(passage, position, position + verbatim.length);
  }
  const wanted = new Set(contentTerms(sentence));
  const spans = sentences(passage.text).filter(
    ({ start, end }) => !/^#{1,6}\s/.test(passage.text.slice(start, end)),
  );
  const shared = spans.map(({ start, end }) => sharedTerms(wanted, passage.text.slice(start, end)));
  const best = shared.reduce(
    (top, terms, at) => (terms.size > (shared[top]?.size ?? 0) ? at : top),
    0,
  );
  let [first, last] = [best, best];
  // A neighbouring sentence is added when it contains at least two more terms.
  while (last - first + 1 < QUOTE_SENTENCES_MAX) {
    const covered = new Set(shared.slice(first, last + 1).flatMap((terms) => [...terms]));
    const gain = (at: number) =>
      [...(shared[at] ?? [])].filter((term) => !covered.has(term)).length;
    if (Math.max(gain(first - 1), gain(last + 1)) < 2) break;
    if (gain(last + 1) >= gain(first - 1)) last += 1;
    else first -= 1;
  }
  const [from, to] = [spans[first], spans[last]];
  if (!from || !to) return undefined;
  const citation = citeSpan(passage, from.start, to.end);
  return supports(citation.quote, sentence) ? citation : undefined;
}

/** Makes a citation of a part of a passage. `start` and `end` are offsets in the passage's text. */
export function citeSpan(passage: Passage, start: number, end: number): Citation {
  return {
    fileId: passage.fileId,
    filename: passage.filename,
    chunkId: passage.chunkId,
    quote: passage.text.slice(start, end),
    sourceStart: passage.start + start,
    sourceEnd: passage.start + end,
  };
}

/**
 * Tests that one of the passages has the citation's quote at the place that the citation names. A citation that fails
 * is never sent.
 */
export function verifyCitation(citation: Citation, passages: readonly Passage[]): boolean {
  const { chunkId, fileId, quote, sourceStart, sourceEnd } = citation;
  if (quote.trim() === "" || sourceEnd - sourceStart !== quote.length) return false;
  return passages.some(
    (passage) =>
      passage.chunkId === chunkId &&
      passage.fileId === fileId &&
      sourceStart >= passage.start &&
      sourceEnd <= passage.end &&
      passage.text.slice(sourceStart - passage.start, sourceEnd - passage.start) === quote,
  );
}

/** Tests, by the words that both share, whether a quote probably says what the sentence says. */
export function supports(quote: string, sentence: string): boolean {
  const wanted = new Set(contentTerms(sentence));
  const shared = sharedTerms(wanted, quote).size;
  return (
    shared >= Math.max(1, Math.min(SHARED_TERMS_MIN, wanted.size)) &&
    shared >= OVERLAP_MIN * wanted.size
  );
}

function sharedTerms(wanted: ReadonlySet<string>, text: string): Set<string> {
  return new Set(contentTerms(text).filter((term) => wanted.has(term)));
}

function replaceOutsideCode(text: string, change: (prose: string) => string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/u)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("");
}
