import {
  withBound,
  LONG_TEXT_BYTES_MAX,
  columns,
  flag,
  integer,
  json,
  nullable,
  type RowOf,
  text,
} from "../../../src/columns.ts";
import type { FileBatchId, FileId } from "../../../src/ids.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import type { FileWarning } from "../../../src/knowledge/file-warnings.ts";
import type { CorpusShardNumber, SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { FileStatus, IngestFailureCode } from "../../../src/knowledge/vector-store-types.ts";

/** The columns of the table of files that are attached to the store. */
export const ATTACHMENT = columns("attachment", {
  seq: integer(),
  fileId: text<FileId>(),
  version: integer(),
  status: text<FileStatus>(),
  createdAt: integer(),
  filename: text(),
  bytes: integer(),
  sha256: text(),
  corpusShard: integer<CorpusShardNumber>(),
  attributes: json<Attributes>(),
  chunkTokensMax: integer(),
  overlapTokens: integer(),
  shard: nullable(integer<SearchShardNumber>()),
  chunkCount: integer(),
  usageBytes: integer(),
  errorCode: nullable(text<IngestFailureCode>()),
  errorMessage: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
  aliasOf: nullable(text<FileId>()),
  takes: integer(),
  warnings: nullable(json<readonly FileWarning[]>()),
  /** 1 if the bytes of the file are its text, which is then not stored again. */
  isVerbatim: flag(),
  /** The batch whose request attached the file; null without one. Other batches may have the file too. */
  batchId: nullable(text<FileBatchId>()),
  otherShard: nullable(integer<SearchShardNumber>("even_shard")),
  otherChunkCount: integer("even_chunk_count"),
  otherUsageBytes: integer("even_usage_bytes"),
  /** The state of a copy in the other generation that is missing; null if none is. */
  copyState: nullable(text<CopyState>()),
  copyError: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
});
/**
 * A row of the table of attached files. `shard`, `chunkCount` and `usageBytes` are the file's place in the generation
 * that serves, `otherShard` and so on the one in the other generation, whichever columns these are in.
 */
export type Attachment = RowOf<typeof ATTACHMENT>;

/**
 * The state of a missing copy of a file: to be copied, with a run that copies it, or given up with the error in
 * `copyError`.
 */
export type CopyState = "waiting" | "sent" | "failed";

/**
 * Exchanges the two places of a file where the serving generation has an even number, so that `shard` is the place in
 * that one. It is its own inverse: rows are arranged when they are read, and again when they are written.
 */
export function arrange(file: Attachment, serving: number): Attachment {
  if (serving % 2 === 1) return file;
  const { shard, chunkCount, usageBytes, otherShard, otherChunkCount, otherUsageBytes } = file;
  return {
    ...file,
    shard: otherShard,
    chunkCount: otherChunkCount,
    usageBytes: otherUsageBytes,
    otherShard: shard,
    otherChunkCount: chunkCount,
    otherUsageBytes: usageBytes,
  };
}
