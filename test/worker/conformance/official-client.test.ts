import OpenAI, { toFile } from "openai";
import { describe, it } from "vitest";

import { collect } from "../conversation/collect.ts";
import { createWatchedProject } from "./watched-project.ts";

const TEXT = `# Harbour rules

The harbour opens at six in the morning. It closes at nine in the evening.

The mooring fee is 30 euros a night.
`;
const harbour = (name: string) => toFile(new TextEncoder().encode(TEXT + name), name);
const QUESTION = "When does the harbour open?";
const POLL = { pollIntervalMs: 20 };

describe("the official client", () => {
  it("uploads, attaches, batches, searches and deletes, as the official schemas say", async ({
    expect,
  }) => {
    const { client, faults, asked } = await createWatchedProject();
    const { files, vectorStores } = client;
    const file = await files.create({ file: await harbour("a.md"), purpose: "assistants" });
    await files.retrieve(file.id);
    await collect(await files.list());
    const store = await vectorStores.create({
      name: "harbour",
      expires_after: { anchor: "last_active_at", days: 3 },
      metadata: { a: "b" },
    });
    const attached = await vectorStores.files.createAndPoll(store.id, { file_id: file.id }, POLL);
    const uploaded = await vectorStores.files.uploadAndPoll(store.id, await harbour("b.md"), POLL);
    const batch = await vectorStores.fileBatches.uploadAndPoll(
      store.id,
      { files: [await harbour("c.md")] },
      POLL,
    );
    const broken = await files.create({
      file: await toFile(new Uint8Array([0x25, 0x50, 0x44, 0x46, 0, 1]), "broken.pdf"),
      purpose: "assistants",
    });
    const failed = await vectorStores.files.createAndPoll(store.id, { file_id: broken.id }, POLL);
    await vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: store.id });
    await collect(
      await vectorStores.fileBatches.listFiles(batch.id, { vector_store_id: store.id }),
    );
    await vectorStores.files.update(file.id, {
      vector_store_id: store.id,
      attributes: { year: 2026, open: true, town: "Kiel" },
    });
    await collect(await vectorStores.files.list(store.id));
    const content = await vectorStores.files.content(file.id, { vector_store_id: store.id });
    const found = await vectorStores.search(store.id, {
      query: QUESTION,
      filters: { type: "eq", key: "town", value: "Kiel" },
    });
    await vectorStores.update(store.id, { name: "port" });
    await vectorStores.retrieve(store.id);
    await collect(await vectorStores.list());
    await vectorStores.files.delete(file.id, { vector_store_id: store.id });
    await vectorStores.delete(store.id);
    await files.delete(file.id);

    expect(faults).toEqual([]);
    expect(new Set(asked.map((path) => path.split("/")[1]))).toEqual(
      new Set(["files", "vector_stores"]),
    );
    expect([attached.status, uploaded.status, failed.status]).toEqual([
      "completed",
      "completed",
      "failed",
    ]);
    expect(failed.last_error?.message).toMatch(/\w{4,}/);
    expect(batch).toMatchObject({ status: "completed", file_counts: { completed: 1, total: 1 } });
    expect(content.data[0]).toMatchObject({ text: expect.stringContaining("six in the morning") });
    expect(found.data[0]).toMatchObject({ file_id: file.id });
  });

  it("asks, streams, continues and cancels, as the official schemas say", async ({ expect }) => {
    const { client, faults } = await createWatchedProject();
    const store = await client.vectorStores.create({});
    await client.vectorStores.files.uploadAndPoll(store.id, await harbour("a.md"), POLL);
    const tools = [{ type: "file_search" as const, vector_store_ids: [store.id] }];
    const ask = { model: "extractive-1", input: QUESTION, tools };

    const conversation = await client.conversations.create({ metadata: { a: "b" } });
    const response = await client.responses.create({
      ...ask,
      conversation: conversation.id,
      include: ["file_search_call.results"],
    });
    const followUp = await client.responses.create({
      ...ask,
      input: [{ role: "user", content: "And when does it close?" }],
      conversation: conversation.id,
    });
    const stream = client.responses.stream({ ...ask, store: true });
    const types = (await collect(stream)).map((event) => event.type);
    const final = await stream.finalResponse();
    await collect(await client.responses.create({ ...ask, stream: true, store: false }));
    await client.responses.retrieve(response.id);
    await collect(await client.responses.inputItems.list(response.id));
    const forked = await client.responses.create({ ...ask, previous_response_id: final.id });
    const background = await client.responses.create({ ...ask, background: true });
    await client.responses.cancel(background.id);
    const items = await collect(await client.conversations.items.list(conversation.id));
    await client.conversations.items.create(conversation.id, {
      items: [{ role: "user", content: "hello" }],
    });
    await client.conversations.items.retrieve(items[0]?.id ?? "", {
      conversation_id: conversation.id,
    });
    await client.conversations.update(conversation.id, { metadata: { c: "d" } });
    await client.conversations.retrieve(conversation.id);
    await client.conversations.items.delete(items[0]?.id ?? "", {
      conversation_id: conversation.id,
    });
    await client.conversations.delete(conversation.id);

    expect(faults).toEqual([]);
    expect(response.output_text).toContain("six in the morning");
    expect(followUp.status).toBe("completed");
    expect(forked.previous_response_id).toBe(final.id);
    expect(types.at(0)).toBe("response.created");
    expect(types.at(-1)).toBe("response.completed");
    expect(final.output_text).toContain("six in the morning");
  });

  it("completes chats, embeds and lists models, as the official schemas say", async ({
    expect,
  }) => {
    const { client, faults } = await createWatchedProject();
    const chat = {
      model: "extractive-1",
      messages: [{ role: "user" as const, content: QUESTION }],
      // Members that clients send by default.
      n: 1,
      store: false,
      logprobs: false,
      top_logprobs: 0,
      frequency_penalty: 0,
      presence_penalty: 0,
      user: "me",
    };
    const completion = await client.chat.completions.create(chat);
    const chunks = await collect(
      await client.chat.completions.create({
        ...chat,
        stream: true,
        stream_options: { include_usage: true, include_obfuscation: false },
      }),
    );
    const embed = { model: "hash-1", input: ["harbour", "town"] };
    const floats = await client.embeddings.create({ ...embed, encoding_format: "float" });
    const base64 = await client.embeddings.create({ ...embed, encoding_format: "base64" });
    const decoded = await client.embeddings.create(embed);
    const models = await collect(await client.models.list());
    await client.models.retrieve("extractive-1");

    expect(faults).toEqual([]);
    expect(completion.choices[0]?.message.role).toBe("assistant");
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(0);
    expect(typeof base64.data[0]?.embedding).toBe("string");
    expect(decoded.data[1]?.embedding).toEqual(floats.data[1]?.embedding);
    expect(models.map((model) => model.id)).toEqual(expect.arrayContaining(["extractive-1"]));
  });

  it("throws its typed errors, with helpful messages", async ({ expect }) => {
    const { client } = await createWatchedProject();
    const stranger = client.withOptions({ apiKey: "sk-ew-wrong" });

    await expect(stranger.models.list()).rejects.toThrow(OpenAI.AuthenticationError);
    await expect(client.files.retrieve("file-none")).rejects.toThrow(OpenAI.NotFoundError);
    const refused = client.chat.completions.create({ model: "extractive-1", messages: [], n: 2 });
    await expect(refused).rejects.toThrow(OpenAI.BadRequestError);
    await expect(refused).rejects.toMatchObject({ param: "n", code: "unsupported_parameter" });
    await expect(refused).rejects.toThrow(
      "'n' is not supported: only one choice is generated per request.",
    );
  });
});
