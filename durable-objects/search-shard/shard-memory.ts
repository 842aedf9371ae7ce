import { MemoryLedger } from "../../src/retrieval/shard/memory-ledger.ts";

/** Bytes that all shards of an isolate may hold: an isolate has 128 MB, also for the Worker and for what a call needs. */
const BYTES_MAX = 80_000_000;

/** The memory of all search shards in this isolate. */
export const SHARD_MEMORY = new MemoryLedger(BYTES_MAX);
