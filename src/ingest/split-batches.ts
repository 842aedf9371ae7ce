import type { IngestTask } from "./ingest-types.ts";

/** Maximum bytes of files that are processed together: their texts and vectors are in memory at the same time. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/** Splits tasks into batches, small files first, so that none waits for a large one. */
export function splitBatches(tasks: readonly IngestTask[]): IngestTask[][] {
  const batches: IngestTask[][] = [];
  let left = 0;
  for (const task of tasks.toSorted((a, b) => a.bytes - b.bytes)) {
    if (task.bytes > left || batches.length === 0) {
      batches.push([]);
      left = BATCH_BYTES_MAX;
    }
    batches.at(-1)?.push(task);
    left -= task.bytes;
  }
  return batches;
}
