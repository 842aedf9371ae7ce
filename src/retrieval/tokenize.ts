import { stemmer } from "stemmer";

import { foldText } from "./fold.ts";

/**
 * Splits a text into index terms: words in lower case without accents; English words are stemmed, and scripts without
 * spaces give pairs of characters. Chunks and queries are both split by this function, so a word is found in any case
 * and with or without accents. Terms consist of letters, digits and marks only.
 */
export function indexTerms(text: string): string[] {
  const terms: string[] = [];
  for (const run of foldText(text).match(WORD_RUNS) ?? []) readRun(run, (term) => terms.push(term));
  return terms;
}

/**
 * A receiver of index terms. `start` and `end` delimit the part of the folded text from which the term was made, in
 * UTF-16 code units; `end` is after its last unit.
 */
type TakeFolded = (term: string, start: number, end: number) => void;

/**
 * Calls `take` with each index term of a folded text and its place there. The terms are those of `indexTerms`, in the
 * same order.
 */
export function readTerms(folded: string, take: TakeFolded): void {
  for (const { 0: run, index } of folded.matchAll(WORD_RUNS)) {
    readRun(run, (term, start, end) => take(term, index + start, index + end));
  }
}

function readRun(run: string, take: TakeFolded): void {
  if (ASCII_WORD.test(run)) readAsciiTerm(run, 0, take);
  else if (UNSPACED.test(run)) readUnspacedTerms(run, take);
  else if (HANGUL.test(run)) readHangulTerms(run, take);
  else take(cutTerm(run.replace(ARABIC_ARTICLE, "")), 0, run.length);
}

/**
 * Runs of letters, digits and marks. An English ending after an apostrophe ends a word; any other apostrophe splits it.
 */
const WORD_RUNS = /[\p{L}\p{N}\p{M}]+(?:'(?:s|t|re|ve|ll|d|m)(?![\p{L}\p{N}\p{M}]))?/gu;
const ASCII_WORD = /^[a-z0-9']+$/;

/** Scripts whose words are written without spaces between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Tests whether a text has words in scripts that are written without spaces, which dictionaries have to find. */
export const hasUnspaced = (text: string): boolean => UNSPACED.test(text);

/** Korean attaches particles to words without a space. Pairs of syllables match the word in spite of them. */
const HANGUL = /\p{Script=Hangul}/u;

/** Arabic writes the article, with or without a conjunction or preposition, as the beginning of the word. */
const ARABIC_ARTICLE = /^(?:و?ال|[بكف]ال|لل)(?=[\u0621-\u064a]{2})/;

/** Words that are too frequent in English to distinguish texts (Lucene's classic list). */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and are as at be but by for if in into is it no not of on or such that the their then " +
    "there these they this to was will with"
  ).split(" "),
);

function readAsciiTerm(run: string, start: number, take: TakeFolded): void {
  const apostrophe = run.indexOf("'");
  const word = apostrophe < 0 ? run : run.slice(0, apostrophe);
  if (!STOP_WORDS.has(word)) take(cutTerm(stem(word)), start, start + run.length);
}

function readHangulTerms(run: string, take: TakeFolded): void {
  if (run.length < 3) take(run, 0, run.length);
  else for (let at = 0; at + 2 <= run.length; at++) take(run.slice(at, at + 2), at, at + 2);
}

/** Maximum length of a term. No query needs more, and runs of encoded data would bloat the index. */
const TERM_LENGTH_MAX = 64;

const cutTerm = (term: string) =>
  term.length > TERM_LENGTH_MAX ? term.slice(0, TERM_LENGTH_MAX) : term;

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** Finds words with the runtime's dictionaries. Latin words and numbers among them are stemmed as usual. */
function readUnspacedTerms(run: string, take: TakeFolded): void {
  for (const { segment, index, isWordLike } of segmenter.segment(run)) {
    if (ASCII_WORD.test(segment)) readAsciiTerm(segment, index, take);
    else if (isWordLike) take(cutTerm(segment), index, index + segment.length);
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
