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

  it("marks the words of its results that match, for whoever asks for them", async ({ expect }) => {
    const { client, fetch } = await createProject();
    const store = await client.vectorStores.create({});
    const { id } = await upload(client, "Die Straße ist für Reiher gesperrt. Herons nest here.");
    await client.vectorStores.files.createAndPoll(store.id, { file_id: id });
    const search = async (include: readonly string[]) => {
      const response = await fetch(`/vector_stores/${store.id}/search`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: ["strasse", "nesting herons"], include }),
      });
      const { data }: { data: readonly [Marked] } = await response.json();
      return data[0];
    };

    const { content, highlights = [] } = await search(["edgewise.highlights"]);
    expect(
      highlights.map((span) => content[0].text.slice(span.start_index, span.end_index)),
    ).toEqual(["Straße", "Herons", "nest"]);
    expect(await search([])).not.toHaveProperty("highlights");
  });
});

/** A result of a search, with the places of its matching words. */
type Marked = {
  readonly content: readonly [{ readonly text: string }];
  readonly highlights?: readonly { readonly start_index: number; readonly end_index: number }[];
};
