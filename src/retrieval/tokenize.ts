import { stemmer } from "stemmer";

import { foldText } from "./fold.ts";

/**
 * One tokenizer feeds the index and the query, so a word is found by however it was written. Terms are
 * lower-case letters, digits and marks, nothing else: they survive any posting store.
 */
export function indexTerms(text: string): string[] {
  const terms: string[] = [];
  const folded = foldText(text);
  for (const run of folded.match(WORD_RUNS) ?? []) {
    if (ASCII_WORD.test(run)) addAsciiTerm(run, terms);
    else if (UNSPACED.test(run)) addUnspacedTerms(run, terms);
    else terms.push(lightStem(run));
  }
  return terms;
}

/** The terms of a question, each with the times it stands there, in the order of first mention. */
export function queryTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of indexTerms(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** What a chunk is indexed under: its headings and its own words. */
export function chunkTerms(heading: string, text: string): string[] {
  return heading === "" ? indexTerms(text) : [...indexTerms(heading), ...indexTerms(text)];
}

/** Runs of letters, digits and marks; an apostrophe inside a word belongs to it. */
const WORD_RUNS = /[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{M}]+)*/gu;
const ASCII_WORD = /^[a-z0-9']+$/;

/** Scripts whose words are written without spaces between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Words so frequent that they tell nothing about an English text (Lucene's classic list). */
const STOP_WORDS = new Set(
  (
    "a an and are as at be but by for if in into is it no not of on or such that the their then " +
    "there these they this to was will with"
  ).split(" "),
);

function addAsciiTerm(word: string, terms: string[]): void {
  const apostrophe = word.indexOf("'");
  const bare = apostrophe < 0 ? word : word.replace(/'s$/, "").replaceAll("'", "");
  if (!STOP_WORDS.has(bare)) terms.push(stem(bare));
}

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** The runtime's dictionaries find the words; Latin words and numbers in between are stemmed as elsewhere. */
function addUnspacedTerms(run: string, terms: string[]): void {
  for (const { segment, isWordLike } of segmenter.segment(run)) {
    if (ASCII_WORD.test(segment)) addAsciiTerm(segment, terms);
    else if (isWordLike) terms.push(segment);
  }
}

/** Arabic writes the article, with or without a conjunction or preposition, as the beginning of the word. */
const ARABIC_ARTICLE = /^(?:و?ال|[بكف]ال|لل)(?=[\u0621-\u064a]{2})/;

function lightStem(word: string): string {
  return word.replace(ARABIC_ARTICLE, "");
}

/** Stems repeat: remembering them makes a long text four times as fast. */
const stems = new Map<string, string>();
const STEMS_MAX = 20_000;
const STEMMED_LENGTH_MAX = 40;

function stem(word: string): string {
  if (word.length > STEMMED_LENGTH_MAX) return word;
  const known = stems.get(word);
  if (known !== undefined) return known;
  if (stems.size >= STEMS_MAX) stems.clear();
  const stemmed = stemmer(word);
  stems.set(word, stemmed);
  return stemmed;
}
