import type { VectorStoreId } from "../ids.ts";
import type { Reconciliation, ReconciledFiles } from "../knowledge/reconciliation.ts";
import type { Scope } from "../knowledge/scope.ts";
import { findStoreRecord, listStoreIds } from "../platform/databases/store-catalog.ts";
import { chooseEmbeddingModel } from "../platform/models/embedding-models.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";
import type { Refusal } from "../refusal.ts";
import type { Result } from "../result.ts";

/**
 * Creates the dependencies of the routes of reconciliations. A call of any of the created functions is safe to repeat.
 */
export const reconcileDeps = (env: Env) => ({
  reconcile: (scope: Scope, id: VectorStoreId, files: ReconciledFiles) =>
    reconcile(env, scope, id, files),
  listStoreIds: ({ projectId }: Scope, after: string, limit: number) =>
    listStoreIds(env.CATALOG, projectId, after, limit),
  reconciliation: (scope: Scope, id: VectorStoreId) =>
    askStore(env, scope, id, (store) => store.reconciliation()),
});

type Store = ReturnType<typeof addressVectorStore>;

const askStore = <Value>(
  env: Env,
  scope: Scope,
  id: VectorStoreId,
  call: (store: Store) => Promise<Value>,
) => withFreshStub(() => addressVectorStore(env, scope, id), call);

/** A store whose object is lost is created again with the properties that the catalog has recorded of it. */
async function reconcile(
  env: Env,
  scope: Scope,
  id: VectorStoreId,
  files: ReconciledFiles,
): Promise<Result<Reconciliation, Refusal>> {
  const record = await findStoreRecord(env.CATALOG, scope.projectId, id);
  const request = { files, record };
  const started = await askStore(env, scope, id, (store) => store.reconcile(request));
  const isLost = !started.ok && started.error.code === "not_found";
  if (!isLost || record === null || record.isDeleted) return started;
  const { name, metadata, expiresAfterDays } = record.view;
  const embeddingModel = await chooseEmbeddingModel(env);
  const init = { id, scope, name, metadata, expiresAfterDays, embeddingModel };
  return await askStore(env, scope, id, async (store) => {
    const created = await store.create(init);
    return created.ok ? await store.reconcile(request) : created;
  });
}
