import { jsonBytes } from "../bounds.ts";
import { newId } from "../ids.ts";
import { type Definition, DEFINITION_BYTES_MAX } from "../kernel/rules/definition.ts";
import type { Refusal } from "../refusal.ts";
import { err, ok, type Result } from "../result.ts";
import { compileWorkflow } from "./compile/compile-workflow.ts";
import type { StepTypes } from "./compile/step-types.ts";
import { readWorkflowBody, type WorkflowBody } from "./compile/workflow-body.ts";
import type { WorkflowProblem } from "./compile/workflow-problem.ts";
import { contentHash } from "./content-hash.ts";
import { findUnknownWorkflows } from "./find-unknown-workflows.ts";
import type { StoredWorkflow, WorkflowReference } from "./stored-workflow.ts";

/** The dependencies of `checkWorkflow`: the step types, and the look-up of workflows. */
export type CheckWorkflowDeps = Pick<SaveWorkflowDeps<unknown>, "stepTypes" | "lookUp">;

/** A workflow that was checked: as it was sent, and compiled. */
type CheckedWorkflow = { readonly body: WorkflowBody; readonly definition: Definition };

/** The dependencies of `saveWorkflow`: the step types, the look-up and the storage of workflows, and the clock. */
export type SaveWorkflowDeps<Saved> = {
  readonly stepTypes: StepTypes;
  /** Finds a workflow that a step starts, by its name; null if the project has none. */
  lookUp(reference: WorkflowReference): Promise<StoredWorkflow | null>;
  /** Stores a workflow as a new version, unless it equals the latest version. Returns the latest version after that. */
  add(workflow: Omit<StoredWorkflow, "version">): Promise<Saved>;
  now(): number;
};

/** A workflow that a client sends to be saved. */
export type WorkflowToSave = {
  readonly name: string;
  readonly description: string | null;
  /** The parsed JSON as it was sent, with `steps` and `output`, not checked yet. */
  readonly body: unknown;
};

/**
 * Checks a workflow and saves it as the latest version of its name. If it equals the latest version, no new one is
 * made.
 */
export async function saveWorkflow<Saved>(
  deps: SaveWorkflowDeps<Saved>,
  { name, description, body: json }: WorkflowToSave,
): Promise<Result<Saved, Refusal>> {
  const checked = await checkWorkflow(deps, { name, body: json });
  if (!checked.ok) return err(invalidWorkflow(checked.error));
  const { body, definition } = checked.value;
  const hash = await contentHash(definition);
  return ok(
    await deps.add({
      id: newId("wf_"),
      name,
      hash,
      description,
      body,
      definition,
      createdAt: deps.now(),
    }),
  );
}

/** Checks a workflow, and returns it compiled; or all of its problems. */
export async function checkWorkflow(
  deps: CheckWorkflowDeps,
  { name, body: json }: Pick<WorkflowToSave, "name" | "body">,
): Promise<Result<CheckedWorkflow, readonly WorkflowProblem[]>> {
  const body = readWorkflowBody(json);
  if (!body.ok) return body;
  const definition = compileWorkflow(name, body.value, deps.stepTypes);
  const unknown = await findUnknownWorkflows(name, body.value, (one) => deps.lookUp(one));
  if (!definition.ok) return err([...definition.error, ...unknown]);
  if (unknown.length > 0) return err(unknown);
  if (jsonBytes(definition.value) > DEFINITION_BYTES_MAX) return err([TOO_LARGE]);
  return ok({ body: body.value, definition: definition.value });
}

const TOO_LARGE: WorkflowProblem = {
  path: "",
  code: "too_large",
  message: `The workflow has more than ${DEFINITION_BYTES_MAX} bytes with its defaults filled in: split it with workflow@1`,
};

function invalidWorkflow(problems: readonly WorkflowProblem[]): Refusal {
  const [first] = problems;
  const where = first?.path ? `${first.path}: ` : "";
  const problem = first?.message ?? "The workflow is not valid";
  const end = problem.endsWith("?") ? "" : ".";
  const rest = problems.length > 1 ? ` (and ${problems.length - 1} more, see errors)` : "";
  return {
    code: "invalid_workflow",
    message: `${where}${problem}${end}${rest}`,
    param: first?.path ?? null,
    errors: problems,
  };
}
