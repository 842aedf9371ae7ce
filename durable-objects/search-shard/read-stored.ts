import type { FileId } from "../../src/ids.ts";
import { CALL_WORK_MAX, measureChunk } from "../../src/ingest/call-work.ts";
import type { ShardChunk, StoredChunks } from "../../src/retrieval/search-types.ts";
import { readDimensions } from "./inspect-shard.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/**
 * Reads chunks of a file with their vectors, from the ordinal `from` on, as many as one call to a shard takes. Returns
 * null if the shard lacks any of them, or has lost a vector: the text has to be read instead. It reads nothing but the
 * rows, so that a shard whose index is damaged can be copied. The caller opens a transaction, since damage is noted.
 */
export function readStored(
  tables: ShardTables,
  { fileId, from }: { readonly fileId: FileId; readonly from: number },
): StoredChunks | null {
  const file = tables.chunks.find(fileId);
  const dimensions = readDimensions(tables);
  if (!file || file.removedAt !== null || from >= file.chunkCount || dimensions === 0) return null;
  const { version, firstChunk, chunkCount } = file;
  const first = firstChunk + from;
  const chunks: ShardChunk[] = [];
  let work = 0;
  for (const { number, chunkId, ...chunk } of tables.stored.read(first, firstChunk + chunkCount)) {
    if (number !== first + chunks.length || chunk.ordinal !== from + chunks.length) return null;
    work += measureChunk(chunk);
    if (chunks.length > 0 && work > CALL_WORK_MAX) break;
    chunks.push({ ...chunk, id: chunkId });
  }
  if (chunks.length === 0) return null;
  const vectors = tables.vectors.readWithOwn({ first, count: chunks.length }, dimensions);
  if (hasLost(vectors, dimensions)) return null;
  return { version, chunkCount, chunks, dimensions, vectors };
}

/** Tests whether one of the vectors is zeros, as one is whose checksum was wrong. */
function hasLost(vectors: Int8Array, dimensions: number): boolean {
  for (let at = 0; at < vectors.length; at += dimensions) {
    if (vectors.subarray(at, at + dimensions).every((value) => value === 0)) return true;
  }
  return false;
}
