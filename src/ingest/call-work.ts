/** Maximum chunks of a call to a search shard. */
export const CALL_CHUNKS_MAX = 200;
/** Maximum work of a call, in index terms: a shard stores so much in about 10 ms, during which it answers no search. */
export const CALL_WORK_MAX = 150_000;
const CHUNK_WORK = CALL_WORK_MAX / CALL_CHUNKS_MAX;

/**
 * Returns the work of storing a chunk that has `length` index terms, in index terms: one of few terms is as much work as
 * one of 750.
 */
export const measureChunk = ({ length }: { readonly length: number }): number =>
  Math.max(CHUNK_WORK, length);
