import type { ProjectId } from "../ids.ts";
import { WorkflowCatalog } from "../platform/databases/workflow-catalog.ts";
import { BUILT_IN_WORKFLOWS } from "../workflow/built-in/built-in-workflows.ts";
import { findWorkflow } from "../workflow/find-workflow.ts";
import type { WorkflowReference } from "../workflow/stored-workflow.ts";
import { STEP_TYPES } from "./steps/step-handlers.ts";

/**
 * Creates the functions that look up the workflows that a project can run: those that it has saved, and the built-in
 * ones.
 */
export function workflowFinder(env: Env, projectId: ProjectId) {
  const catalog = new WorkflowCatalog(env.CATALOG, projectId);
  const deps = {
    stepTypes: STEP_TYPES,
    builtIns: BUILT_IN_WORKFLOWS,
    find: (name: string, version: number | null) => catalog.find(name, version),
  };
  return { ...deps, lookUp: (reference: WorkflowReference) => findWorkflow(deps, reference) };
}
