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
 * in most chunks, and half of the different ones in one alone.
 */
export function drawDocument(index: number): IndexedDocument {
  const draw = makeDraw(index + 1);
  const length = TERMS_MIN + Math.floor(draw() * (TERMS_MAX - TERMS_MIN));
  const text = Array.from({ length }, () => drawWord(draw)).join(" ");
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
  return { fileId, version: 1, filename: `${name}.txt`, attributes: {}, chunks: [chunk] };
}

/** Makes a question of nine words, some frequent and some rare. */
export function drawQuestion(index: number): string {
  const draw = makeDraw(0x5eed + index * 7_919);
  return Array.from({ length: QUESTION_TERMS }, () => drawWord(draw)).join(" ");
}

/** The logarithm of a word's rank is uniform, which is Zipf's law. Ranks are written in letters. */
function drawWord(draw: () => number): string {
  let rest = Math.floor(VOCABULARY ** draw());
  let word = "";
  do {
    word += String.fromCharCode(97 + (rest % 26));
    rest = Math.floor(rest / 26);
  } while (rest > 0);
  return `x${word}q`;
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
