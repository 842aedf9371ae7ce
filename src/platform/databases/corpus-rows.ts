import { CHUNK_TEXT_BYTES_MAX, utf8Length } from "../../bounds.ts";
import {
  columns,
  flag,
  integer,
  json,
  LONG_TEXT_BYTES_MAX,
  nullable,
  text,
  withBound,
} from "../../columns.ts";
import type { FileId, ProjectId, VectorStoreId } from "../../ids.ts";
import type { CorpusChunk, CorpusDocument } from "../../ingest/corpus-types.ts";

/** Maximum size of a chunk, as JSON in UTF-8, that is stored in the row of its document. */
const ONLY_CHUNK_BYTES_MAX = 131_072;

/** The values of a file's only chunk, in the order of `ONLY_CHUNK`. */
type OnlyChunk = readonly [
  ordinal: number,
  id: string,
  start: number,
  end: number,
  heading: string,
  text: string,
  places: string | null,
];

/**
 * The columns of the table of documents in a corpus database. A document that was removed leaves its row as a
 * tombstone, with `deleted` set.
 */
export const DOCUMENT = columns("document", {
  storeId: text<VectorStoreId>(),
  generation: integer(),
  fileId: text<FileId>(),
  projectId: text<ProjectId>(),
  version: integer(),
  filename: text(),
  chunkCount: integer(),
  deleted: flag(),
  /** The chunk of a file that has one; null if its chunks have rows of their own. */
  onlyChunk: nullable(withBound(json<OnlyChunk>(), ONLY_CHUNK_BYTES_MAX)),
});
/** The columns of the table of chunks in a corpus database. */
export const CORPUS_CHUNK = columns("chunk", {
  storeId: text<VectorStoreId>(),
  generation: integer(),
  fileId: text<FileId>(),
  version: integer(),
  ordinal: integer(),
  id: text(),
  start: integer("span_start"),
  end: integer("span_end"),
  heading: withBound(text(), LONG_TEXT_BYTES_MAX),
  text: withBound(text(), CHUNK_TEXT_BYTES_MAX),
  places: nullable(text("pages")),
});
/** The columns of a document, bound as JSON: many rows in one value, with columns in this order. */
export const HEAD = DOCUMENT.pick("fileId", "version", "filename", "chunkCount", "onlyChunk");
/** The columns of a chunk, bound like those of documents. */
export const ROW = CORPUS_CHUNK.omit("storeId", "generation");
/** The columns of a chunk whose file is known. */
export const ONLY_CHUNK = ROW.omit("fileId", "version");

/**
 * A bound value may have 2 MB. In UTF-8, a UTF-16 code unit takes at most three bytes, and texts in scripts that take
 * three have hardly anything to escape.
 */
const STATEMENT_LENGTH_MAX = 600_000;

/** A document as it is written: its row as JSON (`HEAD`), and those of its chunks that get rows of their own. */
type EncodedDocument = { readonly head: string; readonly document: CorpusDocument };

/** Encodes a document. The chunk of a file that has only one is in the row of the document, unless it is very long. */
export function encodeDocument(document: CorpusDocument): EncodedDocument {
  const { fileId, version, filename, chunkCount, chunks } = document;
  const onlyChunk = chunkCount === 1 ? encodeOnly(chunks) : null;
  const row = HEAD.bind({ fileId, version, filename, chunkCount, onlyChunk });
  const own = onlyChunk === null ? document : { ...document, chunks: [] };
  return { head: JSON.stringify(row), document: own };
}

/** Encodes the rows of the chunks of documents, each as JSON (`ROW`). */
export function* encodeChunks(documents: readonly EncodedDocument[]): Generator<string> {
  for (const { document } of documents) {
    const { fileId, version, chunks } = document;
    for (const chunk of chunks) yield JSON.stringify(ROW.bind({ fileId, version, ...chunk }));
  }
}

function encodeOnly([chunk]: readonly CorpusChunk[]): string | null {
  if (!chunk) return null;
  const encoded = JSON.stringify(ONLY_CHUNK.bind(chunk));
  return utf8Length(encoded) <= ONLY_CHUNK_BYTES_MAX ? encoded : null;
}

/** Joins rows to JSON lists of rows, each within `STATEMENT_LENGTH_MAX`. */
export function* groupRows(rows: Iterable<string>): Generator<string> {
  let group: string[] = [];
  let length = 0;
  for (const row of rows) {
    if (length + row.length > STATEMENT_LENGTH_MAX && group.length > 0) {
      yield `[${group.join(",")}]`;
      group = [];
      length = 0;
    }
    group.push(row);
    length += row.length + 1;
  }
  if (group.length > 0) yield `[${group.join(",")}]`;
}
