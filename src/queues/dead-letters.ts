import { isResponseId, isRunId } from "../ids.ts";
import { topmostRunId } from "../kernel/rules/step/step-name.ts";
import { logger } from "../platform/logger.ts";
import type { DeadMessage } from "../workflow/dead-letters/dead-message.ts";
import type { OpenWork } from "../workflow/open-work/open-work.ts";
import type { StepMessage } from "../workflow/steps/dispatched-step.ts";
import { GenerateMessageSchema, StepMessageSchema } from "./generate-message.ts";
import { IngestMessageSchema } from "./ingest-message.ts";
import { toDeadMessage } from "./unreadable-message.ts";

/** The dependencies of `consumeDeadLetters`. */
export type DeadLetterQueueDeps = {
  /** Stores messages for operators, in the catalog database. */
  keep(messages: readonly DeadMessage[]): Promise<void>;
  /** Calls the owner of the work that a message was about, which goes on with it. */
  wake(work: OpenWork): Promise<void>;
};

const RETRY_SECONDS = 60;

/**
 * Consumes a dead-letter queue, which receives the messages whose every delivery failed. Such a message only asks to do
 * a step, whose state its owner has: the owner is called, and sends the step again. A message that no consumer of this
 * build can read is stored for operators. What cannot be handled now stays in the queue.
 */
export async function consumeDeadLetters(
  batch: MessageBatch,
  deps: DeadLetterQueueDeps,
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => await consume(message, batch.queue, deps)),
  );
}

async function consume(message: Message, queue: string, deps: DeadLetterQueueDeps): Promise<void> {
  const work = readWork(message.body);
  try {
    if (work) await deps.wake(work);
    else await deps.keep([toDeadMessage(message, queue)]);
    message.ack();
    const event = work ? "queue.dead_letter.woke_owner" : "queue.dead_letter.kept";
    logger.warn(event, { queue, messageId: message.id });
  } catch (error) {
    logger.failed("queue.dead_letter.not_handled", error, { queue, messageId: message.id });
    message.retry({ delaySeconds: RETRY_SECONDS });
  }
}

function readWork(body: unknown): OpenWork | null {
  const ingest = IngestMessageSchema.safeParse(body);
  if (ingest.success) {
    return { kind: "store", id: ingest.data.storeId, scope: ingest.data.scope };
  }
  const generate = GenerateMessageSchema.safeParse(body);
  if (generate.success) {
    return { kind: "response", id: generate.data.responseId, scope: generate.data.scope };
  }
  const step = StepMessageSchema.safeParse(body);
  return step.success ? readOwner(step.data) : null;
}

/** Returns the owner of a run. */
function readOwner({ scope, runId }: StepMessage): OpenWork | null {
  const id = topmostRunId(runId);
  if (isRunId(id)) return { kind: "run", id, scope };
  return isResponseId(id) ? { kind: "response", id, scope } : null;
}
