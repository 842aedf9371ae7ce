import type { DenseTier, SearchWeights } from "../search-types.ts";

/**
 * The vectors of a search shard, held in memory for scanning.
 *
 * A vector is identified by its *position*: the index of its chunk in the shard's arrays, 0 to `count` − 1. Vectors are
 * only appended, at the next position. A removed chunk keeps its position until the shard builds its arrays again;
 * until then its bit in `DenseQuestion.admitted` is not set. The scan itself does not know about removals.
 *
 * There are three tiers. A shard changes its tier by building a scan of another one from storage:
 *
 * - *exact* (`ExactScan`) holds the int8 rows and scores all of them.
 * - *coded* (`CodedScan`) holds a code of one bit for each dimension, about an eighth of the memory. It estimates all
 *   scores, and reads the rows of the chunks that can still be among the best from storage.
 * - *indexed* (`IndexedScan`) holds the rows alone that a vector index outside does not have yet. The index names the
 *   nearest chunks, whose rows it reads from storage.
 *
 * Both tiers return the same scores, to the last bit: the integer product of the two rows, times the inverse norm of
 * the question, times the inverse norm of the row (in single precision), in this order; 0 if that is negative.
 */
export interface DenseScan {
  readonly tier: DenseTier;
  /** Number of dimensions of the shard's vectors. */
  readonly dimensions: number;
  /** Number of vectors: the next one gets this position. */
  readonly count: number;
  /** Bytes of memory that the scan holds, for the isolate's `MemoryLedger`. Dropping the scan frees them. */
  readonly bytes: number;
  /**
   * Scores the chunks for a question. Returns `none` if the question vector is all zeros, has a value that is not
   * finite, or has another length than `dimensions`.
   */
  score(question: DenseQuestion): DenseScores;
}

/** The parts of a search query that a scan uses. */
export type DenseQuestion = {
  /** Embedding of the question, of length 1. */
  readonly vector: Float32Array;
  /**
   * The lexical score of each position; at least `count` long. Null for a question without words. The coded tier uses
   * it to find the chunks that can be among the best; the exact tier ignores it.
   */
  readonly lexical: Float64Array | null;
  readonly weights: SearchWeights;
  /**
   * A bit for each position, set if its score is needed: bit `p & 31` of word `p >> 5`. The bits of removed chunks and
   * of chunks outside of the search filter are not set, and for the exact tier also those of chunks whose words leave
   * them too far behind. Null admits all positions. The coded and the indexed tier return only admitted positions, so
   * that a filter loses no results; the exact tier does so if they are few.
   */
  readonly admitted: Uint32Array | null;
  /** The chunks that a vector index has found; null if none was asked. Only the indexed tier reads it. */
  readonly nearest: NearestPositions | null;
  /** Number of best chunks that the shard returns. */
  readonly candidatesMax: number;
  /**
   * A buffer of the shard, at least `count` long, into which the exact tier writes its scores. It is reused for all
   * questions. The other tiers do not use it.
   */
  readonly buffer: Float64Array;
};

/** The positions of the chunks that a vector index has found nearest to a question. */
export type NearestPositions = {
  readonly positions: readonly number[];
  /** The highest score that a chunk can have which the index has and did not find. */
  readonly floor: number;
};

/** The dense scores of a question: cosines, or 0 where the cosine is negative. */
export type DenseScores =
  /** The question vector cannot be compared: the dense score of every chunk is 0. */
  | { readonly kind: "none" }
  /**
   * `scores[p]` is the score of position `p`, for all positions, removed ones included. The array is
   * `DenseQuestion.buffer`.
   */
  | { readonly kind: "all"; readonly scores: Float64Array }
  /**
   * `scores[i]` is the score of `positions[i]`. The positions are admitted and ascending. They contain the
   * `candidatesMax` best by combined score, with all ties; no other position is among the best. `isCapped` is the
   * exception: more chunks could have been among the best than may be read, so one of these may be missing.
   */
  | {
      readonly kind: "some";
      readonly positions: Uint32Array;
      readonly scores: Float64Array;
      readonly isCapped: boolean;
    };

/**
 * Reads int8 rows from storage, synchronously. `positions` are ascending, without duplicates. Returns the rows in this
 * order, `dimensions` bytes each. The scan copies the parts that it keeps.
 */
export type ReadRows = (positions: Uint32Array) => Int8Array;

/** Maximum number of bytes of int8 rows for the exact tier: 54,000 chunks of 512 dimensions, 72,000 of 384. */
const EXACT_BYTES_MAX = 28_000_000;

/**
 * Minimum number of chunks for which codes are made. When a shard reaches it, the mean of their vectors is fixed for
 * all of its codes.
 */
export const CODED_FROM = 4_096;

/** Returns the tier in which a shard with `count` positions holds its vectors itself. */
export function chooseDenseTier(count: number, dimensions: number): "exact" | "coded" {
  return count < CODED_FROM || count * dimensions <= EXACT_BYTES_MAX ? "exact" : "coded";
}
