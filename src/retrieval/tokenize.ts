import { stemmer } from "stemmer";

import { foldText } from "./fold.ts";

/**
 * Splits a text into index terms: words in lower case without accents; English words are stemmed, and scripts without
 * spaces give pairs of characters. Chunks and queries are both split by this function, so a word is found in any case
 * and with or without accents. Terms consist of letters, digits and marks only.
 */
export function indexTerms(text: string): string[] {
  const terms: string[] = [];
  for (const run of foldText(text).match(WORD_RUNS) ?? []) {
    if (ASCII_WORD.test(run)) addAsciiTerm(run, terms);
    else if (UNSPACED.test(run)) addUnspacedTerms(run, terms);
    else if (HANGUL.test(run)) addHangulTerms(run, terms);
    else addTerm(run.replace(ARABIC_ARTICLE, ""), terms);
  }
  return terms;
}

/** Counts the index terms of a question, in the order of their first occurrence. */
export function queryTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of indexTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** Returns the index terms of a chunk: those of its headings, then those of its text. */
export function chunkTerms(heading: string, text: string): string[] {
  return heading === "" ? indexTerms(text) : [...indexTerms(heading), ...indexTerms(text)];
}

/**
 * Runs of letters, digits and marks. An English ending after an apostrophe ends a word; any other apostrophe splits it.
 */
const WORD_RUNS = /[\p{L}\p{N}\p{M}]+(?:'(?:s|t|re|ve|ll|d|m)(?![\p{L}\p{N}\p{M}]))?/gu;
const ASCII_WORD = /^[a-z0-9']+$/;

/** Scripts whose words are written without spaces between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Korean attaches particles to words without a space. Pairs of syllables match the word in spite of them. */
const HANGUL = /\p{Script=Hangul}/u;

/** Arabic writes the article, with or without a conjunction or preposition, as the beginning of the word. */
const ARABIC_ARTICLE = /^(?:و?ال|[بكف]ال|لل)(?=[\u0621-\u064a]{2})/;

/** Words that are too frequent in English to distinguish texts (Lucene's classic list). */
const STOP_WORDS = new Set(
  (
    "a an and are as at be but by for if in into is it no not of on or such that the their then " +
    "there these they this to was will with"
  ).split(" "),
);

function addAsciiTerm(run: string, terms: string[]): void {
  const apostrophe = run.indexOf("'");
  const word = apostrophe < 0 ? run : run.slice(0, apostrophe);
  if (!STOP_WORDS.has(word)) addTerm(stem(word), terms);
}

function addHangulTerms(run: string, terms: string[]): void {
  if (run.length < 3) addTerm(run, terms);
  for (let at = 0; at + 2 <= run.length && run.length > 2; at++)
    addTerm(run.slice(at, at + 2), terms);
}

/** Maximum length of a term. No query needs more, and runs of encoded data would bloat the index. */
const TERM_LENGTH_MAX = 64;

function addTerm(term: string, terms: string[]): void {
  terms.push(term.length > TERM_LENGTH_MAX ? term.slice(0, TERM_LENGTH_MAX) : term);
}

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** Finds words with the runtime's dictionaries. Latin words and numbers among them are stemmed as usual. */
function addUnspacedTerms(run: string, terms: string[]): void {
  for (const { segment, isWordLike } of segmenter.segment(run)) {
    if (ASCII_WORD.test(segment)) addAsciiTerm(segment, terms);
    else if (isWordLike) addTerm(segment, terms);
  }
}

/**
 * A cache of stems: words repeat, so it makes tokenizing three times as fast. Longer words are not cached: V8 stores
 * them as views of the text that they were cut from, so the cache would keep whole documents in memory.
 */
const stems = new Map<string, string>();
const STEMS_MAX = 20_000;
const REMEMBERED_LENGTH_MAX = 12;

function stem(word: string): string {
  if (word.length > TERM_LENGTH_MAX) return word;
  if (word.length > REMEMBERED_LENGTH_MAX) return stemmer(word);
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= STEMS_MAX) stems.clear();
  const stemmed = stemmer(word);
  stems.set(word, stemmed);
  return stemmed;
}
