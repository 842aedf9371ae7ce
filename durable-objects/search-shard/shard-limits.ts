/**
 * The sizes at which a search shard changes how it stores its index. Tests use small ones to reach each of these
 * changes with few chunks.
 */
export type ShardLimits = {
  /** A write call with at least this many chunks is stored as a segment at once, together with the tail before it. */
  readonly smallCall: number;
  /**
   * Maximum number of chunks in the tail. Their posting lists are made again when the shard starts: 64 chunks in about
   * 6 ms.
   */
  readonly tailMax: number;
  /** Number of segments of similar size that are merged into one. */
  readonly merged: number;
  /** A merge of at most this many chunks is done at once, in the write call that caused it: 512 in about 12 ms. */
  readonly mergedAtOnce: number;
  /** With more segments than this, a write call does half a slice of the merge in progress. */
  readonly segmentsMax: number;
  /** Usual size of a block of a merged segment, in bytes. */
  readonly blockBytes: number;
  /** Bytes of posting lists that one slice merges: 384 KB in about 10 ms. */
  readonly sliceBytes: number;
  /** Number of parts of replaced segments that one slice deletes. */
  readonly partsASlice: number;
  /** Number of chunks that one slice indexes: 128 in about 20 ms. */
  readonly indexedASlice: number;
  /**
   * Maximum size in bytes of columns or posting lists that are stored in the row of their segment. Larger ones get rows
   * of their own, because a search reads the whole row.
   */
  readonly inlineBytes: number;
  /** Minimum number of removed chunks for a compaction, which also requires that they are more than 30 % of all. */
  readonly removedMin: number;
};

/** The limits in production. */
export const SHARD_LIMITS: ShardLimits = {
  smallCall: 16,
  tailMax: 64,
  merged: 8,
  mergedAtOnce: 512,
  segmentsMax: 20,
  blockBytes: 16_384,
  sliceBytes: 393_216,
  partsASlice: 32,
  indexedASlice: 128,
  inlineBytes: 100_000,
  removedMin: 256,
};
