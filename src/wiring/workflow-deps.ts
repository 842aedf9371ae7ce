import type { ResponseId, RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { NamedListQuery, WorkflowListQuery } from "../platform/databases/list-page.ts";
import { RunArchive } from "../platform/databases/run-archive.ts";
import { listRuns } from "../platform/databases/run-list.ts";
import { listWaitingRuns } from "../platform/databases/wait-catalog.ts";
import { WorkflowCatalog } from "../platform/databases/workflow-catalog.ts";
import { addressRun, withFreshStub } from "../platform/objects.ts";
import type { Refusal } from "../refusal.ts";
import type { Remote } from "../remote.ts";
import type { Created, RequestKey } from "../request-key.ts";
import { ok, type Result } from "../result.ts";
import { BUILT_IN_WORKFLOWS } from "../workflow/built-in/built-in-workflows.ts";
import { findWorkflow } from "../workflow/find-workflow.ts";
import type { RunListQuery } from "../workflow/runs/listed-run.ts";
import type { RunClient } from "../workflow/runs/run-client.ts";
import { checkWorkflow, saveWorkflow, type WorkflowToSave } from "../workflow/save-workflow.ts";
import { deriveRunIdFromKey } from "../workflow/schedule/run-of-tick.ts";
import { type RunRequest, startRun, type StartRunDeps } from "../workflow/start-run.ts";
import type { StoredWorkflow } from "../workflow/stored-workflow.ts";
import { askRun } from "./ask-run.ts";
import { placeInLanes } from "./lanes.ts";
import { forgetWorkflows } from "./project-workflows.ts";
import { STEP_TYPES } from "./steps/step-handlers.ts";
import { workflowFinder } from "./workflow-finder.ts";

/**
 * Creates the dependencies of the routes of workflows and runs, for the project of `scope`. A call of any of the
 * created functions is safe to repeat.
 */
export function workflowDeps(env: Env, scope: Scope) {
  const { projectId } = scope;
  const catalog = new WorkflowCatalog(env.CATALOG, projectId);
  const find = workflowFinder(env, projectId);
  return {
    save: async (workflow: WorkflowToSave, key: RequestKey | null) => {
      const deps = {
        stepTypes: STEP_TYPES,
        lookUp: find.lookUp,
        add: (version: Omit<StoredWorkflow, "version">) => addWorkflow(catalog, version, key),
        now: nowSeconds,
      };
      const saved = await saveWorkflow(deps, workflow);
      forgetWorkflows(projectId);
      if (saved.ok) return saved.value;
      return (key && (await catalog.findMade(key))) ?? saved;
    },
    check: (workflow: Pick<WorkflowToSave, "name" | "body">) =>
      checkWorkflow({ stepTypes: STEP_TYPES, lookUp: find.lookUp }, workflow),
    remove: async (name: string) => {
      const removed = await catalog.remove(name, nowSeconds());
      forgetWorkflows(projectId);
      return removed;
    },
    find: (name: string, version: number | null) => findWorkflow(find, { name, version }),
    list: (query: NamedListQuery) => catalog.list(query),
    versions: (name: string, before: number | null, limit: number) =>
      catalog.versions(name, before, limit),
    builtIns: Object.keys(BUILT_IN_WORKFLOWS),
    start: async (request: RunRequest, key: RequestKey | null, text: string) => {
      const formerId = await deriveRunIdFromKey(`${projectId} POST /v1/runs ${text}`);
      const runKey = key && { request: key, formerId };
      return await startRun(startRunDeps(env, scope), request, runKey);
    },
    waitingRuns: (query: WorkflowListQuery) =>
      listWaitingRuns(env.CATALOG, projectId, query, Date.now()),
    runs: (query: RunListQuery) =>
      listRuns({ catalog: env.CATALOG, archive: new RunArchive(env) }, projectId, query),
    placeInLanes: (id: RunId | ResponseId) => placeInLanes(env, scope, id),
    ask: <Value>(id: RunId | ResponseId, call: (run: Remote<RunClient>) => Promise<Value>) =>
      askRun(env, scope, id, call),
  };
}

async function addWorkflow(
  catalog: WorkflowCatalog,
  version: Omit<StoredWorkflow, "version">,
  key: RequestKey | null,
): Promise<Result<Created<StoredWorkflow>, Refusal>> {
  if (key) return await catalog.addOnce(version, key);
  return ok({ value: await catalog.add(version), isReplayed: false });
}

/** Creates the dependencies of `startRun`, which routes call for clients, and schedules call for their runs. */
export const startRunDeps = (env: Env, scope: Scope): StartRunDeps => ({
  ...workflowFinder(env, scope.projectId),
  start: (command) =>
    withFreshStub(
      () => addressRun(env, scope, command.id),
      (run) => run.start(scope, command),
    ),
  findRun: (id, fingerprint) =>
    withFreshStub(
      () => addressRun(env, scope, id),
      (run) => run.find(id, fingerprint),
    ),
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
