import type { Embedder } from "./search-types.ts";
import { indexTerms } from "./tokenize.ts";

export const HASH_MODEL = "hash-1";
/** With 384 the default lost half a point on mtrag_un, with 1,024 it gained nothing more. */
export const HASH_DIMENSIONS = 512;

/**
 * The built-in embedding: it needs no weights and no network, and gives the same vector everywhere. A text is
 * the bag of its words and of their three-letter pieces, hashed into a unit vector, so a misspelled word is
 * still near the right one. It knows no meaning; `defaultWeights` says what it is trusted with.
 */
export const hash1: Embedder = {
  model: HASH_MODEL,
  dimensions: HASH_DIMENSIONS,
  embed: async (texts) => texts.map(hashEmbedding),
};

export function hashEmbedding(text: string): Float32Array {
  return hashTerms(indexTerms(text));
}

/** The same from terms at hand, since an ingested chunk was tokenized already. */
export function hashTerms(terms: readonly string[]): Float32Array {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const vector = new Float32Array(HASH_DIMENSIONS);
  for (const [term, count] of counts) {
    // A long word tells more than a short one. Frequency counts in full, which saturating BM25 leaves out.
    const weight = count * Math.min(term.length, TELLING_LENGTH);
    addFeature(vector, hashOf(`=${term}`), weight);
    addPieces(vector, `^${term}$`, weight);
  }
  return toUnit(vector);
}

const TELLING_LENGTH = 8;
const PIECE_LENGTH = 3;

/** All pieces of a word together weigh as much as the word. */
function addPieces(vector: Float32Array, word: string, weight: number): void {
  const count = word.length - PIECE_LENGTH + 1;
  for (let start = 0; start < count; start++) {
    addFeature(vector, hashOf(word, start, start + PIECE_LENGTH), weight / Math.sqrt(count));
  }
}

/** The hash's lowest bit is the sign, so that features which share a dimension cancel out on average. */
function addFeature(vector: Float32Array, hash: number, weight: number): void {
  const dimension = (hash >>> 1) % vector.length;
  vector[dimension] = (vector[dimension] ?? 0) + (hash & 1 ? weight : -weight);
}

/** FNV-1a over code units, with the final mixing of MurmurHash3, because FNV's low bits are weak. */
function hashOf(text: string, start = 0, end = text.length): number {
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
