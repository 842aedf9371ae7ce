import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { newId, newKey, newResponseId } from "../../../src/ids.ts";
import service from "../../../src/index.ts";
import { consumeDeadLetters } from "../../../src/queues/dead-letters.ts";
import { deadMessageDeps } from "../../../src/wiring/dead-message-deps.ts";
import type { OpenWork } from "../../../src/workflow/open-work/open-work.ts";
import { makeBatch, readResult } from "../message-batch.ts";
import { createProject, fetchWorker } from "../project.ts";
import { createLetterCalls } from "./letters.ts";

beforeEach(async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation(() => {});
  // The messages of every test have the same ids.
  await env.CATALOG.prepare("DELETE FROM dead_letter").run();
});
afterEach(() => void vi.restoreAllMocks());

type Listed = {
  readonly data: readonly { readonly id: string }[];
  readonly has_more: boolean;
};
const list = async (query = "") => {
  const response = await fetchWorker(`https://edgewise.test/v1/organization/dead_letters${query}`, {
    headers: { authorization: "Bearer admin-key-of-tests" },
  });
  const body: Listed = await response.json();
  return body;
};

describe("a message in a dead-letter queue", () => {
  it("wakes the owner of its step, and is no dead letter", async ({ expect }) => {
    const project = await createProject();
    const { scope } = project;
    const [storeId, responseId, runId] = [newId("vs_"), newResponseId(newKey()), newId("run_")];
    const lease = "nonce/step/run";
    const woken: OpenWork[] = [];
    const batch = makeBatch("edgewise-ingest-dlq", [
      { v: 1, scope, storeId, fileId: newId("file-"), version: 1, lease },
      { v: 1, scope, responseId, lease },
      { v: 1, scope, runId: `${runId}/part/0`, lease },
      { v: 1, scope, runId: responseId, lease },
    ]);

    await consumeDeadLetters(batch, {
      ...deadMessageDeps(env),
      wake: async (work) => void woken.push(work),
    });

    expect((await readResult(batch)).explicitAcks.toSorted()).toEqual(["0", "1", "2", "3"]);
    expect(woken).toEqual([
      { kind: "store", id: storeId, scope },
      { kind: "response", id: responseId, scope },
      { kind: "run", id: runId, scope },
      { kind: "response", id: responseId, scope },
    ]);
    expect(await createLetterCalls(project).list()).toEqual([]);
    expect((await list()).data).toEqual([]);
  });

  it("is acknowledged if its owner was never created, and creates none", async ({ expect }) => {
    const { scope } = await createProject();
    const message = { v: 1, scope, responseId: newResponseId(newKey()), lease: "a/b/c" };
    const batch = makeBatch("edgewise-generate-default-dlq", [message]);

    await consumeDeadLetters(batch, deadMessageDeps(env));

    expect((await readResult(batch)).explicitAcks).toEqual(["0"]);
  });

  it("stays in the queue while its owner cannot be reached", async ({ expect }) => {
    const { scope } = await createProject();
    const message = { v: 1, scope, responseId: newResponseId(newKey()), lease: "a/b/c" };
    const batch = makeBatch("edgewise-generate-default-dlq", [message, "not ours"]);

    await consumeDeadLetters(batch, {
      ...deadMessageDeps(env),
      wake: async () => {
        throw new Error("away");
      },
    });

    const { explicitAcks, retryMessages } = await readResult(batch);
    expect(explicitAcks).toEqual(["1"]);
    expect(retryMessages).toMatchObject([{ msgId: "0" }]);
  });
});

describe("messages that no consumer can read", () => {
  it("are listed for the operator alone, in pages, for 30 days", async ({ expect }) => {
    const project = await createProject();
    const { projectId } = project.scope;
    const newer = { v: 7, scope: { projectId }, of: "a newer build" };
    await consumeDeadLetters(makeBatch("edgewise-ingest-dlq", [newer, "not ours"]), {
      ...deadMessageDeps(env),
    });

    const all = await list();
    const first = await list("?limit=1");
    const rest = await list(`?limit=1&after=${first.data[0]?.id}`);

    expect(all.data).toMatchObject([
      { id: "1", kind: "message", project_id: null, message: "not ours", sent_at: 0 },
      { id: "0", queue: "edgewise-ingest-dlq", project_id: projectId, message: newer },
    ]);
    expect([first, rest].map(({ data, has_more: more }) => [data[0]?.id, more])).toEqual([
      ["1", true],
      ["0", false],
    ]);
    expect((await project.fetch("/organization/dead_letters")).status).toBe(401);
    await env.CATALOG.prepare("UPDATE dead_letter SET created_at = created_at - 2592000").run();
    await service.scheduled(createScheduledController(), env);
    expect((await list()).data).toEqual([]);
  });
});
