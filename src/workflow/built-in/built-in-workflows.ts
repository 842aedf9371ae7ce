import { compileWorkflow } from "../compile/compile-workflow.ts";
import type { StepTypes } from "../compile/step-types.ts";
import type { WorkflowBody } from "../compile/workflow-body.ts";
import { contentHash } from "../content-hash.ts";
import type { StoredWorkflow } from "../stored-workflow.ts";
import { ANSWER_GENERATE, answerBy } from "./answer.ts";
import { CUSTOMER_SERVICE } from "./customer-service.ts";
import { INGEST_WORKFLOW } from "./ingest.ts";

/** A workflow that is part of the service. */
type BuiltInWorkflow = { readonly description: string; readonly body: WorkflowBody };
/** The workflows that are part of the service, by name. */
export type BuiltInWorkflows = Readonly<Record<string, BuiltInWorkflow>>;

/**
 * The built-in workflows that every project can run by name. A project's own workflow of the same name takes
 * precedence.
 */
export const BUILT_IN_WORKFLOWS: BuiltInWorkflows = {
  answer: {
    description: "Answers in POST /v1/responses when no workflow is named.",
    body: omitName(answerBy(ANSWER_GENERATE)),
  },
  ingest: {
    description: "Indexes every file that is attached to a vector store.",
    body: omitName(INGEST_WORKFLOW),
  },
  customer_service: {
    description: "Answers a customer from the policies, or hands the question to a person.",
    body: omitName(CUSTOMER_SERVICE),
  },
};

function omitName({
  name: _name,
  ...body
}: WorkflowBody & { readonly name: string }): WorkflowBody {
  return body;
}

/**
 * Returns a built-in workflow in the form of a saved one; null if there is none of that name. Throws if it does not
 * compile, which is a bug.
 */
export async function builtInWorkflow(
  builtIns: BuiltInWorkflows,
  name: string,
  stepTypes: StepTypes,
): Promise<StoredWorkflow | null> {
  const found = Object.hasOwn(builtIns, name) ? builtIns[name] : undefined;
  if (!found) return null;
  const definition = compileWorkflow(name, found.body, stepTypes);
  if (!definition.ok) {
    const [problem] = definition.error;
    throw new Error(`The built-in workflow ${name}: ${problem?.path}: ${problem?.message}`);
  }
  return {
    ...found,
    id: `wf_${name}`,
    name,
    version: 0,
    hash: await contentHash(definition.value),
    definition: definition.value,
    createdAt: 0,
  };
}
