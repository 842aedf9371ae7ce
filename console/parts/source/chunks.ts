import { call } from "../../api/client.ts";
import type { VectorStoreFileChunk } from "../../api/operations.ts";

/** A part of a file's text: that of a chunk, without what the chunk repeats of the one before it. */
export type Passage = {
  readonly chunkId: string;
  readonly index: number;
  /** The place of `text` in the extracted text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** True if the text between this passage and the one before it, empty lines, is in no chunk. */
  readonly isApart: boolean;
  readonly headingPath: readonly string[];
  readonly page: string | null;
};

/** A page of a file's passages. */
export type PassagePage = {
  readonly passages: readonly Passage[];
  readonly lastId: string;
  readonly hasMore: boolean;
};

const PAGE_SIZE = 40;
/** Number of chunks that are shown before a cited one. */
const BEFORE = 3;

/** Reads the chunks of a file after `after`, or from its beginning, as passages that follow each other. */
export async function readPassages(
  file: { readonly storeId: string; readonly fileId: string },
  after: string | undefined,
  signal?: AbortSignal,
): Promise<PassagePage> {
  const { data, last_id, has_more } = await call(
    "GET /v1/vector_stores/{vector_store_id}/files/{file_id}/chunks",
    {
      path: { vector_store_id: file.storeId, file_id: file.fileId },
      query: { limit: PAGE_SIZE, after },
      ...(signal && { signal }),
    },
  );
  return { passages: joinChunks(data), lastId: last_id, hasMore: has_more };
}

/** Returns the cursor from which the chunks a little before a chunk are read; undefined for the file's beginning. */
export function cursorBefore(chunkId: string): string | undefined {
  const [, name, ordinal] = /^(.*_)(\d+)$/.exec(chunkId) ?? [];
  const before = Number(ordinal) - BEFORE - 1;
  return name === undefined || !(before >= 0) ? undefined : `${name}${before}`;
}

/** Makes passages of chunks: a chunk repeats the end of the one before it, which is shown once. */
export function joinChunks(chunks: readonly VectorStoreFileChunk[]): Passage[] {
  let end = 0;
  return chunks.map((chunk, position) => {
    const begin = position === 0 ? chunk.start_index : Math.max(chunk.start_index, end);
    const isApart = position > 0 && chunk.start_index > end;
    end = Math.max(end, chunk.end_index);
    return {
      chunkId: chunk.id,
      index: chunk.index,
      start: begin,
      end: chunk.end_index,
      isApart,
      text: chunk.text.slice(begin - chunk.start_index),
      headingPath: chunk.heading_path,
      page: chunk.page,
    };
  });
}
