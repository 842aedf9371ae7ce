import { MemoryLedger } from "../../src/retrieval/shard/memory-ledger.ts";

/**
 * Maximum number of bytes that all shards of an isolate hold. An isolate has 128 MB, which also serve the Worker and
 * the calls in progress.
 */
const BYTES_MAX = 80_000_000;

/** The ledger of the memory of all search shards in this isolate. */
export const SHARD_MEMORY = new MemoryLedger(BYTES_MAX);
