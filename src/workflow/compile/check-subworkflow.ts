import { SUBWORKFLOW } from "../../kernel/rules/definition.ts";
import { holdsExpression, readMember } from "./check-with.ts";
import type { WireWork } from "./workflow-body.ts";
import type { Path, Problems } from "./workflow-problem.ts";

/**
 * Checks a `workflow@1` step of the workflow named `workflow`: adds a problem if the name of the workflow that the step
 * starts contains an expression, or is `workflow` itself.
 */
export function checkSubworkflow(
  workflow: string,
  { use, with: given }: WireWork,
  path: Path,
  problems: Problems,
): void {
  if (use !== SUBWORKFLOW) return;
  const isWhole = typeof given === "string";
  const reference = isWhole ? given : readMember(given, "workflow");
  const at = [...path, "with", ...(isWhole ? [] : ["workflow"])];
  if (holdsExpression(reference)) {
    const message = "Write a name without ${ }: a run is pinned to the workflows that it may start";
    problems.add(at, "invalid_with", message);
  } else if (reference === workflow) {
    const message = `"${workflow}" would start itself without end: start another workflow, or use map`;
    problems.add(at, "cycle", message);
  }
}
