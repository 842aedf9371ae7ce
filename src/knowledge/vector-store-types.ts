import type { FileBatchId, FileId, VectorStoreId } from "../ids.ts";
import type { PageRequest } from "../page.ts";
import type { Attributes } from "./attributes.ts";
import type { Chunking } from "./chunking.ts";
import type { FileStage } from "./file-stage.ts";
import type { FileWarning } from "./file-warnings.ts";
import type { Metadata } from "./metadata.ts";
import type { Scope } from "./scope.ts";
import type { CorpusShardNumber } from "./shard-numbers.ts";

/** A vector store with the properties that the API shows. Times are Unix seconds. */
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
/** A request for a page of a project's vector stores: those whose name contains a text, or that have a status. */
export type StoreListQuery = PageRequest<string> & {
  readonly name?: string | undefined;
  readonly status?: StoreStatus | undefined;
};
/** The status of a file in a vector store, as in OpenAI's API. `completed`: it is indexed. */
export type FileStatus = "in_progress" | "completed" | "failed" | "cancelled";
/** The numbers of files in a vector store or a batch, by status. */
export type FileCounts = Readonly<Record<FileStatus, number>>;

/** The properties of a vector store that a client can change. */
export type StoreSettings = {
  readonly name: string;
  readonly metadata: Metadata;
  readonly expiresAfterDays: number | null;
};

/** The properties of a vector store that is to be created. */
export type StoreInit = StoreSettings & {
  readonly id: VectorStoreId;
  readonly scope: Scope;
  readonly embeddingModel: string;
};

/**
 * A file in a request to attach files to a vector store. `param` names its place in the request, for the error message
 * if the file does not exist.
 */
export type FileToAttach = {
  readonly fileId: string;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  readonly param: string;
};

/**
 * A file to attach to a vector store: its data from the catalog, and the attributes and chunking that the client wants.
 */
export type AttachRequest = {
  readonly fileId: FileId;
  readonly filename: string;
  readonly bytes: number;
  /**
   * SHA-256 of the file's bytes, in hex, by which files with the same bytes are found, so that they can share chunks.
   */
  readonly sha256: string;
  readonly corpusShard: CorpusShardNumber;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
};

/** The error codes of a file that could not be indexed, as in OpenAI's API. */
export type IngestFailureCode = "server_error" | "unsupported_file" | "invalid_file";

/** A file in a vector store with the properties that the API shows. Times are Unix seconds. */
export type StoreFileView = {
  readonly id: FileId;
  readonly filename: string;
  readonly storeId: VectorStoreId;
  readonly createdAt: number;
  readonly status: FileStatus;
  /** The stage of its indexing; null unless the status is `in_progress`. */
  readonly stage: FileStage | null;
  readonly usageBytes: number;
  /** The losses and changes of the extraction of the text; empty until the file is indexed. */
  readonly warnings: readonly FileWarning[];
  /** Why indexing failed or, while it is in progress, why its last attempt did; null if none has failed. */
  readonly lastError: { readonly code: IngestFailureCode; readonly message: string } | null;
  readonly attributes: Attributes;
  readonly chunking: Chunking;
  /** The file under whose id the extracted text is stored: this one, or an earlier one with the same bytes. */
  readonly textOf: FileId;
  /** Set if the bytes of that file are its text, which is then not stored again. */
  readonly isVerbatim: boolean;
};

/** A file batch with the properties that the API shows. Times are Unix seconds. */
export type FileBatchView = {
  readonly id: FileBatchId;
  readonly storeId: VectorStoreId;
  readonly createdAt: number;
  readonly status: Exclude<FileStatus, "failed">;
  readonly fileCounts: FileCounts;
};

/** A request for a page of a vector store's files. The cursors are file ids; a null `status` means every status. */
export type PageQuery = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after: FileId | null;
  readonly before: FileId | null;
  readonly status: FileStatus | null;
};

/** One page of a store's files. */
export type FilePage = { readonly files: readonly StoreFileView[]; readonly hasMore: boolean };

/**
 * The part of a message of the ingest queue by which the vector store object finds the requested work: the file, the
 * version of its attachment to the store, and the lease under which the outcome is reported.
 */
export type IngestClaim = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  /** Set if the file is to be copied to this generation, which does not serve. */
  readonly generation?: number;
};

/** The stage of a file, as the consumer that indexes it under a lease reports it. */
export type StageNote = IngestClaim & { readonly stage: FileStage };
