import { sentences } from "../../ingest/sentences.ts";
import type { Citation, Passage } from "../answer-types.ts";
import { contentTerms } from "../content-terms.ts";

/** A sentence of a model's answer without its markers, and what of them could be verified. */
export type CitedSentence = {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Markers that name no passage, or one that does not support the sentence. */
  readonly removed: number;
};

/** `[1]`, `[1][2]`, `[1, 2]`, `【1】`; up to three digits, so that a year in brackets stays text. */
const MARKER = /[ \t\u00a0]*[[【]\s*(\d{1,3}(?:\s*[,，、;]\s*\d{1,3})*)\s*[\]】]/gu;

/** Sentences of a passage that one citation quotes at most. */
const QUOTE_SENTENCES_MAX = 2;

/**
 * A quote supports a sentence when they share at least this part of the sentence's distinct terms, and two
 * terms when it has that many: low enough for a paraphrase, high enough that a marker put anywhere fails.
 */
const OVERLAP_MIN = 0.25;
const SHARED_TERMS_MIN = 2;

/**
 * Resolves the markers that a model wrote into a sentence: `[n]` is the passage at place n, counted from 1.
 * Each resolves to the sentences of the passage that overlap it most, so the quote is always text of
 * the passage and never text of the model. Markers inside `code` are left alone.
 */
export function citeSentence(sentence: string, passages: readonly Passage[]): CitedSentence {
  const numbers = new Set<number>();
  let removed = 0;
  const text = outsideCode(sentence, (prose) =>
    prose.replace(MARKER, (_marker, list: string) => {
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

/** The citation of the passage's best supporting sentences, or undefined when none supports the sentence. */
export function citePassage(sentence: string, passage: Passage): Citation | undefined {
  // What was taken word for word is cited where it stands.
  const verbatim = sentence.trim();
  const standsAt = passage.text.indexOf(verbatim);
  if (standsAt >= 0 && supports(verbatim, verbatim)) {
    return citeSpan(passage, standsAt, standsAt + verbatim.length);
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
  // A neighbour joins when it covers at least two terms that are not covered yet.
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

/** A citation of a part of a passage; the offsets are those of the passage's own text. */
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

/** Whether the quote stands at its span in a passage of the evidence; nothing else may be sent. */
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

/** Whether a sentence says what the quote says, as far as shared terms tell. */
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

function outsideCode(text: string, change: (prose: string) => string): string {
  return text
    .split(/(```[\s\S]*?(?:```|$)|`[^`\n]*`)/u)
    .map((part, index) => (index % 2 === 0 ? change(part) : part))
    .join("");
}
