import { describe, it, vi } from "vitest";

import { ModelUnavailable } from "../../../src/model-unavailable.ts";
import { hash1 } from "../../../src/retrieval/hash-embedding.ts";
import { createProject } from "../project.ts";
import { collect } from "./collect.ts";
import { createLibrary } from "./library.ts";

const QUESTION = { model: "extractive-1", input: "Why is the sky blue?" };

describe("/v1/conversations", () => {
  it("keeps items: added, listed by pages, fetched and deleted one by one", async ({ expect }) => {
    const { client } = await createProject();
    const conversation = await client.conversations.create({
      items: [{ type: "message", role: "user", content: "one" }],
    });
    const { id } = conversation;

    const added = await client.conversations.items.create(id, {
      items: ["two", "three"].map((content) => ({ type: "message", role: "user", content })),
    });
    const [two] = added.data;
    const item = await client.conversations.items.retrieve(two?.id ?? "", { conversation_id: id });
    await client.conversations.items.delete(two?.id ?? "", { conversation_id: id });
    const page = await client.conversations.items.list(id, { limit: 1, order: "asc" });

    expect(item).toMatchObject({ role: "user", content: [{ type: "input_text", text: "two" }] });
    expect(page).toMatchObject({ has_more: true, data: [{ content: [{ text: "one" }] }] });
    const texts = (await collect(page)).map((one) => one.type === "message" && one.content);
    expect(texts).toMatchObject([[{ text: "one" }], [{ text: "three" }]]);
  });

  it("is erased with all its responses when it is deleted", async ({ expect }) => {
    const { client, fetch } = await createProject();
    const { id } = await client.conversations.create();
    await client.conversations.update(id, { metadata: { a: "b" } });
    const response = await client.responses.create({ ...QUESTION, conversation: id });

    expect(await client.conversations.retrieve(id)).toMatchObject({ metadata: { a: "b" } });
    expect(await client.conversations.delete(id)).toEqual({
      id,
      object: "conversation.deleted",
      deleted: true,
    });
    expect((await fetch(`/conversations/${id}`)).status).toBe(404);
    expect((await fetch(`/responses/${response.id}`)).status).toBe(404);
  });
});

describe("the reasons to refuse a response", () => {
  const cases = [
    [{ previous_response_id: "resp_none" }, 404, "previous_response_id"],
    [{ conversation: "conv_none" }, 404, "conversation"],
    [{ conversation: "conv_a", previous_response_id: "resp_b" }, 400, "previous_response_id"],
    [{ model: "gpt-none" }, 404, "model"],
    [{ prompt: { id: "pmpt_1" } }, 400, "prompt"],
    [{ nonsense: 1 }, 400, "nonsense"],
    [
      { tools: [{ type: "file_search", vector_store_ids: ["vs_none"] }] },
      404,
      "tools[0].vector_store_ids",
    ],
  ] as const;
  it.for(cases)("%j", async ([change, status, param], { expect }) => {
    const { fetch } = await createProject();

    const refused = await fetch("/responses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...QUESTION, ...change }),
    });

    expect(refused.status).toBe(status);
    expect(await refused.json()).toMatchObject({ error: { param } });
  });

  it("cancelling what does not run in the background", async ({ expect }) => {
    const { client } = await createProject();
    const response = await client.responses.create(QUESTION);

    await expect(client.responses.cancel(response.id)).rejects.toMatchObject({
      status: 400,
      code: "response_not_cancellable",
    });
  });
});

describe("an answer whose file search was only lexical", () => {
  it("reports it in the body and in a header, with the model that answered", async ({ expect }) => {
    const { fetch, ask } = await createLibrary();
    const embed = vi.spyOn(hash1, "embed");
    embed.mockRejectedValue(
      new ModelUnavailable("circuit_open", "It has failed too often lately."),
    );
    const post = async (path: string, body: object) =>
      await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    const question = "When does the harbour open?";
    const answered = await post("/responses", { ...ask, input: question });
    const ids = ask.tools.flatMap((tool) => tool.vector_store_ids);
    const completed = await post("/chat/completions", {
      model: ask.model,
      messages: [{ role: "user", content: question }],
      file_search: { vector_store_ids: ids },
    });
    embed.mockRestore();

    expect(answered.headers.get("x-edgewise-degraded")).toBe("circuit_open");
    expect(await answered.json()).toMatchObject({
      status: "completed",
      model: "extractive-1",
      degraded: { from: "file_search", reason: "circuit_open" },
    });
    expect(completed.headers.get("x-edgewise-degraded")).toBe("circuit_open");
  });
});

describe("the older endpoints on the same engine", () => {
  it("answers chat completions, whole and in chunks", async ({ expect }) => {
    const { client } = await createProject();
    const messages = [{ role: "user" as const, content: "Why is the sky blue?" }];

    const whole = await client.chat.completions.create({ model: "extractive-1", messages });
    const chunks = await collect(
      await client.chat.completions.create({
        model: "extractive-1",
        messages,
        stream: true,
        stream_options: { include_usage: true },
      }),
    );

    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(text).not.toBe("");
    expect(chunks.at(-1)?.usage).toEqual(whole.usage);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe("stop");
  });

  it("embeds, as floats and as base64 alike", async ({ expect }) => {
    const { client } = await createProject();
    const request = { model: "hash-1", input: ["a harbour", "a boat"] };

    const decoded = await client.embeddings.create(request);
    const floats = await client.embeddings.create({ ...request, encoding_format: "float" });

    expect(decoded.data[1]?.embedding).toEqual(floats.data[1]?.embedding);
    expect(floats.data).toHaveLength(2);
    expect(floats.usage.total_tokens).toBeGreaterThan(0);
  });

  it("lists the models", async ({ expect }) => {
    const { client } = await createProject();

    const models = await collect(client.models.list());

    expect(models.map((model) => model.id)).toEqual(
      expect.arrayContaining(["extractive-1", "hash-1"]),
    );
    expect(await client.models.retrieve("hash-1")).toMatchObject({ object: "model" });
  });
});
