import type { Awaitable } from "../../remote.ts";

/**
 * The form in which a vector is kept. `passage`: quantized, as search shards store it. `question`: with the precision of
 * the model, since a search compares it with the rows of the shards.
 */
export type VectorForm = "passage" | "question";

/** Vectors of one model and form to keep, all of the same length. */
export type VectorBatch = {
  /** The provider and the name of the model: `llm.example.com:bge-m3`. */
  readonly model: string;
  readonly form: VectorForm;
  /** The keys of the texts, `KEY_BYTES` each. */
  readonly keys: Uint8Array;
  /** The vectors in the same order, one after the other. */
  readonly vectors: Uint8Array;
};

/** The size of an embedding cache, and how often it had the vector of a text. */
export type CacheFigures = {
  readonly vectors: number;
  /** Bytes of the vectors and of their keys. */
  readonly bytes: number;
  /** The bounds above which the vectors that were not used for the longest time are dropped. */
  readonly vectorsMax: number;
  readonly bytesMax: number;
  /** Texts whose vector was there, and texts whose vector was not, since `since`. */
  readonly hits: number;
  readonly misses: number;
  /** The time from which on they are counted, in milliseconds since the epoch; null if the cache was never used. */
  readonly since: number | null;
};

/** The methods of an embedding cache object. Each may be repeated. */
export interface EmbeddingCacheClient {
  /** Finds the vectors of texts by their keys, `KEY_BYTES` each; null for a text that has none. */
  find(keys: Uint8Array): Awaitable<readonly (Uint8Array | null)[]>;
  /**
   * Keeps vectors. A text that has one keeps it. If the vectors have another length than earlier ones of their model and
   * form, the model has changed, and the earlier ones are dropped.
   */
  keep(batch: VectorBatch): Awaitable<void>;
  figures(): Awaitable<CacheFigures>;
  /** Drops everything. */
  erase(): Awaitable<void>;
}
