import { type Definition, SUBWORKFLOW, type Work } from "../kernel/rules/definition.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { shorten } from "../shorten.ts";
import { type BuiltInWorkflows, builtInWorkflow } from "./built-in/built-in-workflows.ts";
import type { StepTypes } from "./compile/step-types.ts";
import { parseReference, type StoredWorkflow, type WorkflowReference } from "./stored-workflow.ts";

/** The look-up of workflows. */
export type FindWorkflowDeps = {
  readonly stepTypes: StepTypes;
  readonly builtIns: BuiltInWorkflows;
  /** Finds a version of a project's own workflow; the latest one for null. */
  find(name: string, version: number | null): Promise<StoredWorkflow | null>;
};

/** Resolves a name for a project: its own workflow, else the built-in one. */
export async function findWorkflow(
  deps: FindWorkflowDeps,
  { name, version }: WorkflowReference,
): Promise<StoredWorkflow | null> {
  const own = await deps.find(name, version);
  if (own || version !== null) return own;
  return await builtInWorkflow(deps.builtIns, name, deps.stepTypes);
}

/** Maximum number of workflows that one run may start. */
export const SUBWORKFLOWS_MAX = 20;

/**
 * Finds every workflow that a definition's steps start, directly or through other workflows, by the name that the
 * steps use. The look-up happens once, when a run begins: later versions do not change an open run.
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
