import type { FileBatchId, FileId, VectorStoreId } from "../ids.ts";
import type { Attributes } from "./attributes.ts";
import type { Chunking } from "./chunking.ts";
import type { Metadata } from "./metadata.ts";
import type { Scope } from "./scope.ts";
import type { CorpusShardNumber } from "./shard-numbers.ts";

/** A vector store, as the API shows it. Times are Unix seconds. */
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

/** OpenAI's status of a vector store. */
type StoreStatus = "in_progress" | "completed" | "expired";
/** OpenAI's status of a file in a vector store. */
export type FileStatus = "in_progress" | "completed" | "failed" | "cancelled";
/** The number of files by status. */
export type FileCounts = Readonly<Record<FileStatus, number>>;

/** The properties of a store that its owner can change. */
export type StoreSettings = {
  readonly name: string;
  readonly metadata: Metadata;
  readonly expiresAfterDays: number | null;
};

/** The properties of a new store. */
export type StoreInit = StoreSettings & {
  readonly id: VectorStoreId;
  readonly scope: Scope;
  readonly embeddingModel: string;
};

/** A file in an attach request. `param` names the part of the request to blame if the file does not exist. */
export type FileToAttach = {
  readonly fileId: string;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  readonly param: string;
};

/** A file to attach: its data in the catalogue and how the client wants it indexed. */
export type AttachRequest = {
  readonly fileId: FileId;
  readonly filename: string;
  readonly bytes: number;
  /** SHA-256 of the bytes, in hex. The same bytes are indexed once. */
  readonly sha256: string;
  readonly corpusShard: CorpusShardNumber;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
};

/** OpenAI's error codes for a file that could not be ingested. */
export type IngestFailureCode = "server_error" | "unsupported_file" | "invalid_file";

/** A file in a store, as the API shows it. */
export type StoreFileView = {
  readonly id: FileId;
  readonly storeId: VectorStoreId;
  readonly createdAt: number;
  readonly status: FileStatus;
  readonly usageBytes: number;
  readonly lastError: { readonly code: IngestFailureCode; readonly message: string } | null;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  /** The file whose id the extracted text is stored under: this one, or an earlier one with the same bytes. */
  readonly textOf: FileId;
};

/** A batch of attached files, as the API shows it. */
export type FileBatchView = {
  readonly id: FileBatchId;
  readonly storeId: VectorStoreId;
  readonly createdAt: number;
  readonly status: Exclude<FileStatus, "failed">;
  readonly fileCounts: FileCounts;
};

/** A page of a list. The cursors are file ids. */
export type PageQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after: FileId | null;
  readonly before: FileId | null;
  readonly status: FileStatus | null;
};

/** One page of a store's files. */
export type FilePage = { readonly files: readonly StoreFileView[]; readonly hasMore: boolean };

/** The identity of a queue message, with which a consumer asks for the task behind it. */
export type IngestClaim = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
};
