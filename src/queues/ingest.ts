import { z } from "zod";

import type { IngestDeps } from "../ingest/ingest-deps.ts";
import { type Ingested, ingestFiles } from "../ingest/ingest-files.ts";
import type { IngestMessage } from "../ingest/ingest-types.ts";
import { objectName } from "../knowledge/scope.ts";
import { logger } from "../platform/logger.ts";
import { IngestMessageSchema } from "./ingest-message.ts";
import { logIngestions } from "./log-ingestions.ts";
import { isProviderDown, ProviderDown } from "./provider-down.ts";
import { type KeepMessages, setAside } from "./unreadable-message.ts";

/** Seconds until the next delivery, by attempts so far. The last delay exceeds the lease in the store object. */
const RETRY_DELAYS = [5, 15, 60, 300];

type Received = { readonly message: Message; readonly claim: IngestMessage };

/**
 * Consumes the ingest queue, whose messages each ask to index one file. Messages of one vector store are handled
 * together. The Durable Object of the store keeps the state of the work. So a message is acknowledged once the object
 * has recorded the outcome, even if the outcome is that the file will be tried again later. A message is redelivered
 * only if the object is unreachable, and goes to the dead-letter queue after the last delivery.
 *
 * Throws `ProviderDown`, after all messages are settled, if the provider of the embedding model is down. So the platform
 * starts fewer consumers until it is back.
 */
export async function consumeIngest(
  batch: MessageBatch,
  deps: IngestDeps & KeepMessages,
): Promise<void> {
  const received: Received[] = [];
  for (const message of batch.messages) {
    const { data: claim, error } = IngestMessageSchema.safeParse(message.body);
    if (claim) received.push({ message, claim });
    else await setAside(message, batch.queue, z.prettifyError(error), deps);
  }
  const stores = Map.groupBy(received, ({ claim }) => objectName(claim.scope, claim.storeId));
  // Process one store after the other: together they would not fit into memory.
  let [files, away] = [0, 0];
  for (const ofStore of stores.values()) {
    const ingested = await consumeStore(ofStore, batch.queue, deps);
    files += ingested.files;
    away += ingested.away;
  }
  if (isProviderDown(files, away)) throw new ProviderDown(batch.queue, files, away);
}

const NOTHING: Ingested = { files: 0, away: 0 };

async function consumeStore(
  received: readonly Received[],
  queue: string,
  deps: IngestDeps,
): Promise<Ingested> {
  const [first] = received;
  if (!first) return NOTHING;
  const { scope, storeId } = first.claim;
  const started = Date.now();
  try {
    const ingested = await ingestFiles(
      logIngestions(deps),
      { scope, storeId },
      received.map(({ claim: { fileId, version, lease, generation } }) => ({
        fileId,
        version,
        lease,
        ...(generation !== undefined && { generation }),
      })),
    );
    for (const { message } of received) message.ack();
    return ingested;
  } catch (error) {
    const { projectId } = scope;
    const count = received.length;
    const durationMs = Date.now() - started;
    logger.warn(
      "ingest.store.unreachable",
      { projectId, storeId, queue, count, durationMs },
      error,
    );
    for (const { message } of received) {
      const delaySeconds = RETRY_DELAYS[message.attempts - 1] ?? RETRY_DELAYS.at(-1) ?? 0;
      message.retry({ delaySeconds });
    }
    return NOTHING;
  }
}
