import type { Embedder } from "./search-types.ts";
import { indexTerms } from "./tokenize.ts";

/** Name of the built-in embedding model, which needs no provider. */
export const HASH_MODEL = "hash-1";
/**
 * Number of dimensions of the vectors of `hash-1`. On the test collection mtrag_un, searches with 384 dimensions scored
 * half a point lower, and searches with 1,024 dimensions no higher.
 */
export const HASH_DIMENSIONS = 512;

/**
 * The built-in embedding model. It needs no weights and no network, and gives the same vector everywhere. It hashes the
 * words of a text and their three-letter pieces into a vector of length 1, so a misspelled word is still close to the
 * right one. It does not represent meaning; `defaultWeights` limits its share of the score.
 */
export const hash1: Embedder = {
  model: HASH_MODEL,
  dimensions: HASH_DIMENSIONS,
  embed: async (texts) => texts.map(hashEmbedding),
};

/** Computes the embedding of a text with `hash-1`, a vector of length 1. */
export function hashEmbedding(text: string): Float32Array {
  return hashTerms(indexTerms(text));
}

/** Computes the embedding with `hash-1` from the index terms of a text, for a chunk that is already tokenized. */
export function hashTerms(terms: readonly string[]): Float32Array {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const vector = new Float32Array(HASH_DIMENSIONS);
  for (const [term, count] of counts) {
    // A long word is more specific than a short one. Frequency counts in full; BM25 saturates it.
    const weight = count * Math.min(term.length, WEIGHT_LENGTH_MAX);
    addFeature(vector, hashText(`=${term}`), weight);
    addPieces(vector, `^${term}$`, weight);
  }
  return toUnit(vector);
}

const WEIGHT_LENGTH_MAX = 8;
const PIECE_LENGTH = 3;

/** All pieces of a word together weigh as much as the word. */
function addPieces(vector: Float32Array, word: string, weight: number): void {
  const count = word.length - PIECE_LENGTH + 1;
  for (let start = 0; start < count; start++) {
    addFeature(vector, hashText(word, start, start + PIECE_LENGTH), weight / Math.sqrt(count));
  }
}

/**
 * Adds a feature with the sign of the hash's lowest bit, so that features of the same dimension cancel out on average.
 */
function addFeature(vector: Float32Array, hash: number, weight: number): void {
  const dimension = (hash >>> 1) % vector.length;
  vector[dimension] = (vector[dimension] ?? 0) + (hash & 1 ? weight : -weight);
}

/** FNV-1a over code units, with the final mixing of MurmurHash3, because FNV's low bits are weak. */
function hashText(text: string, start = 0, end = text.length): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function toUnit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return squares === 0 ? vector : vector.map((value) => value / Math.sqrt(squares));
}
