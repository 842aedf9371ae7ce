import type { FileId } from "../ids.ts";
import type { Attributes, Filter } from "../knowledge/attributes.ts";
import type { EncodedPlaces } from "../knowledge/chunk-places.ts";
import type { SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { EncodedUnits } from "../knowledge/units.ts";
import type { FollowedShard, FollowPoint } from "./follow-point.ts";
import type { NearestChunks } from "./vectorize/nearest-chunks.ts";
import type { DensePlacement } from "./vectorize/placement.ts";

/**
 * The data that a search first gets from the vector store object: the shards to query, and the statistics over all of
 * them, which make the scores of different shards comparable.
 *
 *     {
 *       contentVersion: 7, generation: 1, analyzer: 1, embeddingModel: "hash-1", shards: [0, 1], unavailable: [],
 *       chunkCount: 1200, averageLength: 85.5,
 *       documentCounts: [12, 0], // for the terms ["warranti", "xyz"]
 *       hidden: [], placement: null, followed: [],
 *     }
 */
export type SearchPlan = {
  readonly contentVersion: number;
  readonly generation: number;
  /** The version of the analyzer of the generation; absent in plans of builds that had version 1 alone. */
  readonly analyzer?: number;
  readonly embeddingModel: string;
  readonly shards: readonly SearchShardNumber[];
  /**
   * The other shards of the store, which did not answer when the plan was made. The search leaves them out. Their
   * chunks may be missing in the statistics.
   */
  readonly unavailable: readonly SearchShardNumber[];
  readonly chunkCount: number;
  /** Mean length of all chunks, in index terms. */
  readonly averageLength: number;
  /** For each requested term, in the same order: the number of chunks in all shards that contain it. */
  readonly documentCounts: readonly number[];
  /** Number of dimensions of the chunks' vectors; absent if there are none. */
  readonly dimensions?: number;
  /** Files that were deleted but may still be in some shard. The search leaves them out. */
  readonly hidden: readonly FileId[];
  /** The vector index that has the store's vectors; null if its shards alone have them. */
  readonly placement: DensePlacement | null;
  /** The attribute keys by which that index can filter, in the order of their slots; absent if it cannot. */
  readonly filterKeys?: readonly string[];
  /** The shards that have followers which answer searches, too. */
  readonly followed: readonly FollowedShard[];
};

/**
 * The term statistics of one search shard. The vector store object sums them over all shards. `totalLength` is in index
 * terms.
 */
export type ShardStatistics = {
  readonly chunkCount: number;
  readonly totalLength: number;
  readonly documentCounts: readonly number[];
  /** Number of dimensions of the vectors; absent if there are none. */
  readonly dimensions?: number;
  /** The version of the analyzer of the shard's chunks; absent if it is 1. */
  readonly analyzer?: number;
  /** The attribute keys by which the vectors are filtered in their vector index; absent without one. */
  readonly filterKeys?: readonly string[];
  /** The state of the shard for its followers; absent if it has none. */
  readonly followed?: FollowPoint;
};

/** A term of a query with its weight. */
export type QueryTerm = {
  readonly term: string;
  /** Occurrences of the term in the query. */
  readonly count: number;
  /** Inverse document frequency over all chunks of the store. */
  readonly idf: number;
};

/**
 * A query as it is sent to every search shard of a store. All shards get the same statistics, so their scores are
 * comparable.
 */
export type ShardQuery = {
  readonly terms: readonly QueryTerm[];
  readonly averageLength: number;
  /** Embedding of the query, of length 1; null for a search by words alone. */
  readonly vector: Float32Array | null;
  /** The weights of the lexical and the dense score; they sum to one. */
  readonly weights: SearchWeights;
  readonly filter: Filter | null;
  /** Files that were deleted but may still be in the shard. They must not be found. */
  readonly hidden: readonly FileId[];
  /** Maximum number of chunks to return, the best by combined score. Every chunk is scored. */
  readonly candidatesMax: number;
  /** The chunks of the shard that the store's vector index has found; null without an index, or if it did not answer. */
  readonly nearest: NearestChunks | null;
};

/** A chunk that a search shard found, with all data to merge it with the chunks of other shards and to cite it. */
export type ShardCandidate = {
  readonly chunkId: string;
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly attributes: Attributes;
  readonly ordinal: number;
  readonly heading: string;
  readonly text: string;
  /** Start of `text` in the file's extracted text, in UTF-16 code units; `end` is the position after its last unit. */
  readonly start: number;
  readonly end: number;
  /** The pages and table rows that the chunk has; null if they are unknown. `findPlace` reads them. */
  readonly places: EncodedPlaces | null;
  /** The units of the chunk; null without any, or if it was indexed before they were kept. `decodeUnits` reads them. */
  readonly units: EncodedUnits | null;
  /** The lexical score, 0 to 1: BM25 / (Σ idf · (k1 + 1)). */
  readonly lexical: number;
  /** The dense score, 0 to 1: the cosine of the two vectors, or 0 if it is negative. */
  readonly dense: number;
};

/**
 * The way in which a search shard finds chunks by their vectors (see `DenseScan`): by all int8 rows, by codes of one bit
 * for each dimension, or by what a vector index has found.
 */
export type DenseTier = "exact" | "coded" | "indexed";

/** The work that a search shard did for a query. */
export type ShardWork = {
  /** The tier in which the vectors were scanned; null if words alone were searched. */
  readonly dense: DenseTier | null;
  /** True if the limit of rows to read was reached, so that one of the best chunks may be missing. */
  readonly isCapped: boolean;
  /** Number of segments whose posting lists were looked up. */
  readonly segments: number;
  /** Number of postings (pairs of a term and a chunk) that were scored. */
  readonly postings: number;
  /** Number of posting lists that were found in memory, and of those that were read from storage. */
  readonly cachedLists: number;
  readonly readLists: number;
};

/** The chunks that a search shard found, and the work that it did. */
export type ExplainedCandidates = {
  readonly candidates: readonly ShardCandidate[];
  readonly work: ShardWork;
  /**
   * Present if the shard found nothing because the vector index named too few of the nearest chunks (`mayDeepen`): it
   * should name about as many, and the shard be asked again.
   */
  readonly depth?: number;
};

/** The weights of the lexical (words) and the dense (vectors) score in the combined score of a chunk. */
export type SearchWeights = { readonly lexical: number; readonly dense: number };

/** A search result: a chunk with its combined score, 0 to 1. */
export type SearchHit = ShardCandidate & { readonly score: number };

/** A file with its chunks, as it is written to a search shard. */
export type ShardDocument = {
  readonly fileId: FileId;
  readonly version: number;
  readonly filename: string;
  readonly attributes: Attributes;
  readonly chunks: readonly ShardChunk[];
};

/** A chunk as it is written to a search shard. */
export type ShardChunk = {
  readonly id: string;
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  readonly heading: string;
  readonly text: string;
  /** The pages and table rows that the chunk has; null if they are unknown. `findPlace` reads them. */
  readonly places: EncodedPlaces | null;
  /** The units of the chunk; null without any, or if it was indexed before they were kept. `decodeUnits` reads them. */
  readonly units: EncodedUnits | null;
  /** Number of index terms in the chunk: those of its headings and of its text. */
  readonly length: number;
};

/**
 * The result of writing a file to a search shard. `erased`: nothing was written, since the vector store was deleted.
 * `other_dimensions`: nothing was written, since the vectors of the shard have another length.
 */
export type WriteOutcome = {
  readonly fileId: FileId;
  readonly outcome: "written" | "unchanged" | "superseded" | "erased" | "other_dimensions";
};

/**
 * The part of one version of a file that a search shard stores, by `state`. `staged`: the first `count` chunks, which no
 * search finds yet, with `dimensions` of their vectors and the span of the last one (null if `count` is 0). `unchanged`:
 * the whole version. `superseded`: a newer version or its tombstone instead. `erased`: nothing, since the vector store
 * was deleted.
 */
export type StagedChunks = {
  readonly state: "staged" | "unchanged" | "superseded" | "erased";
  readonly count: number;
  readonly dimensions: number;
  readonly last: { readonly start: number; readonly end: number } | null;
};

/**
 * Consecutive chunks of a file in a search shard with their vectors, as many as one call takes, from which the file is
 * copied to another generation of its store's index.
 */
export type StoredChunks = {
  /** The version of the file, and the number of all of its chunks. */
  readonly version: number;
  readonly chunkCount: number;
  readonly chunks: readonly ShardChunk[];
  readonly dimensions: number;
  /** The quantized vectors of `chunks`, one after the other. */
  readonly vectors: Int8Array;
};

/** The number of chunks in a search shard and a page of its files, to compare the shard with the corpus database. */
export type ShardInventory = {
  /** True if the shard was ever written to, also if it is empty or erased by now. */
  readonly isUsed: boolean;
  readonly chunkCount: number;
  /**
   * Number of vectors that a vector index has of the shard, or is about to get, and of those whose deletion there is not
   * confirmed: once the shard is erased, those that are still to be deleted.
   */
  readonly indexed: number;
  /** The highest version of any file that was written to the shard or removed from it; 0 without any. */
  readonly highestVersion: number;
  /** The files of the shard whose id is greater than the requested one, ordered by id. */
  readonly files: readonly ShardFile[];
  readonly hasMore: boolean;
};

/** A file in a search shard, with the number of its chunks. */
export type ShardFile = {
  readonly fileId: FileId;
  readonly version: number;
  readonly chunkCount: number;
};

/** A chunk as a search shard stores it, without scores and without its file's attributes. */
export type ShardPassage = Omit<ShardCandidate, "lexical" | "dense" | "attributes">;

/**
 * An embedding model: converts texts to vectors of length 1. `hash-1` is built in; other models are called over the
 * network.
 */
export interface Embedder {
  readonly model: string;
  readonly dimensions: number;
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>;
}
