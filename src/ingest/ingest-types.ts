import type { FileId, VectorStoreId } from "../ids.ts";
import type { Attributes } from "../knowledge/attributes.ts";
import type { Chunking } from "../knowledge/chunking.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestFailureCode } from "../knowledge/vector-store-types.ts";

/** A message of the ingest queue. It is only a wake-up call: the store object decides what to do. */
export type IngestMessage = {
  readonly v: 1;
  readonly scope: Scope;
  readonly storeId: VectorStoreId;
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
};

/** The work that the store object assigns to the holder of a lease. */
export type IngestTask = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  readonly filename: string;
  /** Size of the file; batches are formed by it. */
  readonly bytes: number;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  readonly generation: number;
  readonly embeddingModel: string;
  /** The search shard and the corpus shard that store this file's chunks. */
  readonly shard: SearchShardNumber;
  readonly corpusShard: CorpusShardNumber;
};

/** The outcome of a task, reported to the store object. */
export type IngestReport = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  readonly outcome:
    | { readonly kind: "completed"; readonly chunkCount: number; readonly usageBytes: number }
    | { readonly kind: "failed"; readonly code: IngestFailureCode; readonly message: string }
    /** The platform failed, not the file: the kernel retries. */
    | { readonly kind: "retry"; readonly message: string };
};

/** Text extracted from a file. Markdown keeps its marks; HTML and DOCX become Markdown. */
export type Extracted = { readonly text: string; readonly format: ExtractedFormat };
/** The format of extracted text. */
export type ExtractedFormat = "plain" | "markdown" | "csv" | "json";

/** The reason why a file cannot be ingested, as the store's owner reads it. */
export type ExtractRefusal = {
  readonly code: Exclude<IngestFailureCode, "server_error">;
  readonly message: string;
};

/** A passage of the extracted text. Chunks overlap; `text` is exactly `extracted.slice(start, end)`. */
export type Chunk = {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  /** Headings above the passage, outermost first, joined by " › "; empty when there are none. */
  readonly heading: string;
  readonly text: string;
};
