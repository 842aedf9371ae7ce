import type { AnswerRequest, Evidence } from "./answer-request.ts";
import type { AnswerDeps } from "./generate.ts";

/**
 * Makes the searches that need no model to decide on: the built-in model's, and one that the request
 * demands. What it returns is kept by a durable step, so that a repeated generation sees the same evidence.
 */
export async function retrieveEvidence(
  deps: AnswerDeps,
  request: AnswerRequest,
  signal: AbortSignal,
): Promise<Evidence> {
  const search = request.fileSearch;
  if (search === null) return { searches: [] };
  const question = request.items.findLast(
    (item) => item.type === "message" && item.role === "user",
  );
  if (question?.type !== "message") return { searches: [] };
  const queries = [question.text];
  return { searches: [{ queries, hits: await deps.search(search, queries, signal) }] };
}
