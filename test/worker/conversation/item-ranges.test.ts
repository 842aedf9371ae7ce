import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, it } from "vitest";

import { ItemTables } from "../../../durable-objects/conversation/tables/item-tables.ts";
import { isResponseId } from "../../../src/ids.ts";
import { BEFORE_ITEM_ORIGIN, ITEM_ORIGIN } from "../../fakes/before-item-origin.ts";
import { BEFORE_ITEM_RANGES, ITEM_RANGES } from "../../fakes/before-item-ranges.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";
import type { TestProject } from "../project.ts";
import {
  countRows,
  createAnsweringProject,
  openConversationStub,
  useScriptedModel,
} from "./answering-project.ts";
import { background, createTalk, HELD } from "./talk.ts";

/** Responses whose range is not that of their items. */
const WRONG = `SELECT r.id, r.first_seq, r.last_seq FROM response r WHERE r.status <> 'deleted'
  AND (r.first_seq, r.last_seq) IS NOT (SELECT min(seq), max(seq) FROM item i WHERE i.response_id = r.id)`;

const listWrongRanges = (project: TestProject, id: string) =>
  runInDurableObject(openConversationStub(project, id), (_object, { storage: { sql } }) =>
    sql.exec(WRONG).toArray(),
  );

/** Changes an object to one of the build before, and restarts it. */
async function takeBack(project: TestProject, id: string): Promise<void> {
  const stub = openConversationStub(project, id);
  const crashed = runInDurableObject(stub, async (_object, state) => {
    state.storage.sql.exec(`${BEFORE_ITEM_ORIGIN} ${BEFORE_ITEM_RANGES}`);
    state.storage.sql.exec(forgetMigrations(ITEM_RANGES, ITEM_ORIGIN));
    await state.storage.sync();
    state.abort("Network connection lost.");
  });
  await crashed.catch(() => {});
}

const message = (content: string) => ({ type: "message", role: "user", content });

beforeAll(() => useScriptedModel("item ranges"));

const two = (name: string) => [message(`${name} 1`), message(`${name} 2`)];

describe("the range of a response's items", () => {
  it("is found in a conversation of the build before, whose turns go on", async ({ expect }) => {
    const talk = await createTalk();
    const { client } = talk.project;
    const early = await talk.send("zero");
    const first = await talk.begin();
    const added = { type: "message", role: "user", content: "aside" } as const;
    await client.conversations.items.create(talk.conversation, { items: [added] });
    const second = await talk.send("two", background);
    const unheard = await talk.send("never", background);
    await takeBack(talk.project, talk.conversation);

    expect(await listWrongRanges(talk.project, talk.conversation)).toEqual([]);
    expect((await client.responses.inputItems.list(early.id)).data).toHaveLength(1);
    expect((await talk.read(early.id)).output_text).toBe("zero after 0");
    await client.responses.delete(unheard.id);
    await talk.decide(first);
    await talk.untilStatus(second.id, "completed");

    const said = ["zero", "zero after 0", "one", "aside", "one after 2", "two", "two after 5"];
    expect(await talk.texts()).toEqual(said);
    expect((await talk.send("three")).output_text).toBe("three after 7");
    expect(await listWrongRanges(talk.project, talk.conversation)).toEqual([]);
    await client.conversations.delete(talk.conversation);
    expect(await countRows(talk.project, talk.conversation)).toEqual({});
  });

  it("leaves out the items of others that came in between", async ({ expect }) => {
    const project = await createAnsweringProject();
    const { client, save, post, until } = project;
    const value = "${ input.question } after ${ string(size(input.history)) }";
    const held = await save(HELD, value);
    const body = { model: "extractive-1", ...held, background: true };
    const begin = async (previous: object, name: string) => {
      const request = { ...body, ...previous, input: two(name) };
      const { id }: { id: string } = await (await post("/responses", request)).json();
      await until(id, (run) => run.waiting_for.length > 0);
      return id;
    };
    const decide = async (id: string) => {
      const decided = { payload: true, actor: "ann", reason: "fine" };
      await post(`/runs/${id}/signals/approval`, decided);
      await until(id, (run) => run.status === "completed");
    };
    const root = await begin({}, "root");
    await decide(root);
    const [left, right] = [
      await begin({ previous_response_id: root }, "left"),
      await begin({ previous_response_id: root }, "right"),
    ];
    await decide(left);
    await decide(right);

    expect(await listWrongRanges(project, root)).toEqual([]);
    const inputOf = async (id: string, query = {}) => {
      const { data } = await client.responses.inputItems.list(id, { order: "asc", ...query });
      const texts = data.flatMap((item) =>
        item.type === "message"
          ? item.content.map((part) => ("text" in part ? part.text : ""))
          : [],
      );
      return { ids: data.map(({ id: item }) => item ?? ""), texts };
    };
    const [ofLeft, ofRight] = [await inputOf(left), await inputOf(right)];
    expect(ofLeft.texts).toEqual(["left 1", "left 2"]);
    expect(ofRight.texts).toEqual(["right 1", "right 2"]);
    expect((await inputOf(left, { after: ofLeft.ids[0] })).texts).toEqual(["left 2"]);
    expect((await inputOf(left, { before: ofLeft.ids[1] })).texts).toEqual(["left 1"]);

    // Root's three items, right's three, and the first message of its own two.
    const next = await begin({ previous_response_id: right }, "next");
    await decide(next);
    expect((await client.responses.retrieve(next)).output_text).toBe("next 2 after 7");
    await client.responses.delete(left);
    expect((await inputOf(right)).texts).toEqual(["right 1", "right 2"]);
    expect((await client.responses.retrieve(right)).output_text).toBe("right 2 after 4");
  });

  it("ends before the output of an answer that is made again", async ({ expect }) => {
    const talk = await createTalk();
    const { id } = await talk.send("one");
    const stub = openConversationStub(talk.project, talk.conversation);
    await runInDurableObject(stub, (_object, { storage: { sql } }) => {
      const items = new ItemTables(sql);
      if (!isResponseId(id)) throw new Error(id);
      const whole = items.range(id);
      items.eraseOutput(id);
      expect(items.range(id)).toEqual({ first: whole?.first, last: whole?.first });
      expect(items.listOwn(id, "input")).toHaveLength(1);
      expect(items.listOwn(id, "output")).toEqual([]);
    });
    expect(await listWrongRanges(talk.project, talk.conversation)).toEqual([]);
  });
});
