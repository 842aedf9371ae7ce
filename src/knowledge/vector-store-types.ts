import type { FileBatchId, FileId, VectorStoreId } from "../ids.ts";
import type { Attributes } from "./attributes.ts";
import type { Chunking } from "./chunking.ts";
import type { Metadata } from "./metadata.ts";
import type { Scope } from "./scope.ts";
import type { CorpusShardNumber } from "./shard-numbers.ts";

/** A vector store as its owner shows it. Times are Unix seconds. */
export type StoreView = {
  readonly id: VectorStoreId;
  readonly createdAt: number;
  readonly name: string;
  readonly usageBytes: number;
  readonly fileCounts: FileCounts;
  readonly status: StoreStatus;
  readonly expiresAfterDays: number | null;
  readonly expiresAt: number | null;
  readonly lastActiveAt: number;
  readonly metadata: Metadata;
};

export type StoreStatus = "in_progress" | "completed" | "expired";
export type FileStatus = "in_progress" | "completed" | "failed" | "cancelled";
export type FileCounts = Readonly<Record<FileStatus, number>>;

export type StoreSettings = {
  readonly name: string;
  readonly metadata: Metadata;
  readonly expiresAfterDays: number | null;
};

export type StoreInit = StoreSettings & {
  readonly id: VectorStoreId;
  readonly scope: Scope;
  readonly embeddingModel: string;
};

/** A file as a request names it; `param` is the place in the request that is at fault when it is missing. */
export type FileToAttach = {
  readonly fileId: string;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  readonly param: string;
};

/** A file on its way into a store: what CATALOG knows of it and how the caller wants it indexed. */
export type AttachRequest = {
  readonly fileId: FileId;
  readonly filename: string;
  readonly bytes: number;
  /** Of the bytes, in hex: the same bytes are indexed once. */
  readonly sha256: string;
  readonly corpusShard: CorpusShardNumber;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
};

/** OpenAI's codes for a file that could not be ingested. */
export type IngestFailureCode = "server_error" | "unsupported_file" | "invalid_file";

/** A file in a store, as its owner shows it. */
export type StoreFileView = {
  readonly id: FileId;
  readonly storeId: VectorStoreId;
  readonly createdAt: number;
  readonly status: FileStatus;
  readonly usageBytes: number;
  readonly lastError: { readonly code: IngestFailureCode; readonly message: string } | null;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  /** The file under whose id the extracted text is kept: itself, or an earlier one of the same bytes. */
  readonly textOf: FileId;
};

export type FileBatchView = {
  readonly id: FileBatchId;
  readonly storeId: VectorStoreId;
  readonly createdAt: number;
  readonly status: Exclude<FileStatus, "failed">;
  readonly fileCounts: FileCounts;
};

/** One page of a list; the cursors are file ids. */
export type PageQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after: FileId | null;
  readonly before: FileId | null;
  readonly status: FileStatus | null;
};

export type FilePage = { readonly files: readonly StoreFileView[]; readonly hasMore: boolean };

/** What a consumer names when it asks for the work behind a queue message. */
export type IngestClaim = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
};
