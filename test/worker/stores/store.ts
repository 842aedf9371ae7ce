import { env } from "cloudflare:workers";
import { vi } from "vitest";

import { newId, type VectorStoreId } from "../../../src/ids.ts";
import {
  type IngestMessage,
  type IngestReport,
  type IngestTask,
} from "../../../src/ingest/ingest-types.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { objectName, type Scope } from "../../../src/knowledge/scope.ts";
import type { AttachRequest } from "../../../src/knowledge/vector-store-types.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { IngestMessageSchema } from "../../../src/queues/ingest-message.ts";
import { createProject } from "../project.ts";

const sent: IngestMessage[] = [];

/**
 * Collects the messages to the ingest queue in place of sending them, so that a test decides when and in which order
 * files are indexed.
 */
export function holdQueue(): void {
  // One prototype serves every binding of a queue, also the one that the objects have.
  const queue: typeof env.INGEST = Object.getPrototypeOf(env.INGEST);
  vi.spyOn(queue, "sendBatch").mockImplementation(async (messages) => {
    for (const { body } of messages) sent.push(IngestMessageSchema.parse(body));
    return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } };
  });
}

/** Returns a stub of a vector store's Durable Object, for tests that read its storage. */
export const storeStub = (scope: Scope, id: VectorStoreId) =>
  addressObject(env.VECTOR_STORES, scope, objectName(scope, id));

/**
 * Creates a vector store in a new project by calling its object directly. It expires after `expiresAfterDays`, unless
 * null.
 */
export async function createStore(
  expiresAfterDays: number | null = null,
  embeddingModel = "hash-1",
) {
  const project = await createProject();
  const id = newId("vs_");
  const store = storeStub(project.scope, id);
  await store.create({
    id,
    scope: project.scope,
    name: "",
    metadata: {},
    expiresAfterDays,
    embeddingModel,
  });
  /** The messages that the queue was given for this store, once there are at least `count`. */
  const messages = async (count: number) =>
    await vi.waitUntil(() => {
      const own = sent.filter(({ storeId }) => storeId === id);
      return own.length >= count && own;
    });
  return { ...project, id, store, messages };
}

/** Makes a file to attach to a vector store, with the changes in `changes`. */
export function fileToAttach(changes: Partial<AttachRequest> = {}): AttachRequest {
  const fileId = newId("file-");
  return {
    fileId,
    filename: "notes.txt",
    bytes: 2_000,
    sha256: fileId,
    corpusShard: 0,
    attributes: {},
    chunking: CHUNKING_AUTO,
    ...changes,
  };
}

/** Makes the report that the file of a task or message was indexed. */
export function completed({ fileId, version, lease }: IngestTask | IngestMessage): IngestReport {
  const outcome = { kind: "completed", chunkCount: 2, usageBytes: 100 } as const;
  return { fileId, version, lease, outcome };
}

/** Returns the value of a result. Throws if it is a refusal. */
export function unwrap<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false },
): Value {
  if (result.ok) return result.value;
  throw new Error(`Refused: ${JSON.stringify(result)}`);
}
