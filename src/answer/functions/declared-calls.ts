import type { AnswerRequest } from "../answer-request.ts";
import type { ModelToolCall } from "../prompt.ts";
import { findArgumentsProblem } from "./check-arguments.ts";

/**
 * Selects, from the calls in a model's reply, those of functions that the client declared. All other calls are dropped:
 * the model may have invented their names.
 */
export function declaredCalls(
  request: AnswerRequest,
  calls: readonly ModelToolCall[],
): readonly ModelToolCall[] {
  const { functions, toolChoice, parallelToolCalls } = request;
  if (toolChoice === "none") return [];
  const forced =
    typeof toolChoice === "object" && toolChoice.type === "function" ? toolChoice.name : null;
  const declared = calls.filter(
    ({ toolName }) =>
      functions.some(({ name }) => name === toolName) && (forced === null || forced === toolName),
  );
  return parallelToolCalls ? declared : declared.slice(0, 1);
}

/**
 * Finds the calls of strict functions whose arguments do not match the function's schema, each with an explanation.
 * Empty if all match.
 */
export function findMisfits(
  { functions }: AnswerRequest,
  calls: readonly ModelToolCall[],
): ReadonlyMap<ModelToolCall, string> {
  const misfits = new Map<ModelToolCall, string>();
  for (const call of calls) {
    const called = functions.find(({ name }) => name === call.toolName);
    const problem = called ? findArgumentsProblem(called, call.input) : null;
    if (problem !== null) misfits.set(call, problem);
  }
  return misfits;
}
