import type { FileId, VectorStoreId } from "../ids.ts";
import type { Attributes } from "../knowledge/attributes.ts";
import type { EncodedPlaces, PageMark } from "../knowledge/chunk-places.ts";
import type { Chunking } from "../knowledge/chunking.ts";
import type { FileWarning } from "../knowledge/file-warnings.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../knowledge/shard-numbers.ts";
import type { EncodedUnits } from "../knowledge/units.ts";
import type { IngestFailureCode } from "../knowledge/vector-store-types.ts";

/** The project, region and id by which the consumer of the ingest queue calls a vector store object. */
export type StoreRef = { readonly scope: Scope; readonly storeId: VectorStoreId };

/**
 * A message of the ingest queue, which asks a consumer to index one file. The vector store object decides whether there
 * is still work to do. `version` is that of the file's attachment to the store; the outcome is reported under `lease`.
 */
export type IngestMessage = {
  readonly v: 1;
  readonly scope: Scope;
  readonly storeId: VectorStoreId;
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  /** Set if the file is to be copied to this generation of the store's index, which does not serve. */
  readonly generation?: number;
};

/** A generation of a vector store's index that a file is written to, with its settings and the file's shard in it. */
export type IndexTarget = {
  readonly generation: number;
  readonly embeddingModel: string;
  /** The version of the analyzer; absent in tasks of stores whose build had version 1 alone. */
  readonly analyzer?: number;
  readonly chunking: Chunking;
  readonly shard: SearchShardNumber;
};

/**
 * The place of a file's chunks that were cut and embedded in the same way as those of a copy, and their size. Their index
 * terms are made again.
 */
export type CopySource = {
  readonly generation: number;
  readonly shard: SearchShardNumber;
  readonly chunkCount: number;
  readonly usageBytes: number;
};

/** The work that a vector store object gives the consumer which holds a lease: to index one file. */
export type IngestTask = IndexTarget & {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  readonly filename: string;
  /** Size of the file in bytes. Consumers process small files together and large ones alone. */
  readonly bytes: number;
  /**
   * True if the file's bytes are its text, as the last indexing found, so no text is stored. Absent in tasks of stores
   * whose build does not record this.
   */
  readonly isVerbatim?: boolean;
  readonly attributes: Attributes;
  /** The D1 database that stores the file's chunks. */
  readonly corpusShard: CorpusShardNumber;
  /** The other generation of the store, which the file is written to as well; absent without one. */
  readonly also?: IndexTarget;
  /** Set if the file is indexed already and is copied to another generation. */
  readonly isCopy?: true;
  /** The chunks that the copy can be made of. Without them, or if they are damaged, it is made of the file's stored text. */
  readonly source?: CopySource;
  /**
   * Set if an earlier consumer took the file and never reported an outcome, perhaps because the file crashed its
   * process. The file must be processed without others, so that no other file fails with it.
   */
  readonly mustBeAlone?: true;
};

/** The outcome of writing a file to one generation. `retry`: a failure of the platform or a provider. */
export type AlsoOutcome = { readonly generation: number } & (
  | { readonly kind: "completed"; readonly chunkCount: number; readonly usageBytes: number }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "retry"; readonly message: string }
);

/** The outcome of a task, which the consumer reports to the vector store object under the task's lease. */
export type IngestReport = {
  readonly fileId: FileId;
  readonly version: number;
  readonly lease: string;
  /** Set if the file was copied to this generation. */
  readonly generation?: number;
  readonly outcome:
    | ({
        readonly kind: "completed";
        readonly chunkCount: number;
        readonly usageBytes: number;
        /** The generation that the file was written to. Builds before it was reported leave it out. */
        readonly generation?: number;
        /** The outcome in the task's other generation; absent if the task has none. */
        readonly also?: AlsoOutcome;
      } & AboutText)
    | { readonly kind: "failed"; readonly code: IngestFailureCode; readonly message: string }
    /** The file's corpus database is full: the file is indexed again, with its chunks in the database `corpusShard`. */
    | { readonly kind: "moved"; readonly corpusShard: CorpusShardNumber }
    /**
     * The platform or a provider failed, not the file: the kernel retries. With `away`, the same holds for every file,
     * because the provider is away or every corpus database is full: the attempt does not count, and the next one begins
     * after `afterMs` milliseconds at the earliest.
     */
    | {
        readonly kind: "retry";
        readonly message: string;
        readonly away?: { readonly afterMs: number };
      };
};

/** Properties of an indexed file's text, as its report has them. */
export type AboutText = {
  /** The losses and changes of the extraction of the text; absent if there were none. */
  readonly warnings?: readonly FileWarning[];
  /** Set if the bytes of the file are its text, which was therefore not stored on its own. */
  readonly isVerbatim?: true;
};

/** The text that was extracted from a file. HTML and DOCX are converted to Markdown. */
export type Extracted = {
  readonly text: string;
  readonly format: ExtractedFormat;
  /** The lines of titles and comments above the rows of a CSV file; 0 if absent. */
  readonly linesAbove?: number;
  /** Where the pages of a document begin in the text, in order; absent for formats without pages. */
  readonly pages?: readonly PageMark[];
  /** The losses and changes, by kind; absent if there were none. */
  readonly warnings?: readonly FileWarning[];
};
/** The text that a document was converted to, and what the conversion lost. */
export type Converted = Pick<Extracted, "text" | "linesAbove"> & {
  readonly warnings: readonly FileWarning[];
};

/** The format of a text that was extracted from a file. It decides where the text may be cut. */
export type ExtractedFormat = "plain" | "markdown" | "csv" | "json";

/** The reason why a file cannot be indexed, in words for the owner of the vector store. */
export type ExtractRefusal = {
  readonly code: Exclude<IngestFailureCode, "server_error">;
  readonly message: string;
};

/**
 * A passage of the extracted text of a file, the unit that search finds. Chunks overlap; `text` is exactly
 * `extracted.slice(start, end)`.
 */
export type Chunk = {
  readonly ordinal: number;
  readonly start: number;
  readonly end: number;
  /**
   * The headings above the passage, outermost first, joined by " › "; "" without any. If the passage begins within a
   * table, further lines have the caption and the header of the table.
   */
  readonly heading: string;
  readonly text: string;
  /** The pages and table rows that the chunk has; null if there are none. `findPlace` reads them. */
  readonly places: EncodedPlaces | null;
  /** The units of the chunk, which can be quoted on their own; null without any. `decodeUnits` reads them. */
  readonly units: EncodedUnits | null;
};
