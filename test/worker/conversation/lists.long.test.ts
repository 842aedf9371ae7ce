import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, it, vi } from "vitest";

import { newKey, newResponseId } from "../../../src/ids.ts";
import { createProject } from "../project.ts";
import { createAnsweringProject, openConversationStub } from "./answering-project.ts";
import {
  catalogClass,
  detail,
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

describe("the list of conversations", () => {
  it("shows each by its first question, the newest first, in pages", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const first = await client.conversations.create({ metadata: { topic: "tides" } });
    const second = await client.conversations.create();
    const question = `When  does\nthe ${"very ".repeat(30)}old harbour open?`;
    await client.responses.create({ model: MODEL, input: question, conversation: second.id });
    await client.responses.create({ model: MODEL, input: "And close?", conversation: second.id });

    const { title, last_active_at: activeAt } = await findListed(
      project,
      second.id,
      (c) => !!c.title,
    );
    await findListed(project, first.id);
    const page = await listConversations(project, "?limit=1");
    const rest = await listConversations(project, `?limit=1&after=${page.last_id}`);

    expect(title).toMatch(/^When does the very very .* very…$/);
    expect(title?.length).toBeLessThanOrEqual(80);
    expect(activeAt).toBeGreaterThanOrEqual(second.created_at);
    expect(page).toMatchObject({ data: [{ id: second.id }], has_more: true });
    expect(rest).toMatchObject({
      data: [{ id: first.id, title: null, metadata: { topic: "tides" } }],
      has_more: false,
    });
  });

  it("prefers the title in the metadata, and follows its changes", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const { id } = await client.conversations.create({
      items: [{ type: "message", role: "user", content: "When does it open?" }],
    });

    const before = await findListed(project, id);
    await client.conversations.update(id, { metadata: { title: "The harbour" } });
    const after = await findListed(project, id, ({ title }) => title === "The harbour");

    expect(before.title).toBe("When does it open?");
    expect(after.metadata).toEqual({ title: "The harbour" });
  });

  it("takes the title from items that are added later, and lets go of erased ones", async ({
    expect,
  }) => {
    const project = await createProject();
    const { client } = project;
    const { id } = await client.conversations.create();
    await findListed(project, id);
    const { data } = await client.conversations.items.create(id, {
      items: [{ type: "message", role: "user", content: "A secret question" }],
    });
    await findListed(project, id, ({ title }) => title === "A secret question");

    await client.conversations.items.delete(data[0]?.id ?? "", { conversation_id: id });
    await findListed(project, id, ({ title }) => title === null);

    expect((await readRow("listed_conversation", id))?.title).toBeNull();
  });

  it("costs an answer no query, and writes a busy conversation once", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const { id } = await client.conversations.create();
    await client.responses.create({ model: MODEL, input: "The first one?", conversation: id });
    await findListed(project, id, ({ title }) => title !== null);
    const before = await readRow("listed_conversation", id);
    const prepare = vi.spyOn(catalogClass, "prepare");

    for (const input of ["And then?", "And then?", "And then?"]) {
      await client.responses.create({ model: MODEL, input, conversation: id });
    }
    const asked = prepare.mock.calls.length;
    prepare.mockRestore();
    await new Promise((resolve) => setTimeout(resolve, 2_500));

    expect(asked).toBe(0);
    expect(await readRow("listed_conversation", id)).toEqual(before);
    const alarm = await runInDurableObject(openConversationStub(project, id), (_object, state) =>
      state.storage.getAlarm(),
    );
    expect(alarm).toBeGreaterThan(Date.now() + 500_000);
    expect(alarm).toBeLessThan(Date.now() + 600_000);
  });

  it("is written after a crash, and after D1 was away", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const crashed = await client.conversations.create();
    await abortAllDurableObjects();
    await findListed(project, crashed.id);

    const failing = vi.spyOn(catalogClass, "batch").mockRejectedValue(new Error("D1 is away"));
    const { id } = await client.conversations.create();
    await vi.waitUntil(() => failing.mock.calls.length > 0, WAIT);
    const meanwhile = await readRow("listed_conversation", id);
    failing.mockRestore();
    await findListed(project, id);

    expect(meanwhile).toBeNull();
  });

  it("is written although one write has failed for another reason", async ({ expect }) => {
    const project = await createProject();
    const failing = vi.spyOn(catalogClass, "prepare").mockImplementation(() => {
      throw new Error("It is broken");
    });
    const stub = env.CONVERSATIONS.getByName(`broken-${crypto.randomUUID()}`);
    const id = `conv_${newKey()}` as const;
    await stub.create({ id, metadata: {}, createdAt: 1, policy: null }, [], null, project.scope);
    await vi.waitUntil(() => failing.mock.calls.length > 0, WAIT);
    failing.mockRestore();

    expect(await findListed(project, id)).toMatchObject({ title: null });
  });

  it("shows a conversation of an earlier build when it is used", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const { id } = await client.conversations.create();
    await client.responses.create({ model: MODEL, input: "Of before?", conversation: id });
    await findListed(project, id, ({ title }) => title !== null);
    const stub = openConversationStub(project, id);
    await runInDurableObject(stub, async (_object, { storage }) => {
      storage.kv.delete("listing");
      await storage.deleteAlarm();
    });
    await env.CATALOG.prepare("DELETE FROM listed_conversation WHERE id = ?").bind(id).run();
    await abortAllDurableObjects();

    await client.conversations.retrieve(id);
    const listed = await findListed(project, id);

    expect(listed.title).toBe("Of before?");
  });
});

describe("the list of responses in the background", () => {
  it("shows how each one is, by its status", async ({ expect }) => {
    const project = await createAnsweringProject();
    const { client } = project;
    const wait = await project.save({ hold: { use: "signal@1", with: { name: "go" } } });
    const foreground = await client.responses.create({ model: MODEL, input: "In front?" });
    const done = await client.responses.create({
      model: MODEL,
      input: "Behind?",
      background: true,
    });
    const held = await client.responses.create({
      model: MODEL,
      input: "For how long?",
      background: true,
      ...wait,
    });

    const ended = await findResponse(project, done.id, "completed");
    const open = await findResponse(project, held.id, "in_progress");
    await client.responses.cancel(held.id);
    const cancelled = await findResponse(project, held.id, "cancelled");
    const all = await listResponses(project);
    const { data } = await listResponses(project, `?after=${held.id}`);

    expect(ended).toMatchObject({ title: "Behind?", workflow: null, error: null });
    expect(ended.ended_at).not.toBeNull();
    expect(open).toMatchObject({ workflow: wait.workflow, ended_at: null });
    expect(cancelled.ended_at).not.toBeNull();
    expect(all.data.map(({ id }) => id)).not.toContain(foreground.id);
    expect(all.data.map(({ id }) => id).toSorted()).toEqual([done.id, held.id].toSorted());
    expect(data.length + (await listResponses(project, `?before=${held.id}`)).data.length).toBe(1);
  });

  it("says why one failed, and forgets one that is deleted", async ({ expect }) => {
    const project = await createAnsweringProject();
    const { client } = project;
    const broken = await project.save({
      check: {
        use: "rules@1",
        with: {
          text: "We guarantee it.",
          on_violation: "fail",
          rules: [{ id: "promises", kind: "forbidden_phrase", phrases: ["guarantee"] }],
        },
      },
    });
    const { id } = await client.responses.create({
      model: MODEL,
      input: "Why?",
      background: true,
      ...broken,
    });

    const failed = await findResponse(project, id, "failed");
    await client.responses.delete(id);
    await vi.waitUntil(async () => (await listResponses(project)).data.length === 0, WAIT);

    expect(failed.error?.message).toContain("failed at check");
    expect(await readRow("listed_response", id)).toMatchObject({ title: null, error: null });
  });

  it("belongs to its project", async ({ expect }) => {
    const [owner, stranger] = [await createProject(), await createProject()];
    const { id: conversation } = await owner.client.conversations.create();
    const { id } = await owner.client.responses.create({
      model: MODEL,
      input: "Mine?",
      background: true,
      conversation,
    });
    await findResponse(owner, id, "completed");
    await findListed(owner, conversation);

    const foreign = await stranger.fetch(`/background_responses?after=${id}`);
    const unknownId = newResponseId(newKey());
    const unknown = await stranger.fetch(`/background_responses?after=${unknownId}`);

    expect((await listConversations(stranger)).data).toEqual([]);
    expect((await listResponses(stranger)).data).toEqual([]);
    expect(foreign.status).toBe(400);
    expect(await detail(foreign, id)).toBe(await detail(unknown, unknownId));
  });
});
