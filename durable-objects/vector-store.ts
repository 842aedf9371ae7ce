import { DurableObject } from "cloudflare:workers";

import createStore from "../migrations/vector-store/0001_store.sql";
import createIngestWorkflow from "../migrations/vector-store/0002_ingest_workflow.sql";
import type { FileBatchId, FileId } from "../src/ids.ts";
import type { IngestClient } from "../src/ingest/ingest-client.ts";
import type { IngestReport, IngestTask } from "../src/ingest/ingest-types.ts";
import { KERNEL_MIGRATIONS } from "../src/kernel/rows/kernel-storage.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type { PinnedWorkflow } from "../src/kernel/rules/pinned-workflow.ts";
import type { Attributes } from "../src/knowledge/attributes.ts";
import type { StoreClient } from "../src/knowledge/store-client.ts";
import { expiresAt, type StorePhase, viewBatch, viewStore } from "../src/knowledge/store-view.ts";
import type {
  AttachRequest,
  FileBatchView,
  FilePage,
  IngestClaim,
  PageQuery,
  StoreFileView,
  StoreInit,
  StoreSettings,
  StoreView,
} from "../src/knowledge/vector-store-types.ts";
import { writeStoreSummary } from "../src/platform/databases/store-catalog.ts";
import { logger } from "../src/platform/logger.ts";
import { searchShardOf, withFreshStub } from "../src/platform/objects.ts";
import { notFound, type Refusal } from "../src/refusal.ts";
import { err, ok, type Result } from "../src/result.ts";
import { meanLength } from "../src/retrieval/bm25.ts";
import type { SearchPlan } from "../src/retrieval/search-types.ts";
import type { SearchPlanner } from "../src/retrieval/shard-client.ts";
import { attachedOf, VectorStoreFiles, viewFile } from "./vector-store/attachments.ts";
import { type IngestDeps, reportFiles, takeFiles } from "./vector-store/ingestion.ts";
import type { PurgeDeps } from "./vector-store/purge.ts";
import { StatisticsCache } from "./vector-store/statistics-cache.ts";
import { StoreLedger } from "./vector-store/store-ledger.ts";
import { StoreRuns } from "./vector-store/store-runs.ts";
import {
  newStoreRow,
  scopeOf,
  stateOf,
  type StoreRow,
  VectorStoreTables,
} from "./vector-store/store-tables.ts";

const MIGRATIONS = [
  { id: "0001_store", sql: createStore },
  ...KERNEL_MIGRATIONS,
  { id: "0002_ingest_workflow", sql: createIngestWorkflow },
];

const SUMMARY_DELAY_MS = 1_000;
/** Searches move `last_active_at` in steps of this, so that they are not a write each. */
const ACTIVITY_SECONDS = 60;

/** One vector store, and the only writer of its files, counts, expiry, shards and content version. */
export class VectorStoreObject
  extends DurableObject<Env>
  implements StoreClient, SearchPlanner, IngestClient
{
  readonly #tables = new VectorStoreTables(this.ctx.storage.sql);
  readonly #files = new VectorStoreFiles(this.ctx.storage.sql);
  readonly #statistics = new StatisticsCache();
  readonly #runs: StoreRuns;
  readonly #ledger: StoreLedger;
  #exists: boolean;
  /** The store's row while a transaction changes it, so that changes inside changes see one row. */
  #changing: StoreRow | null = null;
  #attributesChanged: Promise<unknown> = Promise.resolve();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#exists = isMigrated(ctx.storage);
    if (this.#exists) migrate(ctx.storage, MIGRATIONS);
    this.#ledger = new StoreLedger(this.#tables, this.#files, {
      now: secondsNow,
      ingest: (fileId, version) => this.#runs.ingest(fileId, version),
      stopIngest: (fileId, version) => this.#runs.stopIngest(fileId, version),
      purge: () => this.#runs.purge(),
      mayShare: () => !this.#runs.workflow.isOwn(),
    });
    this.#runs = new StoreRuns({
      ctx,
      env,
      tables: this.#tables,
      files: this.#files,
      purgeDeps: () => this.#purgeDeps(),
      failed: (file, message) =>
        this.#change((store) => this.#ledger.fail(store, file, { code: "server_error", message })),
      otherDue: () => this.#ownDue(),
      onDue: (now) => this.#onDue(now),
    });
  }

  override async alarm(): Promise<void> {
    if (this.#exists) await this.#runs.kernel.alarm();
  }

  /** Creates the store; a repeated call finds it. The summary for lists is written before it answers. */
  async create(init: StoreInit): Promise<Result<StoreView, Refusal>> {
    if (!this.#exists) {
      this.ctx.storage.transactionSync(() => {
        migrate(this.ctx.storage, MIGRATIONS);
        this.#tables.saveStore(newStoreRow(init, secondsNow()));
        this.#runs.kernel.arm();
      });
      this.#exists = true;
      await this.#writeSummaryNow();
    }
    return this.read();
  }

  read(): Result<StoreView, Refusal> {
    const store = this.#existing();
    return store.ok ? ok(viewStore(stateOf(store.value))) : store;
  }

  async update(changes: Partial<StoreSettings>): Promise<Result<StoreView, Refusal>> {
    const live = this.#live();
    if (!live.ok) return live;
    this.#change((store) => {
      store.name = changes.name ?? store.name;
      if (changes.metadata) store.metadata = JSON.stringify(changes.metadata);
      if (changes.expiresAfterDays !== undefined) store.expiresDays = changes.expiresAfterDays;
      store.lastActiveAt = secondsNow();
    });
    await this.#writeSummaryNow();
    return this.read();
  }

  /** From here on nothing of the store can be read; its shards and chunks are erased by a step that follows. */
  async remove(): Promise<Result<null, Refusal>> {
    const store = this.#existing();
    if (!store.ok) return store;
    this.#close("deleted");
    await this.#writeSummaryNow();
    return ok(null);
  }

  /** Attaches files, and counts them in a batch when one is named. Refused as a whole or done as a whole. */
  attach(
    requests: readonly AttachRequest[],
    batchId: FileBatchId | null = null,
    workflow: PinnedWorkflow | null = null,
  ): Result<StoreFileView[], Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const deleted = requests.find(({ fileId }) => this.#tables.isFileDeleted(fileId));
    if (deleted) return err(notFound("file", deleted.fileId));
    return ok(
      this.#change((store) => {
        store.lastActiveAt = secondsNow();
        this.#runs.ingestBy(workflow);
        if (batchId !== null && !this.#files.batch(batchId)) {
          this.#files.addBatch(batchId, store.lastActiveAt);
        }
        return requests.map((request) => {
          const file = this.#ledger.attach(store, request);
          if (batchId !== null) this.#files.link(batchId, file.seq, file.status);
          return viewFile(store.id, file);
        });
      }),
    );
  }

  /** When it answers, no search returns the file any more; a deleted file cannot be attached again. */
  detach(fileId: FileId, options: { fileDeleted: boolean }): Result<null, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const file = this.#files.find(fileId);
    if (!file && (!options.fileDeleted || this.#tables.isFileDeleted(fileId))) {
      return err(notFound("vector store file", fileId));
    }
    this.#change((store) => {
      if (file) this.#ledger.detach(store, file, options.fileDeleted);
      else this.#ledger.buryUnseen(fileId, ++store.lastVersion);
    });
    return ok(null);
  }

  file(fileId: FileId): Result<StoreFileView, Refusal> {
    const store = this.#existing();
    if (!store.ok) return store;
    const file = store.value.phase === "live" ? this.#files.find(fileId) : null;
    return file ? ok(viewFile(store.value.id, file)) : err(notFound("vector store file", fileId));
  }

  files(query: PageQuery): Result<FilePage, Refusal> {
    return this.#page(query, null);
  }

  /** Found under the new attributes by the next search. Updates are made one after the other. */
  async updateAttributes(
    fileId: FileId,
    attributes: Attributes,
  ): Promise<Result<StoreFileView, Refusal>> {
    const update = this.#attributesChanged.then(() => this.#updateAttributes(fileId, attributes));
    this.#attributesChanged = update.catch(() => {});
    return await update;
  }

  batch(id: FileBatchId): Result<FileBatchView, Refusal> {
    const store = this.#existing();
    if (!store.ok) return store;
    const batch = store.value.phase === "live" ? this.#files.batch(id) : null;
    if (!batch) return err(notFound("file batch", id));
    const { createdAt, isCancelled, in_progress, completed, failed, cancelled } = batch;
    const counts = { in_progress, completed, failed, cancelled };
    return ok(viewBatch(store.value.id, { id, createdAt, isCancelled: isCancelled === 1, counts }));
  }

  batchFiles(id: FileBatchId, query: PageQuery): Result<FilePage, Refusal> {
    const batch = this.batch(id);
    return batch.ok ? this.#page(query, id) : batch;
  }

  /** Files that are not done yet are cancelled; the others stay. */
  cancelBatch(id: FileBatchId): Result<FileBatchView, Refusal> {
    const batch = this.batch(id);
    if (!batch.ok || batch.value.status !== "in_progress") return batch;
    this.#change((store) => {
      for (const { fileId } of this.#files.cancelBatch(id)) {
        // Read again: cancelling one file may have changed its aliases.
        const file = this.#files.find(fileId);
        if (file) this.#ledger.cancel(store, file);
      }
    });
    return this.batch(id);
  }

  /** What a search needs to know: shards, corpus-wide statistics of its terms, and files that must not show. */
  async plan(terms: readonly string[]): Promise<Result<SearchPlan, Refusal>> {
    const live = this.#live();
    if (!live.ok) return live;
    const { contentVersion, generation, embeddingModel, lastActiveAt } = live.value;
    const now = secondsNow();
    if (now - lastActiveAt >= ACTIVITY_SECONDS) this.#change((row) => (row.lastActiveAt = now));
    const shards = this.#tables.shards().map(({ number }) => number);
    const hidden = this.#tables.hidden();
    const statistics = await this.#statistics.read(contentVersion, terms, (missing) =>
      Promise.all(
        shards.map((number) =>
          withFreshStub(
            () => this.#shard(live.value, number),
            (stub) => stub.statistics(missing),
          ),
        ),
      ),
    );
    const { chunkCount, documentCounts } = statistics;
    const averageLength = meanLength(statistics);
    return ok({
      contentVersion,
      generation,
      embeddingModel,
      shards,
      chunkCount,
      averageLength,
      documentCounts,
      hidden,
    });
  }

  /** What is to be done behind queue messages; nothing for those whose lease is lost. */
  take(claims: readonly IngestClaim[]): IngestTask[] {
    if (!this.#live().ok) return [];
    return this.ctx.storage.transactionSync(() =>
      takeFiles(this.#ingestDeps(), this.#tables.readStore(), claims),
    );
  }

  report(reports: readonly IngestReport[]): void {
    if (!this.#live().ok) return;
    this.#change((store) => reportFiles(this.#ingestDeps(), store, reports));
  }

  /** Runs `apply` in a transaction that ends with the store's row written and a summary for the lists due. */
  #change<Value>(apply: (store: StoreRow) => Value): Value {
    if (this.#changing) return apply(this.#changing);
    try {
      const value = this.ctx.storage.transactionSync(() => {
        const store = this.#tables.readStore();
        this.#changing = store;
        const applied = apply(store);
        store.version++;
        store.summaryDue ??= Date.now() + SUMMARY_DELAY_MS;
        this.#tables.saveStore(store);
        this.#runs.kernel.arm();
        return applied;
      });
      this.#runs.kernel.wake();
      return value;
    } finally {
      this.#changing = null;
    }
  }

  #close(phase: Exclude<StorePhase, "live">): void {
    this.#change((store) => {
      if (store.phase === "live") {
        this.#runs.erase();
      }
      store.phase = phase;
      store.contentVersion++;
      store.usageBytes = 0;
      store.in_progress = 0;
      store.completed = 0;
      store.failed = 0;
      store.cancelled = 0;
    });
  }

  #ownDue(): number | null {
    const { phase, summaryDue, ...store } = this.#changing ?? this.#tables.readStore();
    const expires = phase === "live" ? expiresAt(store) : null;
    if (expires === null) return summaryDue;
    return Math.min(expires * 1000, summaryDue ?? Infinity);
  }

  async #onDue(now: number): Promise<void> {
    const store = this.#tables.readStore();
    const expires = store.phase === "live" ? expiresAt(store) : null;
    if (expires !== null && expires * 1000 <= now) this.#close("expired");
    if (store.summaryDue !== null && store.summaryDue <= now) await this.#writeSummary();
  }

  /** The lists show the change at once; if D1 fails, the alarm writes it later and nothing is lost. */
  async #writeSummaryNow(): Promise<void> {
    try {
      await this.#writeSummary();
    } catch (error) {
      const { id } = this.#tables.readStore();
      logger.warn("store.summary.deferred", { storeId: id }, error);
    }
  }

  async #writeSummary(): Promise<void> {
    const store = this.#tables.readStore();
    await writeStoreSummary(this.env.CATALOG, {
      projectId: store.projectId,
      version: store.version,
      isDeleted: store.phase === "deleted",
      view: viewStore(stateOf(store)),
    });
    this.ctx.storage.transactionSync(() => {
      const isNewest = this.#tables.readStore().version === store.version;
      this.#tables.deferSummary(isNewest ? null : Date.now() + SUMMARY_DELAY_MS);
      this.#runs.kernel.arm();
    });
  }

  async #updateAttributes(
    fileId: FileId,
    attributes: Attributes,
  ): Promise<Result<StoreFileView, Refusal>> {
    const live = this.#live();
    if (!live.ok) return live;
    const file = this.#files.find(fileId);
    if (!file) return err(notFound("vector store file", fileId));
    const isInPlace = this.#change((store) =>
      this.#ledger.changeAttributes(store, file, attributes),
    );
    const { shard, version } = file;
    if (isInPlace && shard !== null) {
      const isStored = await withFreshStub(
        () => this.#shard(live.value, shard),
        (stub) => stub.setAttributes(fileId, version, attributes),
      );
      this.#change((store) => {
        const now = this.#files.find(fileId);
        if (now?.version !== version) return;
        if (isStored) this.#ledger.setAttributes(store, now, attributes);
        else this.#ledger.attach(store, { ...now, ...attachedOf(now), attributes });
      });
    }
    return this.file(fileId);
  }

  #page(query: PageQuery, batchId: FileBatchId | null): Result<FilePage, Refusal> {
    const store = this.#existing();
    if (!store.ok) return store;
    const { id, phase } = store.value;
    if (phase !== "live") return ok({ files: [], hasMore: false });
    const param = query.before === null ? "after" : "before";
    const cursorId = query.before ?? query.after;
    const cursor = cursorId === null ? null : this.#files.find(cursorId);
    if (cursorId !== null && !cursor) {
      const message = `'${param}' names ${cursorId}, which is not attached to this vector store.`;
      return err({ code: "invalid_request", message, param });
    }
    const { files, hasMore } = this.#files.page(query, cursor?.seq ?? null, batchId);
    return ok({ files: files.map((file) => viewFile(id, file)), hasMore });
  }

  /** The store, unless it was never created or is deleted: then there is nothing, and nothing is written. */
  #existing(): Result<StoreRow, Refusal> {
    const store = this.#exists ? this.#tables.readStore() : null;
    if (store && store.phase !== "deleted") return ok(store);
    const id = this.ctx.id.name?.split(":").at(-1) ?? "";
    return err(notFound("vector store", id));
  }

  #live(): Result<StoreRow, Refusal> {
    const store = this.#existing();
    if (!store.ok) return store;
    const expires = expiresAt(store.value);
    const isOver = expires !== null && expires <= secondsNow();
    if (store.value.phase === "live" && !isOver) return store;
    // The alarm may come late; a store that has expired is not brought back by being used.
    if (store.value.phase === "live") this.#close("expired");
    const message = `The vector store '${store.value.id}' has expired. Create a new one and attach the files again.`;
    return err({ code: "vector_store_expired", message });
  }

  #shard(store: StoreRow, number: number) {
    return searchShardOf(this.env, scopeOf(store), store.id, store.generation, number);
  }

  #ingestDeps(): IngestDeps {
    return {
      kernel: this.#runs.kernel,
      tables: this.#tables,
      files: this.#files,
      ledger: this.#ledger,
      shardChunksMax: Number(this.env.SEARCH_SHARD_CHUNKS_MAX),
    };
  }

  #purgeDeps(): PurgeDeps {
    return {
      env: this.env,
      tables: this.#tables,
      files: this.#files,
      change: (apply) => this.#change(apply),
      now: secondsNow,
    };
  }
}

const secondsNow = () => Math.floor(Date.now() / 1000);
