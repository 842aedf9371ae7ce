import type OpenAI from "openai";
import { toFile } from "openai";
import { describe, it } from "vitest";

import { createProject } from "../project.ts";

const upload = async (client: OpenAI, text: string, name = "notes.txt") =>
  await client.files.create({ file: await toFile(Buffer.from(text), name), purpose: "assistants" });

describe("a vector store", () => {
  it("indexes a file through the queue and finds its passages", async ({ expect }) => {
    const { client } = await createProject();
    const store = await client.vectorStores.create({});
    const file = await upload(client, "The heron nests in tall trees near the river.");
    const attached = await client.vectorStores.files.createAndPoll(store.id, {
      file_id: file.id,
      attributes: { kind: "bird" },
    });

    expect(attached).toMatchObject({ id: file.id, status: "completed", last_error: null });
    expect((await client.vectorStores.retrieve(store.id)).file_counts.completed).toBe(1);
    const found = await client.vectorStores.search(store.id, {
      query: "Where does the heron nest?",
    });
    expect(found.data[0]).toMatchObject({
      file_id: file.id,
      filename: "notes.txt",
      attributes: { kind: "bird" },
    });
    const content = await client.vectorStores.files.content(file.id, { vector_store_id: store.id });
    expect(content.data[0]?.text).toBe("The heron nests in tall trees near the river.");
    await client.files.delete(file.id);
    expect(
      (await client.vectorStores.search(store.id, { query: "Where does the heron nest?" })).data,
    ).toEqual([]);
  });
});
