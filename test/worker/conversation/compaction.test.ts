import type OpenAI from "openai";
import { describe, it } from "vitest";

import { newResponseId, newKey } from "../../../src/ids.ts";
import { checkByOpenResponses } from "../../official/both-descriptions.ts";
import { readOfficial } from "../official-description.ts";
import { createProject } from "../project.ts";

const MODEL = "extractive-1";
const said = (content: string) => ({ role: "user", content }) as const;
type Compacted = OpenAI.Responses.CompactedResponse;
type Input = OpenAI.Responses.ResponseInputItem[];
/** The output as input: the client's types know no output that may not be sent back, such as compactions. */
const sendBack = ({ output }: Compacted): Input =>
  output.flatMap((item) => (item.type === "compaction" ? [item] : []));
const description = await readOfficial("openresponses/openapi.json");

describe("POST /v1/responses/compact", () => {
  it("packs the history of a response and further items, which are read as if all were sent", async ({
    expect,
  }) => {
    const { client } = await createProject();
    const first = await client.responses.create({ model: MODEL, input: [said("Is it blue?")] });
    const second = await client.responses.create({
      model: MODEL,
      previous_response_id: first.id,
      input: [said("And green?")],
    });

    const compacted = await client.responses.compact({
      model: MODEL,
      previous_response_id: second.id,
      input: [said("And red?")],
    });
    await client.responses.delete(first.id);
    const third = await client.responses.create({
      model: MODEL,
      input: [...sendBack(compacted), said("And white?")],
    });

    const { data } = await client.responses.inputItems.list(third.id, { order: "asc" });
    const texts = data.map((item) => item.type === "message" && item.content[0]);
    expect(texts).toMatchObject([
      { text: "Is it blue?" },
      { text: first.output_text },
      { text: "And green?" },
      { text: second.output_text },
      { text: "And red?" },
      { text: "And white?" },
    ]);
    expect(compacted).toMatchObject({
      object: "response.compaction",
      output: [{ type: "compaction" }],
    });
    expect(description && checkByOpenResponses(description)("CompactResource", compacted)).toEqual(
      description && [],
    );
  });

  it("packs items that were sent, also compacted and referred ones", async ({ expect }) => {
    const { client } = await createProject();
    const { output } = await client.responses.create({ model: MODEL, input: "Is it blue?" });
    const reference = { type: "item_reference", id: output[0]?.id ?? "" } as const;
    const once = await client.responses.compact({ model: MODEL, input: [said("One."), reference] });
    const twice = await client.responses.compact({
      model: MODEL,
      input: [...sendBack(once), said("Two.")],
    });
    const conversation = await client.conversations.create({ items: sendBack(twice) });
    const { data } = await client.conversations.items.list(conversation.id, { order: "asc" });
    expect(data).toMatchObject([{ role: "user" }, { role: "assistant" }, { role: "user" }]);
  });

  it("names the place in the request, and counts what is unpacked", async ({ expect }) => {
    const { client } = await createProject();
    const three = await client.responses.compact({
      model: MODEL,
      input: [said("One."), said("Two."), said("Three.")],
    });
    const create = (input: Input) => client.responses.create({ model: MODEL, input });
    const missing = { type: "item_reference", id: `msg_${newKey()}` } as const;
    await expect(create([...sendBack(three), missing])).rejects.toMatchObject({
      status: 404,
      param: "input[1].id",
    });
    const many = Array.from({ length: 700 }, () => sendBack(three)).flat();
    await expect(create(many)).rejects.toMatchObject({ status: 400, param: "input" });
    const large = await client.responses.compact({
      model: MODEL,
      input: [1, 2, 3].map(() => said("x".repeat(1_500_000))),
    });
    await expect(create([...sendBack(large), ...sendBack(large)])).rejects.toMatchObject({
      status: 413,
      param: "input[1]",
    });
  });

  it("finds items of the conversation, and refuses two histories", async ({ expect }) => {
    const { client } = await createProject();
    const conversation = await client.conversations.create({ items: [said("Is it blue?")] });
    const [item] = (await client.conversations.items.list(conversation.id)).data;
    const response = await client.responses.create({ model: MODEL, input: "Is it?" });
    const count = (body: object) => client.responses.inputTokens.count({ model: MODEL, ...body });
    const reference = { type: "item_reference", id: item?.id ?? "" } as const;
    const place = { conversation: conversation.id };
    const twice = await count({ ...place, input: [reference] });
    expect(twice.input_tokens).toBeGreaterThan((await count(place)).input_tokens);
    await expect(count({ ...place, previous_response_id: response.id })).rejects.toMatchObject({
      status: 400,
      param: "previous_response_id",
    });
  });

  it.for([
    [{ previous_response_id: newResponseId(newKey()) }, 404, "previous_response_id"],
    [{ input: [{ type: "compaction", encrypted_content: "gAAA" }] }, 400, "input[0]"],
    [{ input: [{ type: "compaction", encrypted_content: "ew1.AAAA" }] }, 400, "input[0]"],
    [{ input: [{ type: "item_reference", id: "msg_1" }] }, 404, "input[0].id"],
  ] as const)("refuses %j with %i", async ([body, status, param], { expect }) => {
    const { client } = await createProject();
    const made = client.post("/responses/compact", { body: { model: MODEL, ...body } });
    await expect(made).rejects.toMatchObject({ status, param });
  });
});

describe("POST /v1/responses/input_tokens", () => {
  it("counts the input, the history, the instructions and the functions", async ({ expect }) => {
    const { client } = await createProject();
    const count = async (body: object) =>
      (await client.responses.inputTokens.count({ model: MODEL, ...body })).input_tokens;
    const input = "Is the sky blue at noon?";
    const plain = await count({ input });
    const response = await client.responses.create({ model: MODEL, input });
    const tool = { type: "function", name: "look_up", parameters: { type: "object" } };

    expect(plain).toBeGreaterThan(6);
    expect(await count({ input: `${input} ${input}` })).toBeGreaterThan(plain + 5);
    expect(await count({ input, instructions: "Be brief, please." })).toBeGreaterThan(plain + 3);
    expect(await count({ input, tools: [tool] })).toBeGreaterThan(plain + 5);
    expect(await count({ input, previous_response_id: response.id })).toBeGreaterThan(plain + 10);
    expect(await count({ previous_response_id: response.id })).toBeGreaterThan(plain);
  });
});
