import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { type ConversationId, isConversationId } from "../../../src/ids.ts";
import { putConversation } from "../../../src/platform/databases/conversation-catalog.ts";
import { sweep } from "../open-work/index-rows.ts";
import { createProject } from "../project.ts";
import { openConversationStub } from "./answering-project.ts";
import {
  catalogClass,
  findListed,
  findResponse,
  listConversations,
  listResponses,
  MODEL,
  readRow,
  WAIT,
} from "./read-lists.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => void vi.restoreAllMocks());

describe("a deleted conversation", () => {
  it("leaves the list at once, with its text, and no late summary brings it back", async ({
    expect,
  }) => {
    const project = await createProject();
    const { client } = project;
    const { id } = await client.conversations.create({ metadata: { secret: "yes" } });
    const { id: responseId } = await client.responses.create({
      model: MODEL,
      input: "A secret?",
      conversation: id,
      background: true,
    });
    await findListed(project, id, ({ title }) => title !== null);
    await findResponse(project, responseId, "completed");

    await client.conversations.delete(id);

    expect((await listConversations(project)).data).toEqual([]);
    expect((await listResponses(project)).data).toEqual([]);
    const row = await readRow("listed_conversation", id);
    expect(row).toMatchObject({ title: null, metadata: "{}" });
    expect(row?.removed_at).not.toBeNull();
    expect(await readRow("listed_response", responseId)).toMatchObject({ title: null });
  });

  it("is erased while D1 is away, and leaves the list later", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const { id } = await client.conversations.create({ metadata: { title: "A secret" } });
    await findListed(project, id);
    const stub = openConversationStub(project, id);

    const failing = vi.spyOn(catalogClass, "batch").mockRejectedValue(new Error("D1 is away"));
    await client.conversations.delete(id);
    const gone = await project.fetch(`/conversations/${id}`);
    await abortAllDurableObjects();
    failing.mockRestore();
    await runDurableObjectAlarm(stub);
    await vi.waitUntil(
      async () => (await readRow("listed_conversation", id))?.title === null,
      WAIT,
    );

    expect(gone.status).toBe(404);
    const tables = await vi.waitUntil(
      async () =>
        (await runInDurableObject(
          stub,
          (_object, { storage: { sql } }) =>
            sql.exec("SELECT name FROM sqlite_master WHERE name = 'log'").toArray().length,
        )) === 0,
      WAIT,
    );
    expect(tables).toBe(true);
  });
});

describe("the row of a removed conversation", () => {
  it("rejects a late summary, and goes after a day", async ({ expect }) => {
    const project = await createProject();
    const { id } = await project.client.conversations.create({ metadata: { title: "Late" } });
    await findListed(project, id);
    await project.client.conversations.delete(id);

    await putConversation(
      env.CATALOG,
      project.scope.projectId,
      { id: asId(id), title: "Late", metadata: {}, createdAt: 1, activeAt: 1 },
      1_000,
    ).run();
    const late = await readRow("listed_conversation", id);
    await sweep();
    const sameDay = await readRow("listed_conversation", id);
    await env.CATALOG.prepare("UPDATE listed_conversation SET removed_at = 1 WHERE id = ?")
      .bind(id)
      .run();
    await sweep();

    expect(late?.title).toBeNull();
    expect(sameDay).not.toBeNull();
    expect(await readRow("listed_conversation", id)).toBeNull();
  });
});

function asId(id: string): ConversationId {
  if (!isConversationId(id)) throw new Error(`${id} is no id of a conversation`);
  return id;
}
