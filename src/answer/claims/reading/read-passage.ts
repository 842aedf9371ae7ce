import { sentences, type Span } from "../../../ingest/text/sentences.ts";
import type { ClaimPassage } from "../claim-types.ts";
import { detectLanguage } from "../languages/detect-language.ts";
import type { Lexicon } from "../languages/lexicon.ts";
import { readPassageSentence, type Sentence } from "./read-sentence.ts";

/** A sentence of a passage, with its place in the passage's text and the heading and table header that it is under. */
export type PassageSentence = {
  readonly at: number;
  readonly span: Span;
  readonly sentence: Sentence;
  /** True for a row of a table, to which the rows around it say nothing. */
  readonly isRow: boolean;
  /** The sentences that are context of this one wherever they are: headings, and the header of its table. */
  readonly headings: readonly Sentence[];
};

/** A passage, split into what claims are compared with. */
export type PassageReading = {
  readonly lexicon: Lexicon;
  readonly sentences: readonly PassageSentence[];
  /** All terms of the passage and its headings. */
  readonly termSet: ReadonlySet<string>;
};

/** Readings of passages that are in use: all sentences of an answer are compared with the same passages. */
const readings = new WeakMap<ClaimPassage, PassageReading>();

/** Reads a passage. The reading is kept as long as the passage object is. */
export function readPassage(passage: ClaimPassage): PassageReading {
  const known = readings.get(passage);
  if (known) return known;
  const reading = makeReading(passage);
  readings.set(passage, reading);
  return reading;
}

function makeReading({ heading, text }: ClaimPassage): PassageReading {
  const lexicon = detectLanguage(text, null);
  const top = heading === "" ? [] : [readPassageSentence(heading, lexicon)];
  const found: PassageSentence[] = [];
  let section: readonly Sentence[] = [];
  let header: Sentence | null = null;
  const spans = joinDates(sentences(text), text, lexicon);
  for (const span of spans.flatMap((one) => cutLong(one, text))) {
    const part = text.slice(span.start, span.end);
    const sentence = readPassageSentence(part, lexicon);
    if (/^#{1,6}\s/.test(part)) {
      section = [sentence];
      continue;
    }
    const isRow = part.startsWith("|");
    if (isRow && TABLE_RULE.test(part)) continue;
    if (!isRow) header = null;
    const headings: readonly Sentence[] = [...top, ...section, ...(header ? [header] : [])];
    if (isRow && header === null && isTable(text, span.end)) {
      header = sentence;
      continue;
    }
    found.push({ at: found.length, span, sentence, headings, isRow });
  }
  const termSet = new Set<string>();
  for (const { sentence, headings } of found) {
    for (const one of [sentence, ...headings]) for (const term of one.termSet) termSet.add(term);
  }
  return { lexicon, sentences: found, termSet };
}

/**
 * Longest sentence that is read as one, in characters. The cost of a comparison grows with the square of the length, and
 * a text without full stops may be long.
 */
const SENTENCE_CHARACTERS_MAX = 1_500;

/** Cuts a sentence that is too long into pieces, at white space if there is any. */
function cutLong({ start, end }: Span, text: string): Span[] {
  const pieces: Span[] = [];
  let from = start;
  while (end - from > SENTENCE_CHARACTERS_MAX) {
    const space = text.lastIndexOf(" ", from + SENTENCE_CHARACTERS_MAX);
    const to = space > from ? space : from + SENTENCE_CHARACTERS_MAX;
    pieces.push({ start: from, end: to });
    from = to;
  }
  return [...pieces, { start: from, end }];
}

/** The line between the header of a Markdown table and its rows. */
const TABLE_RULE = /^\|[\s:|-]+\|?\s*$/;

/** Returns true if the line after `end` is that between the header of a table and its rows. */
function isTable(text: string, end: number): boolean {
  return TABLE_RULE.test(text.slice(end).trimStart().split("\n", 1)[0] ?? "");
}

/** Joins sentences that were cut within a date: in German, a full stop follows the day ("am 5. Mai"). */
function joinDates(spans: readonly Span[], text: string, lexicon: Lexicon): Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const before = joined.at(-1);
    const word = /^\p{L}+/u.exec(text.slice(span.start, span.end))?.[0] ?? "";
    const isCut =
      before !== undefined &&
      /(?:^|\D)\d{1,2}\.$/.test(text.slice(before.start, before.end)) &&
      (lexicon.months.has(word.toLowerCase()) || word.startsWith("Jahrhundert"));
    if (isCut) joined[joined.length - 1] = { start: before.start, end: span.end };
    else joined.push(span);
  }
  return joined;
}
