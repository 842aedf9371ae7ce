import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";

/** Makes a batch of messages of a queue. The ids of the messages are their places: "0", "1" and so on. */
export const makeBatch = (queue: string, bodies: readonly unknown[], attempts = 1) =>
  createMessageBatch(
    queue,
    bodies.map((body, id) => ({ id: `${id}`, timestamp: new Date(5), attempts, body })),
  );

/** Reads which messages of a batch its consumer has acknowledged, and which it wants again. */
export const readResult = (batch: MessageBatch) => getQueueResult(batch, createExecutionContext());
