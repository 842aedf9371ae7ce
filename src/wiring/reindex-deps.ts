import type { VectorStoreId } from "../ids.ts";
import type { ReindexCommand } from "../knowledge/reindex/reindex.ts";
import type { Scope } from "../knowledge/scope.ts";
import { listModelNames } from "../platform/models/language-models.ts";
import { addressVectorStore, withFreshStub } from "../platform/objects.ts";

/** Creates the dependencies of the routes of reindexes, for the project of `scope`. */
export const reindexDeps = (env: Env, scope: Scope) => ({
  modelNames: listModelNames(env),
  reindex: (id: VectorStoreId, command: ReindexCommand) =>
    withFreshStub(
      () => addressVectorStore(env, scope, id),
      (store) => store.reindex(command),
    ),
});
