import type { WorkflowBody } from "../workflow-body.ts";
import { ANSWER_GENERATE, answerBy } from "./answer.ts";
import { CUSTOMER_SERVICE } from "./customer-service.ts";
import { INGEST_WORKFLOW } from "./ingest.ts";

type BuiltIn = WorkflowBody & { readonly name: string; readonly description: string };

/** Workflows that every project has, until it stores one of its own under the name. */
export const BUILT_IN_WORKFLOWS: readonly BuiltIn[] = [
  {
    ...answerBy(ANSWER_GENERATE),
    description: "Answers in POST /v1/responses when no workflow is named.",
  },
  { ...INGEST_WORKFLOW, description: "Indexes every file that is attached to a vector store." },
  {
    ...CUSTOMER_SERVICE,
    description: "Answers a customer from the policies, or hands the question to a person.",
  },
];
