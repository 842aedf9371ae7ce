import { readAnsweringModel } from "../../../src/conversation/answer-request-of.ts";
import { buildWorkflowInput } from "../../../src/conversation/workflow-answer.ts";
import type { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import type { PinnedWorkflow } from "../../../src/kernel/rules/pinned-workflow.ts";
import { answerDefinition, dispatchAnswer } from "../responses/built-in-answer.ts";
import type { LiveResponse, Responses } from "../responses/responses.ts";

/** Starts the run that makes a response: of the built-in workflow, or of the workflow that replaces it. */
export function beginRun(
  { kernel, responses }: { readonly kernel: StepKernel; readonly responses: Responses },
  response: LiveResponse,
  workflow: PinnedWorkflow | null,
): void {
  const { id, request } = response;
  if (!workflow) {
    const definition = answerDefinition(readAnsweringModel(request), request.background);
    kernel.begin({ id, definition, input: null });
    return;
  }
  const input = buildWorkflowInput(responses.answerRequest(response), request.metadata);
  const definition = request.background ? dispatchAnswer(workflow.definition) : workflow.definition;
  kernel.begin({ id, ...workflow, definition, input });
}
