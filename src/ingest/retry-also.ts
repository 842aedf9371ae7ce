import { publicMessage } from "../public-error.ts";
import type { AlsoOutcome, IndexTarget, IngestTask } from "./ingest-types.ts";

/** Logs a failure in the other generation of a task, and returns the outcome there: the file is copied later. */
export function retryAlso(
  deps: { onCopyFailure(task: IngestTask, error: unknown): void },
  task: IngestTask,
  { generation }: Pick<IndexTarget, "generation">,
  error: unknown,
): AlsoOutcome {
  deps.onCopyFailure(task, error);
  return { kind: "retry", generation, message: publicMessage(error) };
}
