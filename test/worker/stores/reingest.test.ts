import { toFile } from "openai";
import { describe, it } from "vitest";

import { createProject } from "../project.ts";

async function createStore() {
  const { client } = await createProject();
  const { id } = await client.vectorStores.create({});
  const add = async (bytes: Uint8Array, name: string) => {
    const file = await client.files.create({
      file: await toFile(bytes, name),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(id, { file_id: file.id });
    return file.id;
  };
  const search = (query: string) => client.vectorStores.search(id, { query });
  return { client, id, add, search };
}

describe("POST /v1/vector_stores/{vector_store_id}/files/{file_id}/reingest", () => {
  it("reads a file again that has failed, and all files with the same bytes", async ({
    expect,
  }) => {
    const { client, id, add, search } = await createStore();
    const bytes = Buffer.from("Otters swim.");
    const [first, second] = [await add(bytes, "a.txt"), await add(bytes, "b.txt")];
    const failed = await add(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]), "a.png");
    for (const fileId of [second, failed]) {
      expect(await client.post(`/vector_stores/${id}/files/${fileId}/reingest`)).toMatchObject({
        status: "in_progress",
      });
      // A repeated request changes nothing.
      await client.post(`/vector_stores/${id}/files/${fileId}/reingest`);
    }
    expect(await search("otters")).toMatchObject({ data: [{ file_id: first }] });
    for (const [fileId, status] of [
      [first, "completed"],
      [second, "completed"],
      [failed, "failed"],
    ] as const) {
      const file = await client.vectorStores.files.poll(id, fileId);
      expect(file.status).toBe(status);
    }
    expect(await client.vectorStores.retrieve(id)).toMatchObject({
      file_counts: { completed: 2, failed: 1, in_progress: 0, total: 3 },
    });
  });

  it("does not know a file that is not attached", async ({ expect }) => {
    const { client, id } = await createStore();
    await expect(
      client.post(`/vector_stores/${id}/files/file-unknown/reingest`),
    ).rejects.toMatchObject({ status: 404 });
  });
});
