import { withDeadline } from "../abort.ts";
import type { DensePlacement } from "../retrieval/vectorize/placement.ts";
import {
  INDEX_LIMITS,
  type IndexFilter,
  type IndexMatch,
} from "../retrieval/vectorize/vector-index.ts";
import { CallOverdue } from "./failure.ts";
import { logger } from "./logger.ts";
import { findVectorIndex } from "./vector-indexes.ts";

/** Maximum milliseconds that a search waits for a vector index. After that its shards search their vectors themselves. */
const QUERY_MS = 1_000;

/**
 * Asks the vector index of a store for the vectors nearest to a question's that pass a filter. Returns null if the index does not answer in
 * time or at all, or is not bound: it is a faster way to an answer that the shards can find without it.
 */
export async function askVectorIndex(
  env: object,
  { index, namespace }: DensePlacement,
  vector: Float32Array,
  filter: IndexFilter | null,
): Promise<readonly IndexMatch[] | null> {
  const open = findVectorIndex(env, index);
  if (open === null) return null;
  const question = { namespace, nearest: INDEX_LIMITS.nearest, filter };
  try {
    return await withDeadline(open.query(vector, question), QUERY_MS, () => {
      throw new CallOverdue("Vectorize", QUERY_MS);
    });
  } catch (error) {
    logger.warn("vectors.index.away", { index }, error);
    return null;
  }
}
