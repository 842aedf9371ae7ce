import type { FileBatchId, FileId } from "../ids.ts";
import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import type { Refusal } from "../refusal.ts";
import type { Awaitable } from "../remote.ts";
import type { Created, KeyClaim } from "../request-key.ts";
import type { Result } from "../result.ts";
import type { Attributes } from "./attributes.ts";
import type { ReconcileRequest, Reconciliation } from "./reconciliation.ts";
import type { Reindex, ReindexCommand } from "./reindex/reindex.ts";
import type { ChunkPlace, StoreIndex } from "./store-index.ts";
import type {
  AttachRequest,
  FileBatchView,
  FilePage,
  PageQuery,
  StoreFileView,
  StoreInit,
  StoreSettings,
  StoreView,
} from "./vector-store-types.ts";

/** The methods of a vector store object, as the routes of stores and files call them. Every call may be repeated. */
export interface StoreClient {
  create(init: StoreInit): Awaitable<Result<StoreView, Refusal>>;
  createOnce(init: StoreInit, claim: KeyClaim): Awaitable<Result<Created<StoreView>, Refusal>>;
  madeWith(claim: KeyClaim): Awaitable<Result<readonly string[] | null, Refusal>>;
  read(): Awaitable<Result<StoreView, Refusal>>;
  readLive(): Awaitable<Result<StoreView, Refusal>>;
  update(changes: Partial<StoreSettings>): Awaitable<Result<StoreView, Refusal>>;
  poke(): Awaitable<number | null>;
  remove(): Awaitable<Result<null, Refusal>>;
  attach(
    requests: readonly AttachRequest[],
    batchId: FileBatchId | null,
    workflow: PinnedWorkflow | null,
  ): Awaitable<Result<StoreFileView[], Refusal>>;
  attachOnce(
    requests: readonly AttachRequest[],
    batchId: FileBatchId | null,
    workflow: PinnedWorkflow | null,
    claim: KeyClaim,
  ): Awaitable<Result<Created<readonly string[]>, Refusal>>;
  detach(fileId: FileId, options: { fileDeleted: boolean }): Awaitable<Result<null, Refusal>>;
  redrive(fileId: FileId): Awaitable<Result<null, Refusal>>;
  file(fileId: FileId): Awaitable<Result<StoreFileView, Refusal>>;
  chunkPlace(fileId: FileId): Awaitable<Result<ChunkPlace, Refusal>>;
  index(): Awaitable<Result<StoreIndex, Refusal>>;
  files(query: PageQuery): Awaitable<Result<FilePage, Refusal>>;
  updateAttributes(
    fileId: FileId,
    attributes: Attributes,
  ): Awaitable<Result<StoreFileView, Refusal>>;
  reingest(
    fileId: FileId,
    workflow: PinnedWorkflow | null,
  ): Awaitable<Result<StoreFileView, Refusal>>;
  batch(id: FileBatchId): Awaitable<Result<FileBatchView, Refusal>>;
  batchFiles(id: FileBatchId, query: PageQuery): Awaitable<Result<FilePage, Refusal>>;
  cancelBatch(id: FileBatchId): Awaitable<Result<FileBatchView, Refusal>>;
  reconcile(request: ReconcileRequest): Awaitable<Result<Reconciliation, Refusal>>;
  reconciliation(): Awaitable<Reconciliation | null>;
  reindex(command: ReindexCommand): Awaitable<Result<Reindex, Refusal>>;
}
