import { CALL_WORK_MAX, measureChunk } from "../../../src/ingest/call-work.ts";
import { giveTurn, sliceByWork } from "../../../src/ingest/slices.ts";
import { type IndexedDocument, makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import type { ShardClient } from "../../../src/retrieval/shard-client.ts";

/**
 * Writes a file in parts to a search shard, as the consumer of the ingest queue does: behind those that are there
 * already.
 */
export async function writeLong(
  shard: Pick<ShardClient, "staged" | "stage" | "publish">,
  { chunks, ...file }: IndexedDocument,
): Promise<void> {
  const { fileId, version } = file;
  const staged = await shard.staged({ fileId, version });
  if (staged.state !== "staged") return;
  let from = staged.count;
  for (const part of sliceByWork(chunks.slice(from), measureChunk, CALL_WORK_MAX)) {
    await shard.stage({ batch: makeBatch([{ ...file, chunks: part }]), from });
    from += part.length;
    await giveTurn();
  }
  await shard.publish({ ...file, chunkCount: chunks.length });
}
