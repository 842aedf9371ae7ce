import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { type FindWorkflowDeps, findSubworkflows } from "./find-workflow.ts";
import { explainOutOfPlace, type StartPlace } from "./out-of-place.ts";
import type { StoredWorkflow } from "./stored-workflow.ts";

/**
 * Collects the definitions that a new run keeps: that of its workflow, and the current ones of all workflows that it
 * may start. Refuses if one is missing or does not work in runs for the purpose `here`.
 */
export async function pinWorkflow(
  deps: FindWorkflowDeps,
  { name, version, hash, definition }: StoredWorkflow,
  here: StartPlace,
): Promise<Result<PinnedWorkflow, Refusal>> {
  const workflows = await findSubworkflows(deps, definition);
  if (!workflows.ok) return workflows;
  const all = [definition, ...Object.values(workflows.value)];
  const misplaced = explainOutOfPlace(all, deps.stepTypes, here);
  if (misplaced) return err(misplaced);
  return ok({ version: { name, version, hash }, definition, workflows: workflows.value });
}
