import type { DenseTier, SearchWeights } from "../search-types.ts";

/**
 * The vectors of a search shard, held in memory for scanning.
 *
 * A chunk's vector is known by its *position*: its place in the shard's arrays, 0 to `count` − 1, in the order of chunk
 * numbers. Vectors are only appended, in that order. A removed chunk keeps its position until the shard builds its
 * arrays again; until then the shard leaves its bit out of `DenseQuestion.admitted`, and the scan needs no word of it.
 *
 * There are two tiers, which a shard changes by building the other one from storage and dropping this one:
 *
 * - *exact* (`ExactScan`) holds the int8 rows and scores all of them.
 * - *coded* (`CodedScan`) holds a code of one bit for each dimension, about an eighth of the memory. It estimates all
 *   scores, and reads the rows of the chunks that can still be among the best from storage.
 *
 * Every score that a scan returns is exact, to the last bit: the integer product of the two rows, times the question's
 * inverse norm, times the row's in single precision, in this order; 0 where that is negative.
 */
export interface DenseScan {
  readonly tier: DenseTier;
  /** Number of dimensions of the shard's vectors. */
  readonly dimensions: number;
  /** Number of vectors: the next one gets this position. */
  readonly count: number;
  /** Bytes of memory that the scan holds, for the isolate's ledger. They are freed by dropping the scan. */
  readonly bytes: number;
  /**
   * Scores the chunks for a question. A question vector of zeros, with a value that is no finite number, or of another
   * length than `dimensions` is similar to nothing: the outcome is `none`.
   */
  score(question: DenseQuestion): DenseScores;
}

/** A question as a scan needs it. */
export type DenseQuestion = {
  /** Embedding of the question, of length 1. */
  readonly vector: Float32Array;
  /**
   * The lexical score of each position, at least `count` long; null if the question is by vector alone. The coded tier
   * finds by it the chunks that can be among the best; the exact tier does not read it.
   */
  readonly lexical: Float64Array | null;
  readonly weights: SearchWeights;
  /**
   * One bit for each position: bit `p & 31` of word `p >> 5` is set if the chunk's score is needed: it is not removed,
   * passes the search filter, and can be among the best by its words. Null admits all positions. The coded tier returns
   * admitted positions alone, so that a filter costs no results; the exact tier scores them alone if they are few.
   */
  readonly admitted: Uint32Array | null;
  /** Number of best chunks that the shard returns. */
  readonly candidatesMax: number;
  /**
   * At least `count` long. The exact tier writes its scores here, so that a shard keeps one buffer for all questions;
   * the coded tier does not touch it.
   */
  readonly buffer: Float64Array;
};

/** The dense scores of a question, each the exact one: the cosine, or 0 where it is negative. */
export type DenseScores =
  /** The vector is similar to nothing: the dense score of every chunk is 0. */
  | { readonly kind: "none" }
  /** `scores[p]` is the score of position `p`, of all positions, removed ones included. It is the question's buffer. */
  | { readonly kind: "all"; readonly scores: Float64Array }
  /**
   * `scores[i]` is the score of `positions[i]`. The positions are admitted and ascending, and contain the
   * `candidatesMax` best by combined score with all their ties; the others need not be looked at. `isCapped`: more
   * chunks could have been among the best than may be read, so one of them may be missing.
   */
  | {
      readonly kind: "some";
      readonly positions: Uint32Array;
      readonly scores: Float64Array;
      readonly isCapped: boolean;
    };

/**
 * Reads int8 rows from storage, at once. `positions` are ascending and different. Returns the rows in their order, one
 * after the other, `positions.length · dimensions` bytes; the scan copies what it keeps.
 */
export type ReadRows = (positions: Uint32Array) => Int8Array;

/** Bytes of int8 rows up to which a shard is scanned exactly: 54,000 chunks of 512 dimensions, 72,000 of 384. */
const EXACT_BYTES_MAX = 28_000_000;

/** Number of chunks from which a shard has codes: their mean, around which the codes are made, is frozen then. */
export const CODED_FROM = 4_096;

/** Returns the tier in which a shard of this many positions holds its vectors. */
export function chooseDenseTier(count: number, dimensions: number): DenseTier {
  return count < CODED_FROM || count * dimensions <= EXACT_BYTES_MAX ? "exact" : "coded";
}
