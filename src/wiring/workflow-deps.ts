import type { ResponseId, RunId } from "../ids.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { CatalogListQuery } from "../platform/databases/list-page.ts";
import { listRuns } from "../platform/databases/run-catalog.ts";
import { WorkflowCatalog } from "../platform/databases/workflow-catalog.ts";
import { addressRun, withFreshStub } from "../platform/objects.ts";
import type { Remote } from "../remote.ts";
import { BUILT_IN_WORKFLOWS } from "../workflow/built-in/built-in-workflows.ts";
import { findWorkflow } from "../workflow/find-workflow.ts";
import type { RunListQuery } from "../workflow/runs/listed-run.ts";
import type { RunClient } from "../workflow/runs/run-client.ts";
import { saveWorkflow, type WorkflowToSave } from "../workflow/save-workflow.ts";
import { type RunRequest, startRun, type StartRunDeps } from "../workflow/start-run.ts";
import type { StoredWorkflow } from "../workflow/stored-workflow.ts";
import { askRun } from "./ask-run.ts";
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
    save: async (workflow: WorkflowToSave) => {
      const deps = {
        stepTypes: STEP_TYPES,
        lookUp: find.lookUp,
        add: (version: Omit<StoredWorkflow, "version">) => catalog.add(version),
        now: nowSeconds,
      };
      const saved = await saveWorkflow(deps, workflow);
      forgetWorkflows(projectId);
      return saved;
    },
    remove: async (name: string) => {
      const removed = await catalog.remove(name, nowSeconds());
      forgetWorkflows(projectId);
      return removed;
    },
    find: (name: string, version: number | null) => findWorkflow(find, { name, version }),
    list: (query: CatalogListQuery) => catalog.list(query),
    versions: (name: string, before: number | null, limit: number) =>
      catalog.versions(name, before, limit),
    builtIns: Object.keys(BUILT_IN_WORKFLOWS),
    start: (request: RunRequest, key: string | null) =>
      startRun(
        startRunDeps(env, scope),
        request,
        key === null ? null : `${projectId} POST /v1/runs ${key}`,
      ),
    runs: (query: RunListQuery) => listRuns(env.CATALOG, projectId, query),
    ask: <Value>(id: RunId | ResponseId, call: (run: Remote<RunClient>) => Promise<Value>) =>
      askRun(env, scope, id, call),
  };
}

/** Creates the dependencies of `startRun`, which routes call for clients, and schedules call for their runs. */
export const startRunDeps = (env: Env, scope: Scope): StartRunDeps => ({
  ...workflowFinder(env, scope.projectId),
  start: (command) =>
    withFreshStub(
      () => addressRun(env, scope, command.id),
      (run) => run.start(scope, command),
    ),
});

const nowSeconds = () => Math.floor(Date.now() / 1000);
