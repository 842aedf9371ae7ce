import { type Definition, SUBWORKFLOW, type Work } from "../kernel/rules/definition.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { shorten } from "../shorten.ts";
import { type BuiltInWorkflows, builtInWorkflow } from "./built-in/built-in-workflows.ts";
import type { StepTypes } from "./compile/step-types.ts";
import { parseReference, type StoredWorkflow, type WorkflowReference } from "./stored-workflow.ts";

/** The look-up of the workflows that a project can run. */
export type FindWorkflowDeps = {
  readonly stepTypes: StepTypes;
  readonly builtIns: BuiltInWorkflows;
  /**
   * Finds a version of a project's own workflow, or the latest one if `version` is null. Returns null if there is none.
   */
  find(name: string, version: number | null): Promise<StoredWorkflow | null>;
};

/**
 * Finds the workflow that a name means for a project: its own or, if it has none of that name, the built-in one.
 * Returns null if there is neither.
 */
export async function findWorkflow(
  deps: FindWorkflowDeps,
  { name, version }: WorkflowReference,
): Promise<StoredWorkflow | null> {
  const own = await deps.find(name, version);
  if (own || version !== null) return own;
  return await builtInWorkflow(deps.builtIns, name, deps.stepTypes);
}

/** Maximum number of different workflows that one run may start as sub-workflows. */
export const SUBWORKFLOWS_MAX = 20;

/**
 * Finds the definition of every workflow that the steps of a definition start, directly or through others, by the name
 * that the steps use. It is called once, when a run begins, so later versions do not change the run.
 */
export async function findSubworkflows(
  deps: FindWorkflowDeps,
  definition: Definition,
): Promise<Result<Record<string, Definition>, Refusal>> {
  const found: Record<string, Definition> = {};
  // The list grows during the loop.
  const open = [definition];
  for (const workflow of open) {
    for (const { step, reference } of listReferences(workflow)) {
      if (Object.hasOwn(found, reference)) continue;
      if (Object.keys(found).length >= SUBWORKFLOWS_MAX) return err(TOO_MANY);
      const parsed = parseReference(reference);
      const sub = parsed && (await findWorkflow(deps, parsed));
      if (!sub) return err(missing(workflow.name, step, reference));
      found[reference] = sub.definition;
      open.push(sub.definition);
    }
  }
  return ok(found);
}

function listReferences({ steps }: Definition): { step: string; reference: string }[] {
  return Object.entries(steps).flatMap(([step, definition]) =>
    [definition, ...(definition.fallback ?? [])].flatMap((work) => {
      const reference = readReference(work);
      return reference === null ? [] : [{ step, reference }];
    }),
  );
}

function readReference({ use, with: given }: Work): string | null {
  if (use !== SUBWORKFLOW || typeof given !== "object" || given === null) return null;
  return "workflow" in given ? String(given.workflow) : null;
}

function missing(workflow: string, step: string, reference: string): Refusal {
  return {
    code: "workflow_not_found",
    message: `The step '${step}' of '${workflow}' starts the workflow '${shorten(reference)}', which does not exist. Save it first.`,
    param: "workflow",
  };
}

const TOO_MANY: Refusal = {
  code: "invalid_request",
  message: `The workflow starts more than ${SUBWORKFLOWS_MAX} others, directly or through them.`,
  param: "workflow",
};
