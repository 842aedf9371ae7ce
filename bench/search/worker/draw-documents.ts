import type { FileId } from "../../../src/ids.ts";
import { hashTerms } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";
import { indexTerms } from "../../../src/retrieval/tokenize.ts";

const VOCABULARY = 500_000;
const TERMS_MIN = 90;
const TERMS_MAX = 200;
const QUESTION_TERMS = 9;

/**
 * Makes a document of one chunk, the same in every run. Its words follow Zipf's law, as those of a language do: a few are
 * in most chunks, and half of the different ones in one alone. `spell` writes the word of a rank.
 */
export function drawDocument(index: number, spell = spellShort): IndexedDocument {
  const draw = makeDraw(index + 1);
  const length = TERMS_MIN + Math.floor(draw() * (TERMS_MAX - TERMS_MIN));
  const text = Array.from({ length }, () => spell(drawRank(draw))).join(" ");
  const terms = indexTerms(text);
  const name = `f${String(index).padStart(7, "0")}`;
  const fileId: FileId = `file-${name}`;
  const chunk = {
    id: `chunk_${name}`,
    ordinal: 0,
    start: 0,
    end: text.length,
    heading: "",
    text,
    places: null,
    units: null,
    headingTerms: "",
    bodyTerms: terms.join(" "),
    length: terms.length,
    vector: quantize(hashTerms(terms)),
  };
  return {
    fileId,
    version: 1,
    filename: `${name}.txt`,
    attributes: {},
    analyzer: 1,
    chunks: [chunk],
  };
}

/** Makes a question of nine words, some frequent and some rare. */
export function drawQuestion(index: number): string {
  const draw = makeDraw(0x5eed + index * 7_919);
  return Array.from({ length: QUESTION_TERMS }, () => spellShort(drawRank(draw))).join(" ");
}

/** The logarithm of a word's rank is uniform, which is Zipf's law. */
const drawRank = (draw: () => number) => Math.floor(VOCABULARY ** draw());

/** Writes a rank in few letters. */
function spellShort(rank: number): string {
  let rest = rank;
  let word = "";
  do {
    word += String.fromCharCode(97 + (rest % 26));
    rest = Math.floor(rest / 26);
  } while (rest > 0);
  return `x${word}q`;
}

const CONSONANTS = "bcdfghjklmnpqrstvwxz";
const VOWELS = "aeiou";
/** A word of a rank from which on has one syllable more than those before. */
const LONGER_FROM = [100, 3_000, 50_000];

/**
 * Writes the word of a rank in one to four syllables, rare ones in more: like those of a language, words differ in their
 * first letters, and few others are as near to one as a misspelling is.
 */
export function spellSyllables(rank: number): string {
  const draw = makeDraw(rank * 31 + 7);
  const syllables = 1 + LONGER_FROM.filter((from) => rank >= from).length;
  const pick = (letters: string) => letters[Math.floor(draw() * letters.length)] ?? "";
  return Array.from({ length: syllables }, () => pick(CONSONANTS) + pick(VOWELS)).join("");
}

/** What a term of a question is expanded to: the terms that begin with it, or those within so many edits. */
export type AskedTerm = {
  readonly kind: "prefix" | "fuzzy";
  readonly edits: number;
  readonly term: string;
};

/**
 * Draws a term that a question would have: the first three or more letters of a word of the documents, or a word of
 * them with so many letters exchanged for others, the first two kept.
 */
export function drawAsked(index: number, kind: AskedTerm["kind"], edits: number): AskedTerm {
  const draw = makeDraw(0xed17 + index * 7_919);
  let word = "";
  while (word.length < (edits < 2 ? 4 : 6)) word = spellSyllables(drawRank(draw));
  if (kind === "prefix") return { kind, edits, term: word.slice(0, 3 + Math.floor(draw() * 2)) };
  const letters = word.split("");
  for (let edit = 1; edit <= edits; edit++) {
    const at = edit + 1 + Math.floor(draw() * (letters.length - edits - 1));
    letters[at] = VOWELS.includes(letters[at] ?? "") ? "y" : "z";
  }
  return { kind, edits, term: letters.join("") };
}

/** Returns a generator of numbers from 0 to 1 (mulberry32). */
function makeDraw(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
