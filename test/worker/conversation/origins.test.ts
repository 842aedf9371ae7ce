import { runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { BEFORE_ITEM_ORIGIN, ITEM_ORIGIN } from "../../fakes/before-item-origin.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import { createProject, type TestProject } from "../project.ts";
import { openConversationStub } from "./answering-project.ts";
import { createLibrary } from "./library.ts";

type Owners = Readonly<Record<"id", string>> &
  Readonly<Record<"response_id" | "origin_response_id", string | null>>;

/** Reads the items of a conversation, the first ones first, with the responses that they lead to. */
async function listOwners({ fetch }: TestProject, id: string): Promise<readonly Owners[]> {
  const query = "order=asc&include=edgewise.response_id";
  const { data }: { data: readonly Owners[] } = await (
    await fetch(`/conversations/${id}/items?${query}`)
  ).json();
  return data;
}

const refer = ({ id }: { readonly id: string }) => ({ type: "item_reference", id }) as const;
const ownersOf = (items: readonly Owners[]) =>
  items.map(({ response_id, origin_response_id }) => [response_id, origin_response_id]);

/** Copies all items of a conversation to a new one. */
async function fork(project: TestProject, id: string): Promise<string> {
  const items = (await listOwners(project, id)).map(refer);
  return (await project.client.conversations.create({ items })).id;
}

/** Creates a library with a conversation in which one question was answered: three items. */
async function createTalk() {
  const library = await createLibrary();
  const { client, ask } = library;
  const { id } = await client.conversations.create();
  const input = "What is the mooring fee?";
  const response = await client.responses.create({ ...ask, conversation: id, input });
  return { library, conversation: id, response };
}

describe("a copy of an item", () => {
  it("leads to the response of its original, also from a fork of a fork", async ({ expect }) => {
    const { library, conversation, response } = await createTalk();
    const first = await fork(library, conversation);
    const second = await fork(library, first);
    const copied = [null, response.id];

    expect(ownersOf(await listOwners(library, conversation))).toEqual([
      [response.id, null],
      [response.id, null],
      [response.id, null],
    ]);
    expect(ownersOf(await listOwners(library, first))).toEqual([copied, copied, copied]);
    expect(ownersOf(await listOwners(library, second))).toEqual([copied, copied, copied]);
    const [item] = await listOwners(library, second);
    const one = `/conversations/${second}/items/${item?.id}`;
    const read = async (path: string): Promise<object> => await (await library.fetch(path)).json();
    expect(await read(`${one}?include=edgewise.response_id`)).toMatchObject({
      origin_response_id: response.id,
    });
    expect(await read(one)).not.toHaveProperty("origin_response_id");
  });

  it("has its own response where it was asked again, and the next copy leads there", async ({
    expect,
  }) => {
    const { library, conversation, response } = await createTalk();
    const { client, ask } = library;
    const forked = await fork(library, conversation);
    const [question] = await listOwners(library, forked);
    const input = question ? [refer(question)] : [];
    const again = await client.responses.create({ ...ask, conversation: forked, input });
    expect(again.output_text).toBe(response.output_text);
    const items = await listOwners(library, forked);
    expect(ownersOf(items.slice(3))).toEqual([
      [again.id, response.id],
      [again.id, null],
      [again.id, null],
    ]);

    const next = await listOwners(library, await fork(library, forked));
    expect(ownersOf(next)).toEqual([
      ...Array.from({ length: 3 }, () => [null, response.id]),
      ...Array.from({ length: 3 }, () => [null, again.id]),
    ]);
  });

  it("stays when the original is deleted, and so does the name of its response", async ({
    expect,
  }) => {
    const { library, conversation, response } = await createTalk();
    const { client, fetch } = library;
    const forked = await fork(library, conversation);
    await client.responses.delete(response.id);
    const early = await fork(library, conversation);
    await client.conversations.delete(conversation);

    for (const id of [forked, early]) {
      expect(ownersOf(await listOwners(library, id))).toEqual(
        Array.from({ length: 3 }, () => [null, response.id]),
      );
      const texts = JSON.stringify((await client.conversations.items.list(id)).data);
      expect(texts).toContain(response.output_text);
    }
    expect((await fetch(`/responses/${response.id}`)).status).toBe(404);
    expect((await fetch(`/responses/${response.id}/sources`)).status).toBe(404);
  });

  it("is erased with the name of that response", async ({ expect }) => {
    const { library, conversation } = await createTalk();
    const forked = await fork(library, conversation);
    const [item] = await listOwners(library, forked);
    await library.client.conversations.items.delete(item?.id ?? "", { conversation_id: forked });
    const stub = openConversationStub(library, forked);
    await runInDurableObject(stub, (_object, { storage: { sql } }) => {
      const rows = sql.exec("SELECT body, origin_id FROM item WHERE id = ?", item?.id ?? "");
      expect(rows.toArray()).toEqual([{ body: null, origin_id: null }]);
    });
  });

  it("shows another project neither the conversation nor the response", async ({ expect }) => {
    const { library, conversation, response } = await createTalk();
    const forked = await fork(library, conversation);
    const other = await createProject();
    expect((await other.fetch(`/conversations/${forked}/items`)).status).toBe(404);
    expect((await other.fetch(`/responses/${response.id}`)).status).toBe(404);
  });
});

describe("a conversation of the build before", () => {
  it("opens, keeps its items, and is forked with the responses of its answers", async ({
    expect,
  }) => {
    const { library, conversation, response } = await createTalk();
    const forked = await fork(library, conversation);
    for (const id of [conversation, forked]) {
      const crashed = runInDurableObject(openConversationStub(library, id), async (_o, state) => {
        state.storage.sql.exec(BEFORE_ITEM_ORIGIN);
        state.storage.sql.exec(forgetMigrations(ITEM_ORIGIN));
        await state.storage.sync();
        state.abort("Network connection lost.");
      });
      await crashed.catch(() => {});
    }

    expect(ownersOf(await listOwners(library, conversation))[2]).toEqual([response.id, null]);
    const copies = await listOwners(library, forked);
    expect(ownersOf(copies)).toEqual(Array.from({ length: 3 }, () => [null, null]));
    expect(JSON.stringify(copies)).toContain(response.output_text);
    const again = await listOwners(library, await fork(library, conversation));
    expect(ownersOf(again)).toEqual(Array.from({ length: 3 }, () => [null, response.id]));
  });
});
