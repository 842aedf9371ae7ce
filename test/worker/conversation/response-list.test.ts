import { describe, it } from "vitest";
import { z } from "zod";

import { background, createTalk, type Talk } from "./talk.ts";

const Listed = z.object({
  data: z.array(
    z.strictObject({
      id: z.string(),
      object: z.literal("response"),
      status: z.string(),
      background: z.boolean(),
      created_at: z.number(),
      ended_at: z.number().nullable(),
    }),
  ),
  has_more: z.boolean(),
  last_id: z.string(),
});
const Version = z.object({ version: z.string() });

const list = async ({ project, conversation }: Talk, query = "") =>
  Listed.parse(
    await (await project.fetch(`/conversations/${conversation}/responses${query}`)).json(),
  );
const statuses = async (talk: Talk) =>
  (await list(talk, "?order=asc")).data.map(({ status }) => status);
const version = async ({ project, conversation }: Talk) =>
  Version.parse(await (await project.fetch(`/conversations/${conversation}`)).json()).version;

const ids = (page: z.infer<typeof Listed>) => page.data.map(({ id }) => id);

describe("the responses of a conversation", () => {
  it("are listed whatever their status, the newest first", async ({ expect }) => {
    const talk = await createTalk();
    const done = await talk.send("zero");
    const held = await talk.begin();
    const waiting = await talk.send("two", background);
    const { data } = await list(talk);

    expect(data.map(({ id, status, ended_at: end }) => [id, status, end === null])).toEqual([
      [waiting.id, "queued", true],
      [held, "in_progress", true],
      [done.id, "completed", false],
    ]);
    expect(data.map((response) => response.background)).toEqual([true, true, false]);

    await talk.project.client.responses.cancel(held);
    await talk.untilStatus(waiting.id, "completed");
    expect(await statuses(talk)).toEqual(["completed", "cancelled", "completed"]);
  });

  it("keep the question of one that was cancelled, which the conversation does not have", async ({
    expect,
  }) => {
    const talk = await createTalk();
    const { responses } = talk.project.client;
    const id = await talk.begin();
    await responses.cancel(id);

    expect(await talk.texts()).toEqual([]);
    expect((await list(talk)).data).toMatchObject([{ id, status: "cancelled" }]);
    const { data } = await responses.inputItems.list(id);
    expect(data).toMatchObject([{ content: [{ text: "one" }] }]);
  });

  it("leave nothing in the conversation when one that was cancelled is deleted", async ({
    expect,
  }) => {
    const talk = await createTalk();
    const { responses } = talk.project.client;
    const id = await talk.begin();
    await responses.cancel(id);
    await responses.delete(id);
    const open = await talk.begin();
    await responses.delete(open);

    expect(await talk.texts()).toEqual([]);
    expect((await list(talk)).data).toEqual([]);
    await talk.send("two");
    expect(await talk.texts()).toEqual(["two", "two after 0"]);
  });

  it("come in pages, in both orders", async ({ expect }) => {
    const talk = await createTalk();
    const made: string[] = [];
    // The ids of requests with keys derive from the keys, and do not sort by time.
    for (const idempotencyKey of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
      const { responses } = talk.project.client;
      made.push((await responses.create(talk.ask("Hm?"), { idempotencyKey })).id);
    }
    const first = await list(talk, "?limit=5");
    const rest = await list(talk, `?limit=5&after=${first.last_id}`);
    const between = await list(talk, `?order=asc&after=${made[0]}&before=${made[2]}`);

    expect(ids(first)).toEqual(made.toReversed().slice(0, 5));
    expect(first.has_more).toBe(true);
    expect(ids(rest)).toEqual(made.toReversed().slice(5));
    expect(rest.has_more).toBe(false);
    expect(ids(between)).toEqual([made[1]]);
  });

  it("do not contain deleted ones, nor those that are not stored", async ({ expect }) => {
    const talk = await createTalk();
    const { id } = await talk.send("one");
    await talk.send("two", { store: false, ...background });
    const kept = await talk.send("three");
    await talk.project.client.responses.delete(id);

    expect((await list(talk)).data.map((response) => response.id)).toEqual([kept.id]);
  });

  it("refuse a cursor that is no id of a response", async ({ expect }) => {
    const { project, conversation } = await createTalk();
    const response = await project.fetch(`/conversations/${conversation}/responses?after=msg_1`);

    expect(response.status).toBe(400);
  });
});

describe("the version of a conversation", () => {
  it("changes with its items, its responses and its metadata, and with nothing else", async ({
    expect,
  }) => {
    const talk = await createTalk();
    const { client } = talk.project;
    const { conversation } = talk;
    const seen = [await version(talk)];
    const note = async () => void seen.push(await version(talk));
    const say = { type: "message" as const, role: "user" as const, content: "More" };
    await client.conversations.update(conversation, { metadata: { topic: "tides" } });
    await note();
    await client.conversations.items.create(conversation, { items: [say] });
    await note();
    const { data } = await client.conversations.items.create(conversation, { items: [say] });
    await note();
    await client.conversations.items.delete(data[0]?.id ?? "", { conversation_id: conversation });
    await note();
    const id = await talk.begin();
    await note();
    await client.responses.cancel(id);
    await note();
    await client.responses.delete(id);
    await note();
    await talk.send("two");
    await note();
    const last = await version(talk);
    await talk.texts();
    await list(talk);

    expect(new Set(seen).size).toBe(seen.length);
    expect(await version(talk)).toBe(last);
  });
});
