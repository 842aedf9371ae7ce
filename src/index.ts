import { env as bindings } from "cloudflare:workers";

import { ResponseSocket } from "../durable-objects/response-socket.ts";
import { bindRoutes } from "./http/api.ts";
import { buildApp } from "./http/app.ts";
import { socketTurns } from "./http/socket/answer-message.ts";
import type { Lane } from "./kernel/rules/definition.ts";
import { sweepUploads } from "./knowledge/file-upload.ts";
import { sweepFiles } from "./knowledge/sweep-files.ts";
import { sweepObjects } from "./knowledge/sweep-objects.ts";
import { consumeDeadLetters } from "./queues/dead-letters.ts";
import { consumeGenerate } from "./queues/generate.ts";
import { consumeIngest } from "./queues/ingest.ts";
import { backlogDeps } from "./wiring/admission-deps.ts";
import { answeringDeps } from "./wiring/answering-deps.ts";
import { backgroundEnv, requestEnv } from "./wiring/bounded-env.ts";
import { consoleDeps, keyDeps } from "./wiring/console-deps.ts";
import { deadLetterDeps } from "./wiring/dead-letter-deps.ts";
import { deadMessageDeps } from "./wiring/dead-message-deps.ts";
import { dispatchedStepDeps } from "./wiring/dispatched-step-deps.ts";
import { embeddingCacheDeps } from "./wiring/embedding-cache-deps.ts";
import { fileDeps } from "./wiring/file-deps.ts";
import { generationDeps } from "./wiring/generation-deps.ts";
import { ingestDeps } from "./wiring/ingest-deps.ts";
import { laneReports } from "./wiring/lanes.ts";
import { applyLogSettings } from "./wiring/log-settings.ts";
import { embeddingDeps, modelDeps } from "./wiring/model-deps.ts";
import { corsOrigins, organizationDeps } from "./wiring/organization-deps.ts";
import { pageDeps } from "./wiring/page-deps.ts";
import { scheduleDeps } from "./wiring/schedule-deps.ts";
import { socketDeps, socketTurnDeps } from "./wiring/socket-deps.ts";
import { storeDeps } from "./wiring/store-deps.ts";
import {
  archiveRunsDeps,
  maySweep,
  sweepFilesDeps,
  sweepKeys,
  sweepObjectsDeps,
  redriveScheduledDeps,
  sweepOpenWorkDeps,
  sweepSecrets,
  sweepUploadsDeps,
} from "./wiring/sweep-deps.ts";
import { workflowDeps } from "./wiring/workflow-deps.ts";
import { redriveScheduled } from "./workflow/dead-letters/redrive.ts";
import { sweepOpenWork } from "./workflow/open-work/sweep-open-work.ts";
import { archiveRuns } from "./workflow/runs/archive-runs.ts";

export { CircuitBreakerObject } from "../durable-objects/circuit-breaker.ts";
export { ConversationObject } from "../durable-objects/conversation.ts";
export { EmbeddingCacheObject } from "../durable-objects/embedding-cache.ts";
export { LaneObject } from "../durable-objects/lane.ts";
export { RunObject } from "../durable-objects/run.ts";
export { ScheduleObject } from "../durable-objects/schedule.ts";
export { SearchShardObject } from "../durable-objects/search-shard.ts";
export { VectorStoreObject } from "../durable-objects/vector-store.ts";
export { VectorWriterObject } from "../durable-objects/vector-writer.ts";

/** The Durable Object of a client's WebSocket, together with the functions that read its messages and answer them. */
export class ResponseSocketObject extends ResponseSocket {
  protected override readonly turns = socketTurns(socketTurnDeps(this.env));
}

// At module level, since the isolate of an object never runs the fetch handler.
applyLogSettings(bindings);

/**
 * The ends of the names of queues in wrangler.toml, such as "edgewise-ingest"; a deployment of another name begins with
 * that one. Every other queue of this consumer is a dead-letter queue.
 */
const INGEST_QUEUE = "-ingest";
const GENERATE_QUEUES: readonly (readonly [end: string, Lane])[] = [
  ["-generate-interactive", "interactive"],
  ["-generate-default", "default"],
  ["-generate-batch", "batch"],
];

const app = buildApp({
  keys: keyDeps,
  origins: corsOrigins,
  routes: bindRoutes({
    files: fileDeps,
    answering: answeringDeps,
    sockets: socketDeps,
    stores: storeDeps,
    workflows: workflowDeps,
    schedules: scheduleDeps,
    deadLetters: deadLetterDeps,
    lanes: backlogDeps,
    models: modelDeps,
    embeddings: embeddingDeps,
    embeddingCache: embeddingCacheDeps,
    organization: organizationDeps,
    console: consoleDeps,
    pages: pageDeps,
  }),
});

const eraseLeftovers = (env: Env, now: number) => [
  sweepFiles(sweepFilesDeps(env), now),
  sweepUploads(sweepUploadsDeps(env), now),
  sweepObjects(sweepObjectsDeps(env), now),
];

export default {
  fetch: (request: Request, env: Env, context: ExecutionContext) =>
    app.fetch(request, requestEnv(env), context),
  async queue(batch, env, context) {
    const background = backgroundEnv(env);
    const dead = deadMessageDeps(background);
    const lane = GENERATE_QUEUES.find(([end]) => batch.queue.endsWith(end))?.[1];
    if (batch.queue.endsWith(INGEST_QUEUE)) {
      await consumeIngest(batch, { ...ingestDeps(background), ...dead });
    } else if (lane) {
      const detach = env.LOCAL === "" ? null : (work: Promise<unknown>) => context.waitUntil(work);
      await consumeGenerate(batch, {
        answers: generationDeps(background),
        steps: dispatchedStepDeps(background),
        ...laneReports(background),
        ...dead,
        lane,
        detach,
      });
    } else await consumeDeadLetters(batch, dead);
  },
  async scheduled(_controller, env) {
    const now = Date.now();
    const background = backgroundEnv(env);
    const sweeps = await Promise.allSettled([
      sweepOpenWork(sweepOpenWorkDeps(background), now),
      redriveScheduled(redriveScheduledDeps(background), now),
      sweepSecrets(background),
      sweepKeys(background, now),
      archiveRuns(archiveRunsDeps(background), now),
      // A catalog that was restored from a backup does not know newer files: these sweeps would erase them as leftovers.
      ...(maySweep(env) ? eraseLeftovers(background, Math.floor(now / 1000)) : []),
    ]);
    for (const sweep of sweeps) if (sweep.status === "rejected") throw sweep.reason;
  },
} satisfies ExportedHandler<Env>;
