import type { FileId, VectorStoreId } from "../ids.ts";
import type { Attributes } from "../knowledge/attributes.ts";
import type { Chunking } from "../knowledge/chunking.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { IngestFailureCode } from "../knowledge/vector-store-types.ts";

/** A message of the ingest queue: it only wakes; the store object says what there is to do. */
export type IngestMessage = {
  readonly v: 1;
  readonly scope: Scope;
  readonly storeId: VectorStoreId;
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
};

/** What the store object hands to the consumer that holds the lease. */
export type IngestTask = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  readonly filename: string;
  /** Size of the file, by which work is shared out. */
  readonly bytes: number;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  readonly generation: number;
  readonly embeddingModel: string;
  /** The search shard and the corpus shard that take this file's chunks. */
  readonly shard: SearchShardNumber;
  readonly corpusShard: CorpusShardNumber;
};

export type IngestReport = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  readonly outcome:
    | { readonly kind: "completed"; readonly chunkCount: number; readonly usageBytes: number }
    | { readonly kind: "failed"; readonly code: IngestFailureCode; readonly message: string }
    /** The platform failed, not the file: the kernel tries again. */
    | { readonly kind: "retry"; readonly message: string };
};

/** Text extracted from a file. Markdown keeps its marks; HTML and DOCX become Markdown. */
export type Extracted = { readonly text: string; readonly format: TextFormat };
export type TextFormat = "plain" | "markdown" | "csv" | "json";

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
