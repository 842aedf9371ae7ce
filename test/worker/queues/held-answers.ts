import { createExecutionContext, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

import type { GenerateMessage } from "../../../src/conversation/generation-client.ts";
import service from "../../../src/index.ts";
import { GenerateMessageSchema } from "../../../src/queues/generate-message.ts";
import { openConversationStub } from "../conversation/answering-project.ts";
import { makeBatch, readResult } from "../message-batch.ts";
import type { TestProject } from "../project.ts";

/** One prototype serves every queue, also those that objects have. */
const queueClass: typeof env.GENERATE_DEFAULT = Object.getPrototypeOf(env.GENERATE_DEFAULT);

/**
 * Keeps the messages for consumers of answers, so that a test delivers them. Returns a function that waits for the last
 * message of each of the given responses.
 */
export function holdAnswers() {
  const sent: GenerateMessage[] = [];
  vi.spyOn(queueClass, "sendBatch").mockImplementation(async (messages) => {
    for (const { body } of messages) sent.push(GenerateMessageSchema.parse(body));
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
  /** Waits until a response has had `count` messages. Returns the last one. */
  const messageOf = async (id: string, count = 1) =>
    await vi.waitUntil(
      () => {
        const own = sent.filter(({ responseId }) => responseId === id);
        return own.length >= count && own.at(-1);
      },
      { timeout: 20_000, interval: 10 },
    );
  return { sent, messageOf };
}

/**
 * Delivers messages through the service's own queue handler, as the network does: a message is settled at the end of its
 * work. Returns which were acknowledged and which are to come again, and the error that the handler threw.
 */
export async function deliver(queue: string, bodies: readonly unknown[]) {
  const batch = makeBatch(queue, bodies);
  const thrown = await service.queue(batch, { ...env, LOCAL: "" }, createExecutionContext()).then(
    () => null,
    (error: unknown) => error,
  );
  const { explicitAcks, retryMessages } = await readResult(batch);
  return {
    acked: explicitAcks.toSorted(),
    retried: retryMessages.map(({ msgId }) => msgId).toSorted(),
    thrown,
  };
}

/** Changes the rows of a response's live steps, then does what is due. */
export async function changeSteps(project: TestProject, id: string, change: string) {
  const stub = openConversationStub(project, id);
  await runInDurableObject(stub, (_object, { storage }) => {
    storage.sql.exec(`UPDATE kernel_step SET ${change} WHERE phase IN ('claimed', 'ready')`);
  });
  await runDurableObjectAlarm(stub);
}

/** Reads the row of the step that generates a response. */
export const readStep = (project: TestProject, id: string) =>
  runInDurableObject(openConversationStub(project, id), (_object, { storage }) =>
    storage.sql
      .exec<{
        phase: string;
        attempt: number;
        due: number | null;
        message: string | null;
      }>("SELECT phase, attempt, due, message FROM kernel_step WHERE step = 'generate'")
      .one(),
  );
