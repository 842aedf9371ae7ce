import type { FileId } from "../ids.ts";
import type { Attributes, Filter } from "../knowledge/attributes.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";

/** What the store object tells a searcher: the shards to ask and the statistics that make their scores one scale. */
export type SearchPlan = {
  readonly contentVersion: number;
  readonly generation: number;
  readonly embeddingModel: string;
  readonly shards: readonly SearchShardNumber[];
  readonly chunkCount: number;
  /** Mean length of a chunk, in index terms. */
  readonly averageLength: number;
  /** Chunks that contain the term, over all shards, in the order of the terms asked for. */
  readonly documentCounts: readonly number[];
  /** Files whose delete was acknowledged and is not yet purged from every shard. */
  readonly hidden: readonly FileId[];
};

/** One shard's share of the statistics; summed by the store object. */
export type ShardStatistics = {
  readonly chunkCount: number;
  readonly totalLength: number;
  readonly documentCounts: readonly number[];
};

export type QueryTerm = {
  readonly term: string;
  /** Times the term stands in the query. */
  readonly count: number;
  /** Corpus-wide inverse document frequency. */
  readonly idf: number;
};

export type ShardQuery = {
  readonly terms: readonly QueryTerm[];
  readonly averageLength: number;
  /** Unit vector of the query, or null for a search by words alone. */
  readonly vector: Float32Array | null;
  /** How the two scores are fused; they sum to one. */
  readonly weights: SearchWeights;
  readonly filter: Filter | null;
  /** Files that must not be found, because their delete was acknowledged. */
  readonly hidden: readonly FileId[];
  /** Candidates returned at most: the best by fused score. Every chunk is scored before this cut. */
  readonly candidatesMax: number;
};

/** A chunk with what is needed to merge it with other shards' candidates and to cite it. */
export type Candidate = {
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
  /** BM25 / (Σ idf · (k1 + 1)), 0 … 1. */
  readonly lexical: number;
  /** Cosine, 0 … 1 (negative ones are 0). */
  readonly dense: number;
};

export type SearchWeights = { readonly lexical: number; readonly dense: number };

export type SearchHit = Candidate & { readonly score: number };

/** A file's chunks on their way into a shard. */
export type ShardDocument = {
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly attributes: Attributes;
  readonly chunks: readonly ShardChunk[];
};

export type ShardChunk = {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly heading: string;
  readonly text: string;
  /** Index terms in order, from `indexTerms` of the tokenizer: heading path first, then text. */
  readonly terms: readonly string[];
  /** Unit vector. */
  readonly vector: Float32Array;
};

/** What became of a document that was written to a shard. `erased`: the whole store is gone. */
export type WriteOutcome = {
  readonly fileId: FileId;
  readonly outcome: "written" | "unchanged" | "superseded" | "erased";
};

/** What a shard holds, for verification. */
export type ShardInventory = {
  readonly chunkCount: number;
  /** Files that are here, ordered by id, after the one asked for. */
  readonly files: readonly ShardFile[];
  readonly hasMore: boolean;
};

export type ShardFile = {
  readonly fileId: FileId;
  readonly version: number;
  readonly chunkCount: number;
};

/** A stored passage, without scores. */
export type ShardPassage = Omit<Candidate, "lexical" | "dense" | "attributes">;

/** Turns texts into unit vectors. `hash-1` is built in; others are reached over the network. */
export interface Embedder {
  readonly model: string;
  readonly dimensions: number;
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}
