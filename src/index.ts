import { Hono } from "hono";

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
import { sweepFiles } from "./knowledge/sweep-files.ts";
import { consumeDeadLetters } from "./queues/dead-letters.ts";
import { consumeIngest } from "./queues/ingest.ts";
import { answeringDeps } from "./wiring/answering-deps.ts";
import { deadLetterDeps } from "./wiring/dead-letter-deps.ts";
import { fileDeps } from "./wiring/file-deps.ts";
import { ingestDeps } from "./wiring/ingest-deps.ts";
import { embeddingDeps, modelDeps } from "./wiring/model-deps.ts";
import { keyDeps, organizationDeps } from "./wiring/organization-deps.ts";
import { scheduleDeps } from "./wiring/schedule-deps.ts";
import { storeDeps } from "./wiring/store-deps.ts";
import { sweepFilesDeps, sweepRunsDeps } from "./wiring/sweep-deps.ts";
import { workflowDeps } from "./wiring/workflow-deps.ts";
import { sweepRuns } from "./workflow/runs/sweep-runs.ts";

export { CircuitBreakerObject } from "../durable-objects/circuit-breaker.ts";
export { ConversationObject } from "../durable-objects/conversation.ts";
export { RunObject } from "../durable-objects/run.ts";
export { ScheduleObject } from "../durable-objects/schedule.ts";
export { SearchShardObject } from "../durable-objects/search-shard.ts";
export { VectorStoreObject } from "../durable-objects/vector-store.ts";

/** As in wrangler.toml; every other queue is one of dead letters. */
const INGEST_QUEUE = "edgewise-ingest";

const organization = new Hono<AppEnv>()
  .use(adminKeyAuth((env) => String(Reflect.get(env, "ADMIN_KEY") ?? "")))
  .route(
    "/projects",
    projectRoutes((env) => organizationDeps(env).projects),
  )
  .route("/projects", apiKeyRoutes(organizationDeps))
  .route("/projects", secretRoutes(organizationDeps))
  .route("/projects", grantRoutes(organizationDeps));

/** Exported so that a test can walk its routes. */
export const app = buildApp({
  keys: keyDeps,
  routes: [
    ["/v1/files", fileRoutes(fileDeps)],
    ["/v1/responses", responseRoutes(answeringDeps)],
    ["/v1/conversations", conversationRoutes(answeringDeps)],
    ["/v1/chat/completions", chatCompletionRoutes(answeringDeps)],
    ["/v1/embeddings", embeddingRoutes(embeddingDeps)],
    ["/v1/models", modelRoutes(modelDeps)],
    ["/v1/vector_stores", vectorStoreRoutes(storeDeps)],
    ["/v1/vector_stores", vectorStoreFileRoutes(storeDeps)],
    ["/v1/vector_stores", fileBatchRoutes(storeDeps)],
    ["/v1/vector_stores", vectorStoreSearchRoutes(storeDeps)],
    ["/v1/workflows", workflowRoutes(workflowDeps)],
    ["/v1/runs", runRoutes(workflowDeps)],
    ["/v1/runs", runEventRoutes(workflowDeps)],
    ["/v1/schedules", scheduleRoutes(scheduleDeps)],
  ],
  organization,
});

export default {
  fetch: app.fetch,
  async queue(batch, env) {
    if (batch.queue === INGEST_QUEUE) await consumeIngest(batch, ingestDeps(env));
    else await consumeDeadLetters(batch, deadLetterDeps(env));
  },
  async scheduled(_controller, env) {
    const now = Date.now();
    const sweeps = await Promise.allSettled([
      sweepFiles(sweepFilesDeps(env), Math.floor(now / 1000)),
      sweepRuns(sweepRunsDeps(env), now),
    ]);
    for (const sweep of sweeps) if (sweep.status === "rejected") throw sweep.reason;
  },
} satisfies ExportedHandler<Env>;
