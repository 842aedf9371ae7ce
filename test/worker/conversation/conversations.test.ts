import { describe, it } from "vitest";

import { createLibrary } from "./library.ts";

describe("an answer from documents", () => {
  it("cites the text of the file, and shows the spans on request", async ({ expect }) => {
    const { client, ask, file } = await createLibrary();
    const input = "When does the harbour open?";

    const plain = await client.responses.create({ ...ask, input });
    const include = ["edgewise.grounding", "file_search_call.results"];
    // The official method's type does not have our extension.
    const rich: unknown = await client.post("/responses", { body: { ...ask, input, include } });

    expect(plain.output_text).toContain("six in the morning");
    expect(plain.output).toMatchObject([
      { type: "file_search_call", status: "completed", results: null },
      { type: "message", content: [{ type: "output_text" }] },
    ]);
    const message = plain.output.find((item) => item.type === "message");
    const [part] = message?.content ?? [];
    expect(part?.type === "output_text" && part.annotations[0]).toEqual({
      type: "file_citation",
      file_id: file.id,
      filename: "harbour.md",
      index: 0,
    });
    expect(rich).toMatchObject({
      grounding: { status: "grounded" },
      output: [{ results: [{ file_id: file.id }] }, { type: "message" }],
    });
    expect(JSON.stringify(rich)).toContain('"quote":"The harbour opens at six in the morning."');
  });

  it("continues in a conversation, whose items are its history", async ({ expect }) => {
    const { client, ask } = await createLibrary();
    const conversation = await client.conversations.create({ metadata: { topic: "harbour" } });

    const first = await client.responses.create({
      ...ask,
      conversation: conversation.id,
      input: "What is the mooring fee?",
    });
    const second = await client.responses.create({
      ...ask,
      conversation: conversation.id,
      input: "And what do members of the sailing club pay?",
    });

    expect(first.conversation).toEqual({ id: conversation.id });
    expect(second.output_text).toContain("half");
    const items = await client.conversations.items.list(conversation.id, { order: "asc" });
    expect(items.data.map((item) => item.type)).toEqual([
      "message",
      "file_search_call",
      "message",
      "message",
      "file_search_call",
      "message",
    ]);
  });

  it("names the response of each item on request, and none for an item that was added", async ({
    expect,
  }) => {
    const { client, ask, fetch } = await createLibrary();
    const { id } = await client.conversations.create({
      items: [{ type: "message", role: "user", content: "I have a boat." }],
    });
    const response = await client.responses.create({
      ...ask,
      conversation: id,
      input: "What is the mooring fee?",
    });
    const path = `/conversations/${id}/items`;
    const list = async (query: string) => await (await fetch(`${path}?order=asc${query}`)).json();
    const items = await client.conversations.items.list(id, { order: "asc" });

    expect(await list("&include=edgewise.response_id")).toMatchObject({
      data: [null, response.id, response.id, response.id].map((owner) => ({
        response_id: owner,
        origin_response_id: null,
      })),
    });
    const one = await fetch(`${path}/${items.data[3]?.id}?include[]=edgewise.response_id`);
    expect(await one.json()).toMatchObject({ response_id: response.id });
    expect(JSON.stringify(await list(""))).not.toContain("response_id");
    expect(
      JSON.stringify(await (await fetch(`${path}/${items.data[0]?.id}`)).json()),
    ).not.toContain("response_id");
  });

  it("forks: two responses follow the same one", async ({ expect }) => {
    const { client, ask } = await createLibrary();
    const root = await client.responses.create({ ...ask, input: "When does the harbour open?" });
    const previous_response_id = root.id;

    const forks = await Promise.all(
      ["When does it close?", "Who needs a pilot?"].map((input) =>
        client.responses.create({ ...ask, input, previous_response_id }),
      ),
    );

    expect(forks.map((fork) => fork.previous_response_id)).toEqual([root.id, root.id]);
    expect(forks[1]?.output_text).toContain("twenty metres");
  });
});
