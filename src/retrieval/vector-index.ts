import type { VectorStoreId } from "../ids.ts";

/**
 * Dense search outside the shards, for stores that outgrow an exact scan. The production edition binds Vectorize for it;
 * nothing is routed to it yet, and every store is served by its shards.
 */
export interface VectorIndex {
  /** At most 1,000 vectors a call. Eventually consistent: what was written is found when `processedUpTo` has passed it. */
  upsert(namespace: VectorNamespace, vectors: readonly IndexedVector[]): Promise<void>;
  /** Ids that are not there are no error. */
  remove(namespace: VectorNamespace, chunkIds: readonly string[]): Promise<void>;
  /** The nearest chunks, best first; at most 100. */
  search(
    namespace: VectorNamespace,
    vector: Float32Array,
    limit: number,
  ): Promise<readonly { readonly chunkId: string; readonly cosine: number }[]>;
  /** Vectors written before this time, in milliseconds since 1970, are found. */
  processedUpTo(): Promise<number>;
}

/** A store's index generation, so that one index serves many stores and a new generation is built beside the old. */
export type VectorNamespace = `${VectorStoreId}:${number}`;

export type IndexedVector = {
  /** At most 64 bytes. */
  readonly chunkId: string;
  /** Unit vector of at most 1,536 dimensions. */
  readonly values: Float32Array;
};
