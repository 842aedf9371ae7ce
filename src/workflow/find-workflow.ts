import { type Definition, SUBWORKFLOW, type Work } from "../kernel/rules/definition.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { type BuiltInWorkflows, builtInWorkflow } from "./built-in/built-in-workflows.ts";
import type { StepTypes } from "./compile/step-types.ts";
import { parseReference, type StoredWorkflow, type WorkflowReference } from "./stored-workflow.ts";

export type FindWorkflowDeps = {
  readonly stepTypes: StepTypes;
  readonly builtIns: BuiltInWorkflows;
  /** A version of a project's own workflow, the latest one for null. */
  find(name: string, version: number | null): Promise<StoredWorkflow | null>;
};

/** What a name means to a project: its own workflow, else the one that the service brings along. */
export async function findWorkflow(
  deps: FindWorkflowDeps,
  { name, version }: WorkflowReference,
): Promise<StoredWorkflow | null> {
  const own = await deps.find(name, version);
  if (own || version !== null) return own;
  return await builtInWorkflow(deps.builtIns, name, deps.stepTypes);
}

/** Workflows that one run may consist of. */
export const SUBWORKFLOWS_MAX = 20;

/**
 * Every workflow that steps of a definition start, and that steps of those start, by the name that they use. They are
 * looked up once, when a run begins: what is saved later does not change a run that is open.
 */
export async function findSubworkflows(
  deps: FindWorkflowDeps,
  definition: Definition,
): Promise<Result<Record<string, Definition>, Refusal>> {
  const found: Record<string, Definition> = {};
  // The list grows while it is walked.
  const open = [definition];
  for (const workflow of open) {
    for (const { step, reference } of referencesIn(workflow)) {
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

function referencesIn({ steps }: Definition): { step: string; reference: string }[] {
  return Object.entries(steps).flatMap(([step, definition]) =>
    [definition, ...(definition.fallback ?? [])].flatMap((work) => {
      const reference = referenceOf(work);
      return reference === null ? [] : [{ step, reference }];
    }),
  );
}

function referenceOf({ use, with: given }: Work): string | null {
  if (use !== SUBWORKFLOW || typeof given !== "object" || given === null) return null;
  return "workflow" in given ? String(given.workflow) : null;
}

function missing(workflow: string, step: string, reference: string): Refusal {
  return {
    code: "workflow_not_found",
    message: `The step '${step}' of '${workflow}' starts the workflow '${reference}', which does not exist.`,
    param: "workflow",
  };
}

const TOO_MANY: Refusal = {
  code: "invalid_request",
  message: `The workflow starts more than ${SUBWORKFLOWS_MAX} others, directly or through them.`,
  param: "workflow",
};
