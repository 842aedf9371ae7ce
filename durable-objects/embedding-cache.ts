import { DurableObject } from "cloudflare:workers";

import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type {
  CacheFigures,
  EmbeddingCacheClient,
  VectorBatch,
} from "../src/retrieval/embedding-cache/cache-client.ts";
import { splitKeys } from "../src/retrieval/embedding-cache/text-key.ts";
import { CACHE_MIGRATIONS, CacheTables, type Tally } from "./embedding-cache/cache-tables.ts";
import { CachedVectors, type CacheLimits } from "./embedding-cache/cached-vectors.ts";

/** The bounds of a project's cache: the vectors of about 60,000 passages of 1,024 dimensions. */
const LIMITS: CacheLimits = {
  bytesMax: 64 * 1024 * 1024,
  vectorsMax: 100_000,
  blockBytes: 128 * 1024,
};
/** Time after which a block that nobody uses is dropped: 30 days, in milliseconds. */
const UNUSED_MS = 30 * 24 * 3_600_000;
/** Hits and misses are saved at most once in this time, since each time costs a row. */
const TALLY_MS = 60_000;

/**
 * The Durable Object class of the embedding cache of a project: the vectors of texts by their digests, so that a text is
 * embedded once for all of the project's vector stores and questions. It holds no text. A vector that nobody has used for
 * 30 days is dropped, and everything when the project is archived. Losing it costs calls of the model and nothing else.
 */
export class EmbeddingCacheObject extends DurableObject<Env> implements EmbeddingCacheClient {
  readonly #tables = new CacheTables(this.ctx.storage.sql);
  #vectors: CachedVectors | null = null;
  #tally: Tally | null = null;
  #tallySavedAt = 0;
  #open: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#open = isMigrated(ctx.storage);
    if (!this.#open) return;
    migrate(ctx.storage, CACHE_MIGRATIONS);
    // An alarm may have been lost with the isolate before.
    ctx.waitUntil(this.#armIfNeeded());
  }

  /** Drops what nobody has used for long. The platform calls it at the time of the alarm. */
  override async alarm(): Promise<void> {
    if (!this.#open) return;
    const time = Date.now() - UNUSED_MS;
    const oldest = this.#change((vectors) => vectors.dropUnused(time));
    if (oldest === null) await this.erase();
    else await this.ctx.storage.setAlarm(oldest + UNUSED_MS);
  }

  /** Finds the vectors of texts by their keys; null for a text that has none. A cache without any writes nothing. */
  find(keys: Uint8Array): (Uint8Array | null)[] {
    const now = Date.now();
    const found = this.#open
      ? this.#change((vectors) => vectors.find(keys, now))
      : splitKeys(keys).map(() => null);
    this.#count(found, now);
    return found;
  }

  /** Keeps the vectors of texts that have none. */
  async keep(batch: VectorBatch): Promise<void> {
    const isNew = !this.#open;
    if (isNew) migrate(this.ctx.storage, CACHE_MIGRATIONS);
    this.#open = true;
    this.#change((vectors) => vectors.keep(batch, Date.now()));
    if (isNew) await this.#armIfNeeded();
  }

  /** Reads the size of the cache, and how often it had the vector of a text. */
  figures(): CacheFigures {
    const { bytesMax, vectorsMax } = LIMITS;
    const size = this.#open ? this.#loaded().size() : { vectors: 0, bytes: 0 };
    const { hits, misses, since } = this.#tally ?? this.#readTally() ?? NO_TALLY;
    return { ...size, vectorsMax, bytesMax, hits, misses, since };
  }

  /** Drops everything. The cache fills again if it is used. */
  async erase(): Promise<void> {
    this.#open = false;
    this.#vectors = null;
    this.#tally = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #count(found: readonly (Uint8Array | null)[], now: number): void {
    const hits = found.filter((vector) => vector !== null).length;
    const before = this.#tally ?? this.#readTally() ?? { hits: 0, misses: 0, since: now };
    const misses = before.misses + found.length - hits;
    this.#tally = { ...before, hits: before.hits + hits, misses };
    if (!this.#open || now - this.#tallySavedAt < TALLY_MS) return;
    this.#tables.saveTally(this.#tally);
    this.#tallySavedAt = now;
  }

  #readTally(): Tally | null {
    return this.#open ? this.#tables.tally() : null;
  }

  /** Runs a change in one transaction. Drops the memory if that fails, since it may be ahead of storage. */
  #change<Value>(change: (vectors: CachedVectors) => Value): Value {
    try {
      return this.ctx.storage.transactionSync(() => change(this.#loaded()));
    } catch (error) {
      this.#vectors = null;
      throw error;
    }
  }

  #loaded(): CachedVectors {
    this.#vectors ??= new CachedVectors(this.#tables, LIMITS);
    return this.#vectors;
  }

  async #armIfNeeded(): Promise<void> {
    const { storage } = this.ctx;
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + UNUSED_MS);
  }
}

const NO_TALLY = { hits: 0, misses: 0, since: null };
