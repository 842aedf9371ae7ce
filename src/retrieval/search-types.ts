import type { FileId } from "../ids.ts";
import type { Attributes, Filter } from "../knowledge/attributes.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";

/**
 * The store object's answer to a search: the shards to query, and the statistics that make their scores comparable.
 *
 *     {
 *       contentVersion: 7, generation: 1, embeddingModel: "hash-1", shards: [0, 1],
 *       chunkCount: 1200, averageLength: 85.5,
 *       documentCounts: [12, 0], // for the terms ["warranti", "xyz"]
 *       hidden: [],
 *     }
 */
export type SearchPlan = {
  readonly contentVersion: number;
  readonly generation: number;
  readonly embeddingModel: string;
  readonly shards: readonly SearchShardNumber[];
  readonly chunkCount: number;
  /** Mean length of a chunk, in index terms. */
  readonly averageLength: number;
  /** Number of chunks with each term, over all shards, in the order of the requested terms. */
  readonly documentCounts: readonly number[];
  /** Files with an acknowledged delete that are not yet purged from every shard. */
  readonly hidden: readonly FileId[];
};

/** The statistics of one shard; the store object sums them. */
export type ShardStatistics = {
  readonly chunkCount: number;
  readonly totalLength: number;
  readonly documentCounts: readonly number[];
};

/** A term of a query with its corpus-wide weight. */
export type QueryTerm = {
  readonly term: string;
  /** Occurrences of the term in the query. */
  readonly count: number;
  /** Corpus-wide inverse document frequency. */
  readonly idf: number;
};

/** A query as a shard receives it. */
export type ShardQuery = {
  readonly terms: readonly QueryTerm[];
  readonly averageLength: number;
  /** Unit vector of the query, or null for a search by words alone. */
  readonly vector: Float32Array | null;
  /** The weights of the two scores; they sum to one. */
  readonly weights: SearchWeights;
  readonly filter: Filter | null;
  /** Files that must not be found, because their delete was acknowledged. */
  readonly hidden: readonly FileId[];
  /** Maximum number of candidates: the best by fused score. Every chunk is scored before this cut. */
  readonly candidatesMax: number;
};

/** A chunk with the data to merge it with candidates of other shards and to cite it. */
export type ShardCandidate = {
  readonly chunkId: string;
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly attributes: Attributes;
  readonly ordinal: number;
  readonly heading: string;
  readonly text: string;
  /** Span in the file's extracted text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  /** BM25 / (Σ idf · (k1 + 1)), 0 to 1. */
  readonly lexical: number;
  /** Cosine, 0 to 1; negative values are 0. */
  readonly dense: number;
};

/** The weights of the lexical and the dense score in the fused score. */
export type SearchWeights = { readonly lexical: number; readonly dense: number };

/** A candidate with its fused score, 0 to 1. */
export type SearchHit = ShardCandidate & { readonly score: number };

/** A file's chunks, as they are written to a shard. */
export type ShardDocument = {
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly attributes: Attributes;
  readonly chunks: readonly ShardChunk[];
};

/** A chunk, as it is written to a shard. */
export type ShardChunk = {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly heading: string;
  readonly text: string;
  /**
   * Index terms in order, from `indexTerms` of the tokenizer: heading path first, then text. They are joined by spaces,
   * since a call with 400,000 short texts stops other requests for longer than the search shard takes to store them.
   */
  readonly terms: string;
  /** Number of terms. */
  readonly length: number;
  /** Unit vector. */
  readonly vector: Float32Array;
};

/** The result of writing a document to a shard. `erased`: the whole store was deleted. */
export type WriteOutcome = {
  readonly fileId: FileId;
  readonly outcome: "written" | "unchanged" | "superseded" | "erased";
};

/** The contents of a shard, for verification. */
export type ShardInventory = {
  readonly chunkCount: number;
  /** The stored files, ordered by id, after the requested one. */
  readonly files: readonly ShardFile[];
  readonly hasMore: boolean;
};

/** The chunks of one file in a shard. */
export type ShardFile = {
  readonly fileId: FileId;
  readonly version: number;
  readonly chunkCount: number;
};

/** A stored passage without scores. */
export type ShardPassage = Omit<ShardCandidate, "lexical" | "dense" | "attributes">;

/** Converts texts to unit vectors. `hash-1` is built in; other models are called over the network. */
export interface Embedder {
  readonly model: string;
  readonly dimensions: number;
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}
