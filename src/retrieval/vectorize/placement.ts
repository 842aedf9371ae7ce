import type { VectorStoreId } from "../../ids.ts";
import type { Scope } from "../../knowledge/scope.ts";
import type { SearchShardNumber } from "../../knowledge/shard-numbers.ts";

/** The number of a vector index of the deployment: 0 for the binding `VECTORS_0`. */
export type VectorIndexNumber = number;

/** The vector index in which the vectors of a store's generation are, and their namespace there. */
export type DensePlacement = {
  readonly index: VectorIndexNumber;
  readonly namespace: string;
};

/** A search shard whose vectors are written to a vector index, as the index's writer addresses it. */
export type VectorSource = {
  readonly scope: Scope;
  readonly storeId: VectorStoreId;
  readonly generation: number;
  readonly shard: SearchShardNumber;
};

/** Where the vectors of a search shard are to be. */
export type ShardPlacing = {
  readonly source: VectorSource;
  /** The vector index; null for none. */
  readonly index: VectorIndexNumber | null;
  /** The attribute keys by which the index is to filter, in the order of their slots. */
  readonly filterKeys: readonly string[];
};

/** Makes the namespace of the vectors of a generation of a store's index: at most 40 bytes of the 64 allowed. */
export const namespaceOf = (storeId: VectorStoreId, generation: number): string =>
  `${storeId}:${generation}`;

/**
 * Makes the id of a chunk's vector, of the chunk's number in its shard. A shard never gives a number twice, so an id
 * always stands for the same chunk.
 */
export const vectorIdOf = (
  { storeId, generation, shard }: Omit<VectorSource, "scope">,
  number: number,
): string => `${namespaceOf(storeId, generation)}:${shard}:${number}`;

/** Chunks of a shard with consecutive numbers. */
export type ChunkRun = { readonly first: number; readonly count: number };

/** A chunk that a vector index has found, by its number in its shard. */
export type NearestChunk = {
  readonly shard: SearchShardNumber;
  readonly number: number;
};

/** Reads from the id of a vector which chunk it is of; null if the id is not of this namespace. */
export function readVectorId(namespace: string, id: string): NearestChunk | null {
  if (!id.startsWith(`${namespace}:`)) return null;
  const [, shard, number] = /^(\d{1,9}):(\d{1,15})$/.exec(id.slice(namespace.length + 1)) ?? [];
  return shard === undefined || number === undefined
    ? null
    : { shard: Number(shard), number: Number(number) };
}
