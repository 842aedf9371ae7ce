import { mergeBlocks } from "./merge-blocks.ts";
import type { ShardBatch } from "./shard-batch.ts";

/** Returns a batch with only the documents whose entry in `isKept` is true, in the same order. */
export function cutBatch(batch: ShardBatch, isKept: readonly boolean[]): ShardBatch {
  if (isKept.every(Boolean)) return batch;
  const { dimensions } = batch;
  const kept = batch.documents.flatMap(({ chunks }, index) =>
    chunks.map(() => isKept[index] === true),
  );
  let next = 0;
  const slots = Int32Array.from(kept, (isIn) => (isIn ? next++ : -1));
  const vectors = new Int8Array(next * dimensions);
  for (const [old, slot] of slots.entries()) {
    if (slot < 0) continue;
    const row = batch.vectors.subarray(old * dimensions, (old + 1) * dimensions);
    vectors.set(row, slot * dimensions);
  }
  const lengths = Uint32Array.from(
    batch.documents.flatMap(({ chunks }) => chunks),
    ({ length }) => length,
  );
  const blocks = batch.blocks.map(({ bytes }) => bytes);
  return {
    ...batch,
    documents: batch.documents.filter((_, index) => isKept[index] === true),
    blocks: [...mergeBlocks([{ blocks, offset: 0, slots, lengths }])],
    vectors,
  };
}
