import { env } from "cloudflare:workers";

import { INDEXED_PROPERTIES } from "../../src/retrieval/vectorize/filter-slots.ts";
import { FakeVectorize } from "../fakes/vectorize.ts";

/** The dimensions of `hash-1`, with whose vectors tests fill indexes. */
const DIMENSIONS = 512;
/** Chunks from which on a store is moved to a vector index in tests that bind one. */
export const CHUNKS_MIN = 4;

/** Binds a new, empty vector index as `VECTORS_n`, until the end of the test file. */
export function bindIndex(
  number: number,
  dimensions = DIMENSIONS,
  metadataIndexes = INDEXED_PROPERTIES,
): FakeVectorize {
  const index = new FakeVectorize({
    dimensions,
    now: () => Date.now(),
    delayMs: 5_000,
    metadataIndexes,
  });
  const settings = { VECTORIZE_CHUNKS_MIN: String(CHUNKS_MIN) };
  Object.assign(env, settings, { [`VECTORS_${number}`]: index });
  return index;
}

/** Binds the vector index `VECTORS_n` no more. */
export function unbindIndex(number: number): void {
  Reflect.deleteProperty(env, `VECTORS_${number}`);
}
