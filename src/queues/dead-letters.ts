import { z } from "zod";

import type { DeadLetter } from "../ingest/dead-letter.ts";
import { logger } from "../platform/logger.ts";

/** The dependencies of `consumeDeadLetters`. `keep` stores messages in the catalog database. */
export type DeadLetterDeps = { keep(letters: readonly DeadLetter[]): Promise<void> };

const OwnedBody = z.looseObject({ scope: z.looseObject({ projectId: z.string() }) });
const RETRY_SECONDS = 60;

/**
 * Consumes a dead-letter queue, which receives the messages whose every delivery failed. Stores them in the catalog
 * database, where operators find them. If the database is unreachable, the messages stay in the queue.
 */
export async function consumeDeadLetters(batch: MessageBatch, deps: DeadLetterDeps): Promise<void> {
  const letters = batch.messages.map((message) => toLetter(message, batch.queue));
  try {
    await deps.keep(letters);
    batch.ackAll();
    logger.warn("queue.dead_letters.kept", { queue: batch.queue, count: letters.length });
  } catch (error) {
    logger.failed("queue.dead_letters.not_kept", error, { queue: batch.queue });
    batch.retryAll({ delaySeconds: RETRY_SECONDS });
  }
}

function toLetter({ id, body, timestamp }: Message, queue: string): DeadLetter {
  const owned = OwnedBody.safeParse(body);
  const projectId = owned.success ? owned.data.scope.projectId : null;
  return {
    id,
    queue,
    projectId,
    body: JSON.stringify(body) ?? "null",
    sentAt: timestamp.getTime(),
  };
}
