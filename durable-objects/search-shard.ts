import { DurableObject } from "cloudflare:workers";

import createChunks from "../migrations/search-shard/0001_chunks.sql";
import indexRemoved from "../migrations/search-shard/0002_file_removed.sql";
import addPages from "../migrations/search-shard/0003_pages.sql";
import addUnits from "../migrations/search-shard/0004_units.sql";
import type { FileId } from "../src/ids.ts";
import { giveTurn, sliceByWork } from "../src/ingest/slices.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type { Attributes } from "../src/knowledge/attributes.ts";
import {
  admitAttributes,
  admitRemoval,
  admitWrite,
  type WriteDecision,
} from "../src/retrieval/fence.ts";
import { matchesFilter } from "../src/retrieval/filter.ts";
import { rankShard } from "../src/retrieval/rank-shard.ts";
import type {
  ShardCandidate,
  ShardChunk,
  ShardDocument,
  ShardInventory,
  ShardPassage,
  ShardQuery,
  ShardStatistics,
  WriteOutcome,
} from "../src/retrieval/search-types.ts";
import type { ShardClient } from "../src/retrieval/shard-client.ts";
import { ShardCache } from "./search-shard/shard-cache.ts";
import { ShardTables } from "./search-shard/shard-tables.ts";

const MIGRATIONS = [
  { id: "0001_chunks", sql: createChunks },
  { id: "0002_file_removed", sql: indexRemoved },
  { id: "0003_pages", sql: addPages },
  { id: "0004_units", sql: addUnits },
];

/** A tombstone must outlive every write that it fences. Queues keep a message for at most 14 days. */
const TOMBSTONE_MS = 30 * 24 * 3_600_000;
/** Work that is written in 10 to 20 ms, in index terms: a chunk without terms is as much as `CHUNK_WORK` terms. */
const WORK_A_TRANSACTION = 150_000;
const CHUNK_WORK = 350;
/** Chunks that are removed in 10 to 20 ms. */
const REMOVED_A_TRANSACTION = 1_000;
const INVENTORY_PAGE = 5_000;
const ERASED = "erased";

type FileVersion = { readonly fileId: FileId; readonly version: number };

const measureChunk = ({ length }: ShardChunk) => CHUNK_WORK + length;
const measureDocument = ({ chunks }: ShardDocument) =>
  chunks.reduce((sum, chunk) => sum + measureChunk(chunk), 0);

/**
 * The Durable Object class of a search shard, which stores a part of a vector store's index: the inverted index,
 * attributes, vectors and the text of chunks. A search finds every write that was acknowledged before it. A shard that
 * was never written to answers like an empty shard and stores nothing.
 */
export class SearchShardObject extends DurableObject<Env> implements ShardClient {
  readonly #tables = new ShardTables(this.ctx.storage.sql);
  #cache: ShardCache | null = null;
  #open: boolean;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#open = isMigrated(ctx.storage);
    if (this.#open) migrate(ctx.storage, MIGRATIONS);
  }

  /**
   * Stores files with their chunks, all in one transaction unless that is much work. A file is skipped if the shard has
   * received a newer version of it.
   */
  async write(documents: readonly ShardDocument[]): Promise<WriteOutcome[]> {
    if (this.#isErased()) return documents.map(({ fileId }) => ({ fileId, outcome: "erased" }));
    // An empty cache does not know the length of vectors, so the next search rebuilds it.
    if (this.#cache?.memory.count === 0) this.#cache = null;
    const parts = sliceByWork(documents, measureDocument, WORK_A_TRANSACTION);
    const writeAll = (part: readonly ShardDocument[]) =>
      this.#change(() => part.map((document) => this.#writeAtOnce(document)));
    if (documents.reduce((sum, one) => sum + measureDocument(one), 0) <= WORK_A_TRANSACTION) {
      return writeAll(documents);
    }
    const outcomes: WriteOutcome[] = [];
    // Other calls wait, so none sees a part of a file.
    await this.ctx.blockConcurrencyWhile(async () => {
      for (const part of parts) {
        const [first] = part;
        const isLarge = first && measureDocument(first) > WORK_A_TRANSACTION;
        outcomes.push(...(isLarge ? [await this.#writeInTurns(first)] : writeAll(part)));
        await giveTurn();
      }
    });
    return outcomes;
  }

  /**
   * Removes files, in several transactions if they have many chunks. A tombstone of each remains, even of an unknown
   * file, so that a delayed write of the removed version is refused.
   */
  async remove(files: readonly FileVersion[]): Promise<void> {
    const counted = files.map((file) => ({
      ...file,
      chunkCount: this.#open ? this.#tables.chunkCountOf(file.fileId) : 0,
    }));
    const parts = sliceByWork(counted, ({ chunkCount }) => chunkCount, REMOVED_A_TRANSACTION);
    for (const [index, part] of parts.entries()) {
      if (index > 0) await giveTurn();
      if (this.#isErased()) return;
      this.#change(() => this.#bury(part, Date.now()));
    }
  }

  /** Replaces the attributes of a file. Returns false if the file is unknown or has a newer version. */
  setAttributes(fileId: FileId, version: number, attributes: Attributes): boolean {
    if (!this.#open || !admitAttributes(this.#tables.seen(fileId), version)) return false;
    this.#change(() => {
      this.#tables.setAttributes(fileId, version, attributes);
      this.#cache?.setAttributes(fileId, attributes);
    });
    return true;
  }

  /**
   * Reads the numbers from which BM25 scores are computed: the number of chunks in the shard, their total length in
   * index terms, and for each of `terms` the number of chunks that contain it.
   */
  statistics(terms: readonly string[]): ShardStatistics {
    const documentCounts = this.#open ? this.#tables.documentCounts(terms) : terms.map(() => 0);
    const { count: chunkCount, totalLength } = this.#memory();
    return { chunkCount, totalLength, documentCounts };
  }

  /**
   * Finds the best chunks of this shard for a query, with their texts and scores. The caller merges them with those of
   * the other shards.
   */
  search(query: ShardQuery): ShardCandidate[] {
    if (!this.#open) return [];
    const cache = this.#loaded();
    const hidden = new Set(query.hidden);
    const { filter } = query;
    const ranked = rankShard(
      cache.memory,
      (term) => this.#tables.postings(term),
      query,
      (fileId) =>
        !hidden.has(fileId) && (filter === null || matchesFilter(filter, cache.attributes(fileId))),
    );
    const passages = this.#tables.passages(ranked.map(({ number }) => number));
    return ranked.flatMap(({ number, lexical, dense }) => {
      const passage = passages.get(number);
      if (!passage) return [];
      const attributes = cache.attributes(passage.fileId);
      return [{ ...passage, attributes, lexical, dense }];
    });
  }

  /**
   * Reads chunks of a file by their positions in the file (ordinals), in order. Used for the context around a result.
   */
  passages(fileId: FileId, ordinals: readonly number[]): ShardPassage[] {
    return this.#open ? this.#tables.passagesAt(fileId, ordinals) : [];
  }

  /**
   * Returns the number of chunks, the highest version, and a page of the shard's files with ids greater than `after`,
   * for consistency checks.
   */
  inspect(after = ""): ShardInventory {
    if (!this.#open) {
      const isUsed = this.#isErased();
      return { isUsed, chunkCount: 0, highestVersion: 0, files: [], hasMore: false };
    }
    const files = this.#tables.files(after, INVENTORY_PAGE + 1);
    return {
      isUsed: true,
      chunkCount: this.#tables.chunkCount(),
      highestVersion: this.#tables.highestVersion(),
      files: files.slice(0, INVENTORY_PAGE),
      hasMore: files.length > INVENTORY_PAGE,
    };
  }

  /** Deletes all data because the vector store was deleted or its index rebuilt. Later writes are refused. */
  async erase(): Promise<void> {
    this.#open = false;
    this.#cache = null;
    await this.ctx.storage.deleteAll();
    this.ctx.storage.kv.put(ERASED, true);
  }

  #bury(files: readonly FileVersion[], now: number): void {
    for (const { fileId, version } of files) {
      if (!admitRemoval(this.#tables.seen(fileId), version)) continue;
      this.#dropChunks(fileId);
      this.#tables.bury(fileId, version, now);
    }
    this.#tables.forgetTombstones(now - TOMBSTONE_MS);
  }

  #writeAtOnce(document: ShardDocument): WriteOutcome {
    const { outcome, first } = this.#begin(document);
    if (outcome === "written") this.#addPart(document, first, 0, document.chunks);
    return { fileId: document.fileId, outcome };
  }

  /** Writes a file in several transactions, between which requests to other objects in the same process can run. */
  async #writeInTurns(document: ShardDocument): Promise<WriteOutcome> {
    const { fileId, chunks } = document;
    const [part = [], ...parts] = sliceByWork(chunks, measureChunk, WORK_A_TRANSACTION);
    const { outcome, first } = this.#change(() => {
      const begun = this.#begin(document);
      if (begun.outcome === "written") this.#addPart(document, begun.first, 0, part);
      return begun;
    });
    if (outcome !== "written") return { fileId, outcome };
    let from = part.length;
    for (const next of parts) {
      await giveTurn();
      this.#change(() => this.#addPart(document, first, from, next));
      from += next.length;
    }
    return { fileId, outcome };
  }

  /** Decides about a write, and drops an older version. `first` is the number for the file's first chunk. */
  #begin({ fileId, version }: ShardDocument): { outcome: WriteDecision; first: number } {
    const outcome = admitWrite(this.#tables.seen(fileId), version);
    if (outcome === "written") this.#dropChunks(fileId);
    return { outcome, first: this.#tables.nextNumber() };
  }

  /**
   * Adds the next chunks of a file, whose first chunk has the number `first`; `from` chunks are there already. Until the
   * last ones are, the file's row has a version before its own: if the object dies meanwhile, the repeated call counts
   * as newer and starts again.
   */
  #addPart(
    document: ShardDocument,
    first: number,
    from: number,
    chunks: readonly ShardChunk[],
  ): void {
    const chunkCount = from + chunks.length;
    const version = document.version - (chunkCount < document.chunks.length ? 1 : 0);
    this.#tables.putFile({ ...document, version }, { firstChunk: first, chunkCount });
    const added = this.#tables.addChunks(document.fileId, chunks, first + from);
    this.#cache?.add(document, added);
  }

  #isErased(): boolean {
    return !this.#open && this.ctx.storage.kv.get(ERASED) === true;
  }

  /** Runs a change in one transaction. Drops the cache if that fails, since it may be ahead of storage. */
  #change<Value>(change: () => Value): Value {
    if (!this.#open) {
      migrate(this.ctx.storage, MIGRATIONS);
      this.#open = true;
    }
    try {
      return this.ctx.storage.transactionSync(change);
    } catch (error) {
      this.#cache = null;
      throw error;
    }
  }

  #dropChunks(fileId: FileId): void {
    for (const number of this.#tables.dropChunks(fileId)) this.#cache?.memory.remove(number);
    this.#cache?.forget(fileId);
  }

  #loaded(): ShardCache {
    this.#cache ??= new ShardCache(this.#tables);
    return this.#cache;
  }

  #memory() {
    return this.#open ? this.#loaded().memory : { count: 0, totalLength: 0 };
  }
}
