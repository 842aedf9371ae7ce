import type { ResponseStatus } from "../../../src/conversation/response-object.ts";
import type { ResponseId } from "../../../src/ids.ts";
import type { StepKernel } from "../../../src/kernel/engine/step-kernel.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { Responses } from "../responses/responses.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";

const REOPEN = "UPDATE response SET status = ?, settled = NULL, due = NULL WHERE id = ?";

/** The parts of a conversation object that `redriveAnswer` uses. */
type AnswerParts = {
  readonly storage: DurableObjectStorage;
  readonly tables: ConversationTables;
  readonly responses: Responses;
  readonly kernel: Pick<StepKernel, "header" | "retry">;
};

/**
 * Removes the end of a response whose answer was given up, and repeats the failed steps of its run, so that the answer
 * is made under the same id. Text that was sent stands, and the answer continues after it. Refuses while the response
 * or another one of the conversation is in progress, and once the run is erased.
 */
export function redriveAnswer(parts: AnswerParts, id: ResponseId): Result<null, Refusal> {
  const { storage, tables, responses, kernel } = parts;
  const response = responses.find(id);
  if (!response) return err(notFound("response", id));
  if (!response.settled) return err(STILL_OPEN);
  if (response.conversationId && tables.turns.running()) return err(BUSY_WITH_ANOTHER);
  if (kernel.header(id)?.status !== "failed") return err(RUN_ERASED);
  storage.transactionSync(() => {
    const status: ResponseStatus = tables.facts(id).length > 0 ? "in_progress" : "queued";
    tables.items.eraseOutput(id);
    storage.sql.exec(REOPEN, status, id);
    tables.log(Date.now(), "response.redriven", id);
    kernel.retry(id, null);
  });
  return ok(null);
}

const STILL_OPEN: Refusal = {
  code: "run_in_progress",
  message: "The response is in progress. Wait until it ends.",
};
const BUSY_WITH_ANOTHER: Refusal = {
  code: "conversation_busy",
  message: "Another response of the conversation is in progress. Wait until it ends.",
};
const RUN_ERASED: Refusal = {
  code: "not_redrivable",
  message:
    "The run that produced the response is erased a day after its end. Send the request again.",
};
