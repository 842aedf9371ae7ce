import { SUBWORKFLOW } from "../kernel/rules/definition.ts";
import { readMember } from "./compile/check-with.ts";
import type { WorkflowBody } from "./compile/workflow-body.ts";
import { Problems, type WorkflowProblem } from "./compile/workflow-problem.ts";
import { SUBWORKFLOWS_MAX } from "./find-workflow.ts";
import { parseReference, type WorkflowReference } from "./stored-workflow.ts";

/**
 * Finds the steps of a workflow that start another workflow which does not exist (`lookUp` resolves to null). Returns a
 * problem for each. Each workflow is looked up once.
 */
export async function findUnknownWorkflows(
  name: string,
  { steps }: WorkflowBody,
  lookUp: (reference: WorkflowReference) => Promise<unknown>,
): Promise<readonly WorkflowProblem[]> {
  const problems = new Problems();
  const named = Object.entries(steps).flatMap(([step, { use, with: given }]) => {
    const reference = use === SUBWORKFLOW ? readMember(given, "workflow") : null;
    // An invalid name is reported with the other problems of the step.
    const parsed = typeof reference === "string" ? parseReference(reference) : null;
    if (!parsed || reference === name) return [];
    return [{ step, reference: String(reference), parsed }];
  });
  const references = new Map(named.map(({ reference, parsed }) => [reference, parsed]));
  if (references.size > SUBWORKFLOWS_MAX) {
    const message = `The steps start ${references.size} workflows, at most ${SUBWORKFLOWS_MAX} are allowed in a run`;
    problems.add(["steps"], "too_large", message);
    return problems.all();
  }
  const looked = [...references].map(
    async ([reference, parsed]) => [reference, await lookUp(parsed)] as const,
  );
  const found = new Map(await Promise.all(looked));
  for (const { step, reference } of named) {
    if (found.get(reference)) continue;
    const message = `There is no workflow "${reference}": save it first`;
    problems.add(["steps", step, "with", "workflow"], "unknown_workflow", message);
  }
  return problems.all();
}
