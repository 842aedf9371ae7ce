/** Sizes at which a search shard changes how it stores its index. Tests take small ones, so that all of them are met. */
export type ShardLimits = {
  /** A call with at least this many chunks becomes a segment at once, with the tail before it. */
  readonly smallCall: number;
  /** The most chunks of the tail. A start makes their posting lists: 64 in about 6 ms. */
  readonly tailMax: number;
  /** Number of segments of one size that become one. */
  readonly merged: number;
  /** Merges of at most this many chunks are made at once, within the call that has written the last of them. */
  readonly mergedAtOnce: number;
  /** Usual bytes of a block of a merged segment. */
  readonly blockBytes: number;
  /** Posting lists that are merged in one slice: 256 KB in about 10 ms. */
  readonly sliceBytes: number;
  /** Parts of old segments that are deleted in one slice. */
  readonly partsASlice: number;
  /** Chunks that are indexed in one slice: 128 in about 20 ms. */
  readonly indexedASlice: number;
  /** Larger columns, and larger posting lists, are not in the row of their segment: a search reads the whole row. */
  readonly inlineBytes: number;
  /** Removed chunks from which on segments are written again, if they are 30 % of all. */
  readonly removedMin: number;
};

/** The limits of the service. */
export const SHARD_LIMITS: ShardLimits = {
  smallCall: 16,
  tailMax: 64,
  merged: 8,
  mergedAtOnce: 4_096,
  blockBytes: 16_384,
  sliceBytes: 262_144,
  partsASlice: 32,
  indexedASlice: 128,
  inlineBytes: 100_000,
  removedMin: 256,
};
