import { z } from "zod";

import { logger } from "../platform/logger.ts";
import type { DeadMessage } from "../workflow/dead-letters/dead-message.ts";

/** Stores messages for operators. */
export type KeepMessages = { keep(messages: readonly DeadMessage[]): Promise<void> };

const RETRY_SECONDS = 60;
const OwnedBody = z.looseObject({ scope: z.looseObject({ projectId: z.string() }) });

/**
 * Stores a message that this build cannot read for operators, and acknowledges it: a retry cannot repair it. `reason`
 * says what is wrong with it. If it cannot be stored now, it is delivered again.
 */
export async function setAside(
  message: Message,
  queue: string,
  reason: string,
  deps: KeepMessages,
): Promise<void> {
  const fields = { messageId: message.id, queue };
  logger.failed("queue.message.unreadable", reason, fields);
  try {
    await deps.keep([toDeadMessage(message, queue)]);
    message.ack();
  } catch (error) {
    logger.failed("queue.message.not_kept", error, fields);
    message.retry({ delaySeconds: RETRY_SECONDS });
  }
}

/** Makes the stored form of a message, with the project that it names, if it names one. */
export function toDeadMessage({ id, body, timestamp }: Message, queue: string): DeadMessage {
  const owned = OwnedBody.safeParse(body);
  const projectId = owned.success ? owned.data.scope.projectId : null;
  const json = JSON.stringify(body) ?? "null";
  return { id, queue, projectId, body: json, sentAt: timestamp.getTime() };
}
