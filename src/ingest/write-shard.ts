import { ModelUnavailable } from "../model-unavailable.ts";
import type { WriteOutcome } from "../retrieval/search-types.ts";
import { type IndexedDocument, makeBatchInSlices } from "../retrieval/segment/make-batch.ts";
import type { ShardClient } from "../retrieval/shard-client.ts";
import { CALL_WORK_MAX, measureChunk } from "./call-work.ts";
import { finishInTurns, giveTurn, sliceByWork } from "./slices.ts";

const measure = ({ chunks }: IndexedDocument) =>
  chunks.reduce((sum, chunk) => sum + measureChunk(chunk), 0);

/**
 * Writes whole documents to a search shard, several in a call. The index of the chunks is made here, between turns of
 * other requests. It is safe to repeat.
 */
export async function writeDocuments(
  shard: Pick<ShardClient, "write">,
  documents: readonly IndexedDocument[],
): Promise<void> {
  for (const part of sliceByWork(documents, measure, CALL_WORK_MAX)) {
    const batch = await finishInTurns(makeBatchInSlices(part));
    const outcomes = await shard.write(batch);
    for (const { outcome } of outcomes) assertSameDimensions(outcome, batch.dimensions);
    await giveTurn();
  }
}

/** Throws if the shard has refused vectors of another length than its own. */
export function assertSameDimensions(outcome: WriteOutcome["outcome"], dimensions: number): void {
  if (outcome !== "other_dimensions") return;
  throw new ModelUnavailable(
    "dimensions_changed",
    `The embedding model makes vectors of ${dimensions} dimensions now, and those of this vector store have another ` +
      "number. The operator has to restore the model; or attach the files to a new vector store.",
  );
}
