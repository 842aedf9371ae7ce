import { describe, it } from "vitest";

import { createLibrary } from "./library.ts";

const QUESTION = "When does the harbour open?";

describe("the sources of an answer", () => {
  it("say which of its files were deleted", async ({ expect }) => {
    const { client, ask, file, fetch } = await createLibrary();
    const response = await client.responses.create({ ...ask, input: QUESTION });
    const path = `/responses/${response.id}/sources`;
    const source = { id: file.id, object: "response.source", filename: "harbour.md" };
    const listed: object = await (await fetch(path)).json();
    expect(listed).toEqual({
      object: "list",
      data: [{ ...source, status: "available", citations: expect.any(Number) }],
    });
    expect(listed).not.toHaveProperty("data.0.citations", 0);

    await client.files.delete(file.id);
    expect(await (await fetch(path)).json()).toMatchObject({
      data: [{ ...source, status: "deleted" }],
    });
  });

  it("are those of a response that exists", async ({ expect }) => {
    const { client, ask, fetch } = await createLibrary();
    const conversation = await client.conversations.create();
    const asked = { ...ask, input: QUESTION, conversation: conversation.id };
    const { id } = await client.responses.create(asked);
    expect((await fetch(`/responses/${id}/sources`)).status).toBe(200);
    await client.conversations.delete(conversation.id);
    expect((await fetch(`/responses/${id}/sources`)).status).toBe(404);
  });

  it("are none for an answer without documents", async ({ expect }) => {
    const { client, fetch } = await createLibrary();
    const { id } = await client.responses.create({ model: "extractive-1", input: "Hello" });
    const listed: object = await (await fetch(`/responses/${id}/sources`)).json();
    expect(listed).toEqual({ object: "list", data: [] });
  });
});
