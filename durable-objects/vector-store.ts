import { DurableObject } from "cloudflare:workers";

import type { FileBatchId, FileId } from "../src/ids.ts";
import type { IngestClient } from "../src/ingest/ingest-client.ts";
import type { IngestReport, IngestTask } from "../src/ingest/ingest-types.ts";
import type { PinnedWorkflow } from "../src/kernel/rules/pinned-workflow.ts";
import type { Attributes } from "../src/knowledge/attributes.ts";
import type { FileWarnings } from "../src/knowledge/file-warnings.ts";
import type { ReconcileRequest, Reconciliation } from "../src/knowledge/reconciliation.ts";
import type { Reindex, ReindexCommand } from "../src/knowledge/reindex/reindex.ts";
import type { StoreClient } from "../src/knowledge/store-client.ts";
import type { ChunkPlace, StoreIndex } from "../src/knowledge/store-index.ts";
import { viewStore } from "../src/knowledge/store-view.ts";
import type {
  AttachRequest,
  FileBatchView,
  FilePage,
  IngestClaim,
  PageQuery,
  StageNote,
  StoreFileView,
  StoreInit,
  StoreSettings,
  StoreView,
} from "../src/knowledge/vector-store-types.ts";
import type { Refusal } from "../src/refusal.ts";
import type { Created, KeyClaim } from "../src/request-key.ts";
import { ok, type Result } from "../src/result.ts";
import type { FollowedStore, FollowerReport } from "../src/retrieval/followers/follower-client.ts";
import type { ShardHeat } from "../src/retrieval/followers/shard-heat.ts";
import type { SearchPlan } from "../src/retrieval/search-types.ts";
import type { SearchPlanner } from "../src/retrieval/shard-client.ts";
import { requestEnv } from "../src/wiring/bounded-env.ts";
import { RequestKeys } from "./request-keys.ts";
import { createStoreOnce } from "./vector-store/create-store-once.ts";
import { FileStages } from "./vector-store/file-stages.ts";
import { attachFiles } from "./vector-store/files/attach-files.ts";
import { detachFile } from "./vector-store/files/detach-file.ts";
import { redriveFile } from "./vector-store/files/redrive-file.ts";
import { StoreReader } from "./vector-store/files/store-reader.ts";
import { AttributeUpdates } from "./vector-store/files/update-attributes.ts";
import { SearchPlans } from "./vector-store/index/search-plan.ts";
import { Ingestion } from "./vector-store/ingestion.ts";
import { readIndex } from "./vector-store/read-index.ts";
import { migrateStore, StoreLifecycle } from "./vector-store/store-lifecycle.ts";
import { createStoreParts, type StoreParts } from "./vector-store/store-parts.ts";
import { StoreReconciler } from "./vector-store/store-reconciler.ts";
import { StoreReindexer } from "./vector-store/store-reindexer.ts";
import { StoreRuns } from "./vector-store/store-runs.ts";
import { toStoreState } from "./vector-store/tables/store-tables.ts";

/**
 * The Durable Object class of a vector store. Nothing else writes the records of the store's files, its file counts,
 * expiry, list of shards and version.
 */
export class VectorStoreObject
  extends DurableObject<Env>
  implements StoreClient, SearchPlanner, IngestClient, FollowedStore
{
  readonly #parts: StoreParts;
  readonly #keys = new RequestKeys(this.ctx.storage.kv);
  readonly #runs: StoreRuns;
  readonly #lifecycle: StoreLifecycle;
  readonly #reader: StoreReader;
  readonly #ingestion: Ingestion;
  readonly #shardChunksMax = Number(this.env.SEARCH_SHARD_CHUNKS_MAX);
  readonly #plans: SearchPlans;
  readonly #attributes: AttributeUpdates;
  readonly #reconciler: StoreReconciler;
  readonly #reindexer: StoreReindexer;

  constructor(ctx: DurableObjectState, bindings: Env) {
    const env = requestEnv(bindings);
    super(ctx, env);
    migrateStore(ctx.storage);
    this.#parts = createStoreParts(ctx.storage.sql, env);
    this.#runs = new StoreRuns(ctx, env, this.#parts);
    this.#lifecycle = new StoreLifecycle(ctx, this.#parts.tables, this.#runs);
    const stages = new FileStages();
    this.#reader = new StoreReader(this.#parts.files, stages, this.#lifecycle, this.#runs.kernel);
    const [storage, runs, lifecycle] = [ctx.storage, this.#runs, this.#lifecycle];
    const parts = { ...this.#parts, storage, runs, lifecycle, stages };
    this.#ingestion = new Ingestion({ ...parts, shardChunksMax: this.#shardChunksMax });
    this.#plans = new SearchPlans(env, this.#parts.tables, lifecycle, runs.followers);
    this.#attributes = new AttributeUpdates(env, this.#parts, this.#runs, this.#lifecycle);
    this.#reconciler = new StoreReconciler(ctx, this.#parts, this.#runs, this.#lifecycle);
    this.#reindexer = new StoreReindexer(env, this.#parts, this.#runs, this.#lifecycle);
  }

  /** At the time of the alarm: continues indexing and purging, writes the summary to D1, ends an expired store. */
  override async alarm(): Promise<void> {
    await this.#runs.kernel.alarm();
  }

  /** Creates the store and returns its properties; a repeated call returns those of the existing store. */
  async create(init: StoreInit): Promise<Result<StoreView, Refusal>> {
    await this.#lifecycle.create(init);
    return this.read();
  }

  /** Creates the store for a request with an idempotency key; see `createStoreOnce`. */
  async createOnce(init: StoreInit, claim: KeyClaim): Promise<Result<Created<StoreView>, Refusal>> {
    return await createStoreOnce(this.#keys, this.#lifecycle, { init, claim }, () => this.read());
  }

  /** Finds the ids of what was created with an idempotency key, also if it was deleted since; null if nothing was. */
  madeWith(claim: KeyClaim): Result<readonly string[] | null, Refusal> {
    return this.#keys.find(claim, Date.now());
  }

  /** Reads the store's properties. Refuses if it was never created or is deleted. */
  read(): Result<StoreView, Refusal> {
    const store = this.#lifecycle.readExisting();
    return store.ok ? ok(viewStore(toStoreState(store.value))) : store;
  }

  /** Reads the store's properties. Refuses if it does not exist, is deleted or has expired. */
  readLive(): Result<StoreView, Refusal> {
    const live = this.#lifecycle.readLive();
    return live.ok ? this.read() : live;
  }

  /** Changes the store's settings. This counts as a use, which postpones the expiry. */
  async update(changes: Partial<StoreSettings>): Promise<Result<StoreView, Refusal>> {
    const updated = await this.#lifecycle.update(changes);
    return updated.ok ? this.read() : updated;
  }

  /** Restores a lost alarm; see `StoreRuns.poke`. The sweep of open work calls it. */
  poke(): number | null {
    return this.#lifecycle.exists() ? this.#runs.poke() : null;
  }

  /** Deletes the store. Its content is erased in the background. */
  async remove(): Promise<Result<null, Refusal>> {
    return await this.#lifecycle.remove();
  }

  /** Attaches files, all or none, for a batch unless null, and indexes them by `workflow`; null: the built-in one. */
  attach(
    requests: readonly AttachRequest[],
    batchId: FileBatchId | null = null,
    workflow: PinnedWorkflow | null = null,
  ): Result<StoreFileView[], Refusal> {
    const live = this.#lifecycle.readLive();
    if (!live.ok) return live;
    const files = { storeId: live.value.id, requests, batchId, workflow };
    return attachFiles(this.#parts, this.#runs, this.#reader, files);
  }

  /** Attaches files unless the idempotency key has done so. Returns the id of the batch; without one, those of files. */
  attachOnce(
    requests: readonly AttachRequest[],
    batchId: FileBatchId | null,
    workflow: PinnedWorkflow | null,
    claim: KeyClaim,
  ): Result<Created<readonly string[]>, Refusal> {
    const made = batchId === null ? requests.map(({ fileId }) => fileId) : [batchId];
    return this.#keys.once(this.ctx.storage, claim, () => {
      const attached = this.attach(requests, batchId, workflow);
      return attached.ok ? ok(made) : attached;
    });
  }

  /** Detaches a file: no search that starts after the return finds it. `fileDeleted`: it cannot be attached again. */
  detach(fileId: FileId, options: { fileDeleted: boolean }): Result<null, Refusal> {
    const live = this.#lifecycle.readLive();
    if (!live.ok) return live;
    return detachFile(this.#parts, this.#runs, fileId, options.fileDeleted ? "file" : "chunks");
  }

  /** Indexes an attached file again, for its dead letter. Refuses if it is being indexed, or not attached any more. */
  redrive(fileId: FileId): Result<null, Refusal> {
    const live = this.#lifecycle.readLive();
    return live.ok ? redriveFile(this.#parts, this.#runs, fileId) : live;
  }

  /** Reads a file that is attached to the store. */
  file(fileId: FileId): Result<StoreFileView, Refusal> {
    return this.#reader.file(fileId);
  }

  /** Reads a page of the attached files. */
  files(query: PageQuery): Result<FilePage, Refusal> {
    return this.#reader.page(query, null);
  }

  /** Finds the place of an attached file's chunks in the corpus databases. */
  chunkPlace(fileId: FileId): Result<ChunkPlace, Refusal> {
    return this.#reader.chunkPlace(fileId);
  }

  /** Reads the state of the store's index. */
  index(): Result<StoreIndex, Refusal> {
    return readIndex(this.#parts.tables, this.#lifecycle, this.#shardChunksMax);
  }

  /** Replaces the attributes of a file. Searches that start after the return filter by the new ones. */
  async updateAttributes(id: FileId, to: Attributes): Promise<Result<StoreFileView, Refusal>> {
    const updated = await this.#attributes.apply(id, to);
    return updated.ok ? this.file(id) : updated;
  }

  /** Has a file read again from its bytes, to be indexed with `workflow` (null for the built-in one). */
  reingest(fileId: FileId, workflow: PinnedWorkflow | null): Result<StoreFileView, Refusal> {
    const live = this.#lifecycle.readLive();
    if (!live.ok) return live;
    this.#runs.change((change) => this.#parts.ledger.readAgain(change, fileId, workflow));
    return this.file(fileId);
  }

  /** Reads a file batch, with the number of its files in each status. */
  batch(id: FileBatchId): Result<FileBatchView, Refusal> {
    return this.#reader.batch(id);
  }

  /** Reads a page of the files of a file batch. */
  batchFiles(id: FileBatchId, query: PageQuery): Result<FilePage, Refusal> {
    const batch = this.batch(id);
    return batch.ok ? this.#reader.page(query, id) : batch;
  }

  /** Cancels the indexing of the files of a batch that are in progress, and leaves the others as they are. */
  cancelBatch(id: FileBatchId): Result<FileBatchView, Refusal> {
    const batch = this.batch(id);
    if (!batch.ok || batch.value.status !== "in_progress") return batch;
    this.#runs.change((change) => this.#parts.ledger.cancelBatch(change, id));
    return this.batch(id);
  }

  /** Returns the plan of a search for these terms: the shards, the terms' statistics, and the files to leave out. */
  async plan(
    terms: readonly string[],
    asked: readonly string[] = [],
    heat: readonly ShardHeat[] = [],
  ): Promise<Result<SearchPlan, Refusal>> {
    return await this.#plans.make(terms, asked, heat);
  }

  /** Returns the version of the store's content, which rises before a write, a change or a delete is acknowledged. */
  contentVersion(
    asked: readonly string[] = [],
    heat: readonly ShardHeat[] = [],
  ): Result<number, Refusal> {
    return this.#plans.contentVersion(asked, heat);
  }

  /** Notes the report of a follower of a search shard; null tells it to erase itself. */
  noteFollower(report: FollowerReport): { readonly contentVersion: number } | null {
    return this.#lifecycle.exists() ? this.#runs.followers.noteReport(report, Date.now()) : null;
  }

  /** Returns the warnings of files that a search found, for its explanation. A file without any has no entry. */
  warnings(fileIds: readonly FileId[]): FileWarnings {
    return this.#lifecycle.readLive().ok ? this.#reader.warnings(fileIds) : new Map();
  }

  /** Starts to bring the copies of the store in line, unless that is going on, and returns the state of it. */
  async reconcile(request: ReconcileRequest): Promise<Result<Reconciliation, Refusal>> {
    return await this.#reconciler.start(request);
  }

  /** Reads the state of the last reconciliation; null if there was none. */
  reconciliation(): Reconciliation | null {
    return this.#reconciler.read();
  }

  /** Carries out a command about the store's reindex, and returns that as it is then. Refuses if there is none. */
  async reindex(command: ReindexCommand): Promise<Result<Reindex, Refusal>> {
    return await this.#reindexer.run(command);
  }

  /** Returns the indexing tasks for queue messages. Messages whose lease is not valid any more are left out. */
  take(claims: readonly IngestClaim[]): IngestTask[] {
    return this.#ingestion.take(claims);
  }

  /** Renews the lease of a long file, a part of which is stored. Returns false if it is not valid any more. */
  renew(claim: IngestClaim): boolean {
    return this.#ingestion.renew(claim);
  }

  /** Applies the outcomes of indexing that queue consumers report. */
  report(reports: readonly IngestReport[]): void {
    this.#ingestion.report(reports);
  }

  /** Keeps the stages of files that queue consumers index, for whoever watches. */
  noteStages(notes: readonly StageNote[]): void {
    this.#ingestion.noteStages(notes);
  }
}
