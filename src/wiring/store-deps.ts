import type { FileBatchId, FileId, VectorStoreId } from "../ids.ts";
import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import type { Attributes } from "../knowledge/attributes.ts";
import type { Scope } from "../knowledge/scope.ts";
import type {
  AttachRequest,
  FileToAttach,
  PageQuery,
  StoreInit,
  StoreListQuery,
  StoreSettings,
  StoreView,
} from "../knowledge/vector-store-types.ts";
import { forgetAttachments, recordAttachments } from "../platform/databases/attachable-files.ts";
import { listStores } from "../platform/databases/store-catalog.ts";
import { chooseEmbeddingModel } from "../platform/models/embedding-models.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";
import { type FileOfText, readFileText } from "../platform/read-file-text.ts";
import { notFound, type Refusal } from "../refusal.ts";
import type { Created, KeyClaim } from "../request-key.ts";
import { err, ok, type Result } from "../result.ts";
import type { SearchRequest } from "../retrieval/search.ts";
import { admissionDeps } from "./admission-deps.ts";
import { ownWorkflow } from "./project-workflows.ts";
import { searchDeps } from "./search-deps.ts";
import { storeIndexDeps } from "./store-index-deps.ts";

type Store = ReturnType<typeof addressVectorStore>;

/**
 * Creates the dependencies of the routes of vector stores, for the project of `scope`. A call of any of the created
 * functions is safe to repeat.
 */
export function storeDeps(env: Env, scope: Scope) {
  const { projectId } = scope;
  const ask = <Value>(id: VectorStoreId, call: (store: Store) => Promise<Value>) =>
    withFreshStub(() => addressVectorStore(env, scope, id), call);
  return {
    ...admissionDeps(env, scope.region),
    ...storeIndexDeps(env, scope),
    create: async (id: VectorStoreId, settings: StoreSettings, claim: KeyClaim | null) => {
      const init = { ...settings, id, scope, embeddingModel: await chooseEmbeddingModel(env) };
      return await ask(id, (store) => createStore(store, init, claim));
    },
    madeWith: (id: VectorStoreId, claim: KeyClaim) => ask(id, (store) => store.madeWith(claim)),
    read: (id: VectorStoreId) => ask(id, (store) => store.read()),
    update: (id: VectorStoreId, changes: Partial<StoreSettings>) =>
      ask(id, (store) => store.update(changes)),
    remove: (id: VectorStoreId) => ask(id, (store) => store.remove()),
    list: (query: StoreListQuery) => listStores(env.CATALOG, projectId, query),
    findFiles: (id: VectorStoreId, files: readonly FileToAttach[]) =>
      findFiles(env, scope, id, files),
    attach: (id: VectorStoreId, files: readonly AttachRequest[], batch: FileBatchId | null) =>
      attachFiles(env, scope, id, files, (store, workflow) => store.attach(files, batch, workflow)),
    attachOnce: (
      id: VectorStoreId,
      files: readonly AttachRequest[],
      batchId: FileBatchId | null,
      claim: KeyClaim,
    ) =>
      attachFiles(env, scope, id, files, (store, workflow) =>
        store.attachOnce(files, batchId, workflow, claim),
      ),
    file: (id: VectorStoreId, file: FileId) => ask(id, (store) => store.file(file)),
    files: (id: VectorStoreId, query: PageQuery) => ask(id, (store) => store.files(query)),
    updateAttributes: (id: VectorStoreId, fileId: FileId, attributes: Attributes) =>
      ask(id, (store) => store.updateAttributes(fileId, attributes)),
    reingest: async (id: VectorStoreId, fileId: FileId) => {
      const flow = await ownWorkflow(env, scope, "ingest");
      return flow.ok ? ask(id, (store) => store.reingest(fileId, flow.value)) : flow;
    },
    detach: (id: VectorStoreId, fileId: FileId) =>
      ask(id, (store) => store.detach(fileId, { fileDeleted: false })),
    text: (file: FileOfText) => readFileText(env, projectId, file),
    batch: (id: VectorStoreId, batchId: FileBatchId) => ask(id, (store) => store.batch(batchId)),
    cancelBatch: (id: VectorStoreId, batchId: FileBatchId) =>
      ask(id, (store) => store.cancelBatch(batchId)),
    batchFiles: (id: VectorStoreId, batchId: FileBatchId, query: PageQuery) =>
      ask(id, (store) => store.batchFiles(batchId, query)),
    search: (id: VectorStoreId, request: SearchRequest) =>
      searchDeps(env, scope, request).searchStore(id),
  };
}

async function createStore(
  store: Store,
  init: StoreInit,
  claim: KeyClaim | null,
): Promise<Result<Created<StoreView>, Refusal>> {
  if (claim) return await store.createOnce(init, claim);
  const created = await store.create(init);
  return created.ok ? ok({ value: created.value, isReplayed: false }) : created;
}

/** Attaches files that `findFiles` has recorded. Deletes the record when the store does not exist. */
async function attachFiles<Value>(
  env: Env,
  scope: Scope,
  id: VectorStoreId,
  files: readonly AttachRequest[],
  attach: (store: Store, workflow: PinnedWorkflow | null) => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal>> {
  const store = () => addressVectorStore(env, scope, id);
  const workflow = await ownWorkflow(env, scope, "ingest");
  if (!workflow.ok) return workflow;
  const attached = await withFreshStub(store, (stub) => attach(stub, workflow.value));
  const isGone = !attached.ok && attached.error.code === "not_found";
  if (isGone && !(await withFreshStub(store, (stub) => stub.read())).ok) {
    const fileIds = files.map(({ fileId }) => fileId);
    await forgetAttachments(env.CATALOG, scope.projectId, id, fileIds);
  }
  return attached;
}

async function findFiles(
  env: Env,
  { projectId }: Scope,
  storeId: VectorStoreId,
  files: readonly FileToAttach[],
): Promise<Result<AttachRequest[], Refusal>> {
  if (files.length === 0) return ok([]);
  const ids = files.map(({ fileId }) => fileId);
  const now = Math.floor(Date.now() / 1000);
  const found = await recordAttachments(env.CATALOG, projectId, storeId, ids, now);
  const requests: AttachRequest[] = [];
  for (const { fileId, attributes, chunking, param } of files) {
    const file = found.get(fileId);
    if (!file) return err(notFound("file", fileId, param));
    requests.push({ ...file, attributes, chunking });
  }
  return ok(requests);
}
