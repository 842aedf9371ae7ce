import { env as bindings } from "cloudflare:workers";
import { Hono } from "hono";

import { readLogLevel, readSettings } from "./env.ts";
import { chatCompletionRoutes } from "./http/answering/chat-completions.ts";
import { conversationRoutes } from "./http/answering/conversations.ts";
import { embeddingRoutes } from "./http/answering/embeddings.ts";
import { modelRoutes } from "./http/answering/models.ts";
import { responseRoutes } from "./http/answering/responses.ts";
import type { AppEnv } from "./http/app-env.ts";
import { buildApp } from "./http/app.ts";
import { adminKeyAuth } from "./http/auth.ts";
import { fileBatchRoutes } from "./http/knowledge/file-batches.ts";
import { fileRoutes } from "./http/knowledge/files.ts";
import { vectorStoreFileRoutes } from "./http/knowledge/vector-store-files.ts";
import { vectorStoreSearchRoutes } from "./http/knowledge/vector-store-search.ts";
import { vectorStoreRoutes } from "./http/knowledge/vector-stores.ts";
import { apiKeyRoutes } from "./http/organization/api-keys.ts";
import { grantRoutes } from "./http/organization/grants.ts";
import { projectRoutes } from "./http/organization/projects.ts";
import { secretRoutes } from "./http/organization/secrets.ts";
import { runEventRoutes } from "./http/workflow/run-events.ts";
import { runRoutes } from "./http/workflow/runs.ts";
import { scheduleRoutes } from "./http/workflow/schedules.ts";
import { workflowRoutes } from "./http/workflow/workflows.ts";
import { deleteFile, purgeFile, type DeleteFileDeps } from "./knowledge/delete-file.ts";
import { bytesKey, textKey } from "./knowledge/scope.ts";
import { findKey } from "./platform/databases/api-keys.ts";
import { corpusNumbers } from "./platform/databases/corpus-shards.ts";
import { keepDeadLetters } from "./platform/databases/dead-letter-catalog.ts";
import { FileCatalog } from "./platform/databases/file-catalog.ts";
import { apiKeyCatalog, projectCatalog } from "./platform/databases/project-catalog.ts";
import { grantCatalog } from "./platform/databases/project-grants.ts";
import { secretCatalog } from "./platform/databases/project-secrets.ts";
import { setLogLevel } from "./platform/logger.ts";
import { embeddingModels } from "./platform/models/embedding-models.ts";
import { listModels } from "./platform/models/language-models.ts";
import { uploadToR2 } from "./platform/upload.ts";
import { consumeDeadLetters } from "./queues/dead-letters.ts";
import { consumeIngest } from "./queues/ingest.ts";
import { answeringDeps } from "./wiring/answering-deps.ts";
import { ingestBindings } from "./wiring/ingest-deps.ts";
import { sweepOpenRuns } from "./wiring/runs.ts";
import { scheduleBindings } from "./wiring/schedule-deps.ts";
import { detachDeletedFile, storeBindings } from "./wiring/store-deps.ts";
import { workflowBindings } from "./wiring/workflow-deps.ts";

export { CircuitBreakerObject } from "../durable-objects/circuit-breaker.ts";
export { ConversationObject } from "../durable-objects/conversation.ts";
export { RunObject } from "../durable-objects/run.ts";
export { ScheduleObject } from "../durable-objects/schedule.ts";
export { SearchShardObject } from "../durable-objects/search-shard.ts";
export { VectorStoreObject } from "../durable-objects/vector-store.ts";

// Here, where every isolate starts: those of objects never see the fetch handler.
setLogLevel(readLogLevel(bindings));

/** As in wrangler.toml; every other queue is one of dead letters. */
const INGEST_QUEUE = "edgewise-ingest";

const secondsNow = () => Math.floor(Date.now() / 1000);

const deleteDepsFor = (env: Env): DeleteFileDeps => {
  const catalog = new FileCatalog(env.CATALOG);
  return {
    markDeleted: ({ projectId }, fileId) => catalog.markDeleted(projectId, fileId, secondsNow()),
    storesOf: ({ projectId }, fileId) => catalog.storesOf(projectId, fileId),
    detach: (scope, storeId, fileId) => detachDeletedFile(env, scope, storeId, fileId),
    deleteBytes: ({ projectId }, fileId) =>
      env.FILES.delete([bytesKey(projectId, fileId), textKey(projectId, fileId)]),
    forget: (fileId) => catalog.forget(fileId),
  };
};

const files = fileRoutes((env, scope) => {
  const catalog = new FileCatalog(env.CATALOG);
  const { projectId } = scope;
  return {
    storeBytes: (fileId, chunks) => uploadToR2(env.FILES, bytesKey(projectId, fileId), chunks),
    deleteBytes: (fileId) => env.FILES.delete(bytesKey(projectId, fileId)),
    add: (file) => catalog.add({ ...file, projectId }, corpusNumbers(env)),
    get: (fileId) => catalog.get(projectId, fileId, secondsNow()),
    list: ({ order, after, purpose, limit }) =>
      catalog.list(projectId, { order, after, purpose, limit }, secondsNow()),
    remove: (fileId) => deleteFile(deleteDepsFor(env), scope, fileId),
    content: async (fileId) => (await env.FILES.get(bytesKey(projectId, fileId)))?.body ?? null,
  };
});

const organization = new Hono<AppEnv>()
  .use(adminKeyAuth((env) => String(Reflect.get(env, "ADMIN_KEY") ?? "")))
  .route(
    "/projects",
    projectRoutes((env) => projectCatalog(env.CATALOG)),
  )
  .route(
    "/projects",
    apiKeyRoutes((env) => ({
      keys: apiKeyCatalog(env.CATALOG),
      projects: projectCatalog(env.CATALOG),
    })),
  )
  .route(
    "/projects",
    secretRoutes((env) => ({
      secrets: secretCatalog(env.CATALOG, readSettings(env).SECRETS_KEY),
      projects: projectCatalog(env.CATALOG),
    })),
  )
  .route(
    "/projects",
    grantRoutes((env) => ({
      grants: grantCatalog(env.CATALOG),
      projects: projectCatalog(env.CATALOG),
    })),
  );

/** Exported so that a test can walk its routes. */
export const app = buildApp({
  keys: (env) => ({ findKey: (sha256) => findKey(env.CATALOG, sha256) }),
  routes: [
    ["/v1/files", files],
    ["/v1/responses", responseRoutes(answeringDeps)],
    ["/v1/conversations", conversationRoutes(answeringDeps)],
    ["/v1/chat/completions", chatCompletionRoutes(answeringDeps)],
    ["/v1/embeddings", embeddingRoutes((env) => ({ embedder: embeddingModels(env) }))],
    ["/v1/models", modelRoutes((env) => ({ list: () => listModels(env) }))],
    ["/v1/vector_stores", vectorStoreRoutes(storeBindings)],
    ["/v1/vector_stores", vectorStoreFileRoutes(storeBindings)],
    ["/v1/vector_stores", fileBatchRoutes(storeBindings)],
    ["/v1/vector_stores", vectorStoreSearchRoutes(storeBindings)],
    ["/v1/workflows", workflowRoutes(workflowBindings)],
    ["/v1/runs", runRoutes(workflowBindings)],
    ["/v1/runs", runEventRoutes(workflowBindings)],
    ["/v1/schedules", scheduleRoutes(scheduleBindings)],
  ],
  organization,
});

/** Expires files, and finishes deletes that were cut off. Everything it does may be done twice. */
async function sweepFiles(env: Env): Promise<void> {
  const catalog = new FileCatalog(env.CATALOG);
  const now = secondsNow();
  await catalog.markExpired(now);
  for (const { scope, fileId } of await catalog.toPurge(now - 60, 100)) {
    await purgeFile(deleteDepsFor(env), scope, fileId);
  }
}

export default {
  fetch: app.fetch,
  async queue(batch, env) {
    if (batch.queue === INGEST_QUEUE) await consumeIngest(batch, ingestBindings(env));
    else
      await consumeDeadLetters(batch, {
        keep: (letters) => keepDeadLetters(env.CATALOG, letters, secondsNow()),
      });
  },
  async scheduled(_controller, env) {
    const sweeps = await Promise.allSettled([sweepFiles(env), sweepOpenRuns(env, Date.now())]);
    for (const sweep of sweeps) if (sweep.status === "rejected") throw sweep.reason;
  },
} satisfies ExportedHandler<Env>;
