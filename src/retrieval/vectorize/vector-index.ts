/**
 * A vector index outside the search shards, such as one of Vectorize: it holds vectors of one length, of many stores,
 * and finds those that are nearest to a question's.
 *
 * It is behind its writes: a mutation is accepted under an id, and searches see its effect later. The ids of mutations
 * have no order. `describe` tells up to which mutation, in the order of their acceptance, all have taken effect.
 */
export interface VectorIndex {
  describe(): Promise<IndexState>;
  /** Writes vectors, at most `INDEX_LIMITS.batch`, in place of those with the same ids. Returns the mutation's id. */
  upsert(vectors: readonly IndexVector[]): Promise<string>;
  /** Deletes vectors, at most `INDEX_LIMITS.batch`; an unknown id changes nothing. Returns the mutation's id. */
  deleteByIds(ids: readonly string[]): Promise<string>;
  /** Finds the vectors of a namespace that are nearest to a question's, best first. The scores are approximate. */
  query(vector: Float32Array, question: IndexQuestion): Promise<IndexMatch[]>;
  /** Reads the metadata of the vectors with some ids, at most `INDEX_LIMITS.readBatch`. Unknown ids are left out. */
  readMetadata(ids: readonly string[]): Promise<Map<string, IndexMetadata>>;
}

/** The state of a vector index. */
export type IndexState = {
  readonly dimensions: number;
  readonly vectorCount: number;
  /** The last mutation whose effect, and that of all before it, searches see; null before the first. */
  readonly processedMutation: string | null;
  /** The time at which that mutation was accepted, in milliseconds since the epoch; null before the first. */
  readonly processedAt: number | null;
};

/** The metadata of a vector: values of properties, by which queries filter. Empty for a vector that is never filtered. */
export type IndexMetadata = Readonly<Record<string, string | number>>;

/** A vector as it is written to an index. */
export type IndexVector = {
  readonly id: string;
  readonly namespace: string;
  readonly values: readonly number[];
  readonly metadata: IndexMetadata;
};

/** A condition on a property: an operator with its value or values, or the two ends of a range. */
export type IndexCondition =
  | Partial<Record<"$eq" | "$ne" | "$gt" | "$gte" | "$lt" | "$lte", string | number>>
  | Partial<Record<"$in" | "$nin", (string | number)[]>>;

/** Conditions on the metadata of vectors, all of which must hold. A vector without a property fails its condition. */
export type IndexFilter = Readonly<Record<string, IndexCondition>>;

/** The namespace, the number of vectors that a query wants, at most `INDEX_LIMITS.nearest`, and what they have to pass. */
export type IndexQuestion = {
  readonly namespace: string;
  readonly nearest: number;
  readonly filter: IndexFilter | null;
};

/** A vector that a query has found. `score` is its approximate similarity: a cosine, from −1 to 1. */
export type IndexMatch = { readonly id: string; readonly score: number };

/** The limits of Vectorize (developers.cloudflare.com/vectorize/platform/limits), for a Worker. */
export const INDEX_LIMITS = {
  /** Vectors or ids in one mutation. */
  batch: 1_000,
  /** Vectors that a query finds which returns neither values nor metadata. */
  nearest: 100,
  /** Ids in one read. */
  readBatch: 20,
  /** Bytes of an id, and of a namespace. */
  idBytes: 64,
  /** Bytes of a filter as JSON: it must have less. */
  filterBytes: 2_048,
  /** Bytes of the metadata of a vector as JSON. */
  metadataBytes: 10_240,
  vectors: 10_000_000,
} as const;

/** The reason for which an index does not take a call that it would not take again either. */
export type IndexRefusalReason = "limits" | "dimensions" | "metric" | "refused";

/** Thrown when a vector index refuses a call. Repeating the same call does not help; the index itself is reachable. */
export class IndexRefused extends Error {
  override readonly name = "IndexRefused";
  readonly reason: IndexRefusalReason;

  constructor(reason: IndexRefusalReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
