import { runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { newItemKey, newKey } from "../../../src/ids.ts";
import { createProject, type TestProject } from "../project.ts";
import { openConversationStub } from "./answering-project.ts";

const MODEL = "extractive-1";
const hello = { role: "user", content: "Why is the sky blue?" } as const;

async function answerOf({ client }: TestProject, store = true) {
  const response = await client.responses.create({ model: MODEL, input: [hello], store });
  const [answer] = response.output;
  if (answer?.type !== "message") throw new Error("The model did not answer");
  return { response, answer };
}

const refer = (id: string) => ({ type: "item_reference", id }) as const;
const next = { role: "user", content: "And at sunset?" } as const;

describe("a reference to an item", () => {
  it("copies items of other responses of the project, for three turns", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const first = await answerOf(project);
    const second = await client.responses.create({
      model: MODEL,
      input: [hello, refer(first.answer.id), next],
    });
    const third = await client.responses.create({
      model: MODEL,
      input: [hello, refer(first.answer.id), next, refer(second.output[0]?.id ?? ""), hello],
    });

    const { data } = await client.responses.inputItems.list(third.id, { order: "asc" });

    expect(data).toHaveLength(5);
    const { id: _first, ...content } = first.answer;
    expect(data[1]).toMatchObject(content);
    const { id: _second, ...answered } = second.output[0] ?? { id: "" };
    expect(data[3]).toMatchObject(answered);
    expect(new Set(data.map(({ id }) => id)).size).toBe(5);
    // A copy belongs to its own response, so it can be referred to when the first one is gone.
    await client.responses.delete(first.response.id);
    const copied = { model: MODEL, input: [refer(data[1]?.id ?? ""), next] };
    expect((await client.responses.create(copied)).status).toBe("completed");
  });

  it("copies items into a conversation and out of it", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const { answer } = await answerOf(project);
    const conversation = await client.conversations.create({ items: [refer(answer.id)] });
    const added = await client.conversations.items.create(conversation.id, {
      items: [refer(answer.id), hello],
    });
    const other = await client.conversations.create({
      items: [refer(added.data[1]?.id ?? "")],
    });

    const [kept] = (await client.conversations.items.list(other.id)).data;

    expect((await client.conversations.items.list(conversation.id)).data).toHaveLength(3);
    expect(kept).toMatchObject({ type: "message", role: "user" });
    const response = await client.responses.create({
      model: MODEL,
      conversation: conversation.id,
      input: [refer(kept?.id ?? ""), next],
    });
    expect(response.status).toBe("completed");
  });

  it.for([
    ["was never stored", async () => `msg_${newItemKey(newKey())}`],
    ["is no id", async () => "msg_1"],
    [
      "belongs to a deleted response",
      async (project: TestProject) => {
        const { response, answer } = await answerOf(project);
        await project.client.responses.delete(response.id);
        return answer.id;
      },
    ],
    [
      "belongs to a response with store: false",
      async (project: TestProject) => (await answerOf(project, false)).answer.id,
    ],
    ["belongs to another project", async () => (await answerOf(await createProject())).answer.id],
  ] as const)("is a 404 that names it when the item %s", async ([, makeId], { expect }) => {
    const project = await createProject();
    const id = await makeId(project);
    const conversation = await project.client.conversations.create();
    const requests = [
      project.client.responses.create({ model: MODEL, input: [hello, refer(id)] }),
      project.client.conversations.create({ items: [hello, refer(id)] }),
      project.client.conversations.items.create(conversation.id, { items: [hello, refer(id)] }),
    ];
    const refusals = await Promise.all(requests.map((one) => one.catch((error: unknown) => error)));
    expect(refusals).toMatchObject([
      { status: 404, param: "input[1].id" },
      { status: 404, param: "items[1].id" },
      { status: 404, param: "items[1].id" },
    ]);
    expect((await project.client.conversations.items.list(conversation.id)).data).toEqual([]);
  });

  it("names how many responses may be referred to", async ({ expect }) => {
    const { client } = await createProject();
    const input = Array.from({ length: 201 }, () => refer(`msg_${newItemKey(newKey())}`));
    await expect(client.responses.create({ model: MODEL, input })).rejects.toMatchObject({
      status: 400,
      param: "input",
      message: expect.stringContaining("at most 200"),
    });
  });
});

describe("a response of the build before", () => {
  it("keeps the ids of its items, which resolve within their conversation", async ({ expect }) => {
    const project = await createProject();
    const { client } = project;
    const conversation = await client.conversations.create();
    const ask = { model: MODEL, conversation: conversation.id };
    const { id, output } = await client.responses.create({ ...ask, input: [hello] });
    // As that build stored it: not marked, and ids with the response's own key only.
    const before = `msg_${id.slice(-24)}00`;
    await runInDurableObject(openConversationStub(project, id), (_object, { storage }) => {
      storage.sql.exec("UPDATE response SET request = json_remove(request, '$.namesOwner')");
      storage.sql.exec(
        "UPDATE item SET id = ?1, body = replace(body, ?2, ?1) WHERE id = ?2",
        before,
        output[0]?.id ?? "",
      );
    });
    const replayed = await client.responses.retrieve(id, { stream: true });
    const ids = new Set<string>();
    for await (const event of replayed) if ("item_id" in event) ids.add(event.item_id);
    expect([...ids]).toEqual([before]);
    const again = await client.responses.create({ ...ask, input: [refer(before), next] });
    expect(again.status).toBe("completed");
    const elsewhere = client.responses.create({ model: MODEL, input: [refer(before)] });
    await expect(elsewhere).rejects.toMatchObject({ status: 404, param: "input[0].id" });
  });
});
