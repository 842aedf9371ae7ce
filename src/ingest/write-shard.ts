import { ModelUnavailable } from "../model-unavailable.ts";
import type { WriteOutcome } from "../retrieval/search-types.ts";
import {
  type IndexedChunk,
  type IndexedDocument,
  makeBatch,
} from "../retrieval/segment/make-batch.ts";
import type { ShardClient } from "../retrieval/shard-client.ts";
import { giveTurn, sliceByWork } from "./slices.ts";

/** The calls by which documents are written to a search shard. */
export type ShardWrites = Pick<ShardClient, "write" | "stage" | "publish">;

/**
 * Maximum chunks of a call, and maximum work, in index terms: a shard stores so much in about 10 ms, during which it
 * answers no search.
 */
const CALL_CHUNKS_MAX = 200;
const CALL_WORK_MAX = 150_000;
const CHUNK_WORK = CALL_WORK_MAX / CALL_CHUNKS_MAX;

const measureChunk = ({ length }: IndexedChunk) => Math.max(CHUNK_WORK, length);
const measure = ({ chunks }: IndexedDocument) =>
  chunks.reduce((sum, chunk) => sum + measureChunk(chunk), 0);

/**
 * Writes documents to a search shard: short ones together, each long one in parts that no search finds before the last
 * has arrived. The index of the chunks is made here, between turns of other requests. It is safe to repeat.
 */
export async function writeDocuments(
  shard: ShardWrites,
  documents: readonly IndexedDocument[],
): Promise<void> {
  const short = documents.filter((document) => measure(document) <= CALL_WORK_MAX);
  for (const part of sliceByWork(short, measure, CALL_WORK_MAX)) {
    const batch = makeBatch(part);
    const outcomes = await shard.write(batch);
    for (const { outcome } of outcomes) assertSameDimensions(outcome, batch.dimensions);
    await giveTurn();
  }
  for (const document of documents) {
    if (measure(document) > CALL_WORK_MAX) await writeInParts(shard, document);
  }
}

async function writeInParts(shard: ShardWrites, document: IndexedDocument): Promise<void> {
  const { chunks, ...file } = document;
  let from = 0;
  for (const part of sliceByWork(chunks, measureChunk, CALL_WORK_MAX)) {
    const batch = makeBatch([{ ...file, chunks: part }]);
    const outcome = await shard.stage({ batch, from });
    assertSameDimensions(outcome, batch.dimensions);
    // The shard has this version already, or a newer one.
    if (outcome !== "written") return;
    from += part.length;
    await giveTurn();
  }
  await shard.publish({ ...file, chunkCount: chunks.length });
}

/** Throws if the shard has refused vectors of another length than its own. */
function assertSameDimensions(outcome: WriteOutcome["outcome"], dimensions: number): void {
  if (outcome !== "other_dimensions") return;
  throw new ModelUnavailable(
    "dimensions_changed",
    `The embedding model makes vectors of ${dimensions} dimensions now, and those of this vector store have another ` +
      "number. The operator has to restore the model; or attach the files to a new vector store.",
  );
}
