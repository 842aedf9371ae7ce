import { env } from "cloudflare:workers";
import { beforeEach, describe, it, vi } from "vitest";

import { type FileId, newId } from "../../../src/ids.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { bytesKey, type Scope, shardName, textKey } from "../../../src/knowledge/scope.ts";
import type { AttachRequest } from "../../../src/knowledge/vector-store-types.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import { keepDeadMessages } from "../../../src/platform/databases/dead-message-catalog.ts";
import { addressVectorStore } from "../../../src/platform/objects.ts";
import { consumeDeadLetters } from "../../../src/queues/dead-letters.ts";
import { consumeIngest } from "../../../src/queues/ingest.ts";
import { deadMessageDeps } from "../../../src/wiring/dead-message-deps.ts";
import { ingestDeps } from "../../../src/wiring/ingest-deps.ts";
import { makeBatch, readResult } from "../message-batch.ts";
import { createProject } from "../project.ts";

async function createStore() {
  const { scope } = await createProject();
  const storeId = newId("vs_");
  const store = addressVectorStore(env, scope, storeId);
  await store.create({
    id: storeId,
    scope,
    name: "",
    metadata: {},
    expiresAfterDays: null,
    embeddingModel: "hash-1",
  });
  const index = { projectId: scope.projectId, storeId, generation: 1 };
  return { scope, storeId, store, index };
}

async function upload(scope: Scope, filename: string, content: string): Promise<AttachRequest> {
  const fileId = newId("file-");
  await env.FILES.put(bytesKey(scope.projectId, fileId), content);
  const sha256 = crypto.randomUUID();
  const bytes = content.length;
  return {
    fileId,
    filename,
    bytes,
    sha256,
    corpusShard: 0,
    attributes: {},
    chunking: CHUNKING_AUTO,
  };
}

const away = () => Promise.reject(new Error("Network connection lost."));

const readText = async (scope: Scope, fileId: FileId) =>
  await (await env.FILES.get(textKey(scope.projectId, fileId)))?.text();

describe("ingestion", () => {
  it(
    "writes files from the queue to the corpus and the index",
    { timeout: 20_000 },
    async ({ expect }) => {
      const { scope, storeId, store, index } = await createStore();
      const files = await Promise.all([
        upload(scope, "a.md", "# Guide\r\n\r\nBadgers dig setts."),
        upload(scope, "b.html", "<p>Otters &amp; rivers</p>"),
        upload(scope, "large.txt", "Long files go alone. ".repeat(20_000)),
        upload(scope, "empty.txt", ""),
        upload(scope, "binary.txt", "\0\u0001"),
      ]);
      await store.attach(files, null, null);
      await vi.waitUntil(
        async () => {
          const read = await store.read();
          return read.ok && read.value.status === "completed";
        },
        { timeout: 15_000 },
      );

      const [markdown, html, large, empty, binary] = files.map(({ fileId }) => fileId);
      const view = async (fileId = files[0]?.fileId) => {
        const read = fileId && (await store.file(fileId));
        return read?.ok ? read.value : null;
      };
      expect(await view(markdown)).toMatchObject({ status: "completed", lastError: null });
      expect(await view(html)).toMatchObject({ status: "completed" });
      expect(await view(large)).toMatchObject({ status: "completed" });
      expect(await view(empty)).toMatchObject({
        status: "failed",
        lastError: { code: "invalid_file", message: "The file is empty." },
      });
      expect(await view(binary)).toMatchObject({
        status: "failed",
        lastError: { code: "unsupported_file" },
      });
      if (!markdown || !html) return;
      expect(await readText(scope, markdown)).toBe("# Guide\n\nBadgers dig setts.");
      expect(await readText(scope, html)).toBe("Otters & rivers");
      const corpus = new Corpus(env.CORPUS_0);
      expect(await corpus.readChunks(index, markdown)).toMatchObject([
        { ordinal: 0, start: 0, heading: "Guide", text: "# Guide\n\nBadgers dig setts." },
      ]);
      const shard = env.SEARCH_SHARDS.getByName(shardName(scope, storeId, 1, 0));
      const { files: indexed, chunkCount } = await shard.inspect();
      expect(indexed).toHaveLength(3);
      expect(chunkCount).toBe(await corpus.countChunks(index));
    },
  );

  it("leaves no text of a file that was deleted during its ingestion", async ({ expect }) => {
    const { scope } = await createStore();
    const fileId = newId("file-");
    await ingestDeps(env).storeText(scope, fileId, "secret");

    expect(await readText(scope, fileId)).toBe(undefined);
  });

  it("acks messages of stores that do not exist and messages that do not parse", async ({
    expect,
  }) => {
    const body = {
      v: 1,
      scope: { projectId: newId("proj_"), region: "auto" },
      storeId: newId("vs_"),
      fileId: newId("file-"),
      version: 1,
      lease: "lease",
    };
    const batch = makeBatch("edgewise-ingest", [body, { v: 2 }]);
    await consumeIngest(batch, { ...ingestDeps(env), ...deadMessageDeps(env) });

    expect((await readResult(batch)).explicitAcks.toSorted()).toEqual(["0", "1"]);
  });

  it("retries a message when the store object is unreachable", async ({ expect }) => {
    const { scope, storeId } = await createStore();
    const body = { v: 1, scope, storeId, fileId: newId("file-"), version: 1, lease: "lease" };
    const batch = makeBatch("edgewise-ingest", [body], 2);
    await consumeIngest(batch, { ...ingestDeps(env), ...deadMessageDeps(env), take: away });

    const { explicitAcks, retryMessages } = await readResult(batch);
    expect(explicitAcks).toEqual([]);
    expect(retryMessages).toEqual([{ msgId: "0" }]);
  });
});

describe("messages that no consumer can read", () => {
  // The messages of every test have the same ids.
  beforeEach(async () => void (await env.CATALOG.prepare("DELETE FROM dead_letter").run()));

  it("are stored once, with their owner and body", async ({ expect }) => {
    const projectId = newId("proj_");
    const bodies: readonly unknown[] = [{ scope: { projectId }, fileId: "file-x" }, "not ours"];
    const deps = {
      ...deadMessageDeps(env),
      keep: (messages: Parameters<typeof keepDeadMessages>[1]) =>
        keepDeadMessages(env.CATALOG, messages, 7),
    };
    for (const _ of [1, 2]) {
      const batch = makeBatch("edgewise-ingest-dlq", bodies);
      await consumeDeadLetters(batch, deps);
      expect((await readResult(batch)).explicitAcks.toSorted()).toEqual(["0", "1"]);
    }

    const { results } = await env.CATALOG.prepare(
      "SELECT queue, project_id, body, sent_at, created_at FROM dead_letter WHERE queue LIKE '%-dlq' ORDER BY id",
    ).all();
    const common = { queue: "edgewise-ingest-dlq", sent_at: 5, created_at: 7 };
    expect(results).toEqual([
      { ...common, project_id: projectId, body: JSON.stringify(bodies[0]) },
      { ...common, project_id: null, body: '"not ours"' },
    ]);
  });

  it("are stored by the consumer that meets them", async ({ expect }) => {
    const queue = `edgewise-${newId("queue_")}`;
    const deps = { ...ingestDeps(env), ...deadMessageDeps(env) };
    await consumeIngest(makeBatch(queue, [{ v: 2, of: queue }]), deps);

    const { results } = await env.CATALOG.prepare("SELECT body FROM dead_letter WHERE queue = ?")
      .bind(queue)
      .all();
    expect(results).toEqual([{ body: JSON.stringify({ v: 2, of: queue }) }]);
  });

  it("stay in the queue while the database is unreachable", async ({ expect }) => {
    for (const consume of [
      async (batch: MessageBatch) =>
        await consumeDeadLetters(batch, { ...deadMessageDeps(env), keep: away }),
      async (batch: MessageBatch) => await consumeIngest(batch, { ...ingestDeps(env), keep: away }),
    ]) {
      const batch = makeBatch("edgewise-ingest-dlq", [{}]);
      await consume(batch);

      const { explicitAcks, retryMessages } = await readResult(batch);
      expect({ explicitAcks, retryMessages }).toEqual({
        explicitAcks: [],
        retryMessages: [{ msgId: "0" }],
      });
    }
  });
});
