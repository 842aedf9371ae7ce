import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { describe, it } from "vitest";

import { bytesKey } from "../../../src/knowledge/scope.ts";
import { createProject } from "../project.ts";

async function createStore() {
  const { client, scope } = await createProject();
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
  const reingest = (fileId: string): Promise<unknown> =>
    client.post(`/vector_stores/${id}/files/${fileId}/reingest`);
  /** Replaces the bytes of a file, as an extraction that became stricter would see others. */
  const replace = (fileId: string, bytes: Uint8Array) =>
    env.FILES.put(bytesKey(scope.projectId, `file-${fileId.slice(5)}`), bytes);
  return { client, id, add, search, reingest, replace };
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

  it("keeps the text that was read before if the file is refused, and says so", async ({
    expect,
  }) => {
    const { client, id, add, search, reingest, replace } = await createStore();
    const text = Buffer.from("Otters swim.");
    const [fileId, other] = [await add(text, "a.txt"), await add(text, "b.txt")];
    for (let time = 0; time < 2; time++) {
      await replace(fileId, Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10]));
      await reingest(fileId);
      const refused = await client.vectorStores.files.poll(id, fileId);
      expect(refused).toMatchObject({
        status: "failed",
        last_error: {
          code: "unsupported_file",
          message: expect.stringMatching(
            /is an image.*The text that was read before is still searched\.$/,
          ),
        },
      });
      expect(refused.usage_bytes).toBeGreaterThan(0);
      expect(await search("otters")).toMatchObject({
        data: [{ content: [{ text: "Otters swim." }] }],
      });
    }
    await replace(fileId, Buffer.from("Otters dive."));
    await reingest(other);
    for (const one of [fileId, other]) {
      expect(await client.vectorStores.files.poll(id, one)).toMatchObject({
        status: "completed",
        last_error: null,
      });
    }
    expect(await search("otters")).toMatchObject({
      data: [{ content: [{ text: "Otters dive." }] }],
    });
    await client.vectorStores.files.delete(fileId, { vector_store_id: id });
    await client.vectorStores.files.delete(other, { vector_store_id: id });
    expect((await search("otters")).data).toEqual([]);
    expect(await client.vectorStores.retrieve(id)).toMatchObject({ usage_bytes: 0 });
  });

  it("keeps it if the reading is cancelled", async ({ expect }) => {
    const { client, id, add, search, reingest } = await createStore();
    const fileId = await add(Buffer.from("Otters swim."), "a.txt");
    const batch = await client.vectorStores.fileBatches.createAndPoll(id, { file_ids: [fileId] });
    await reingest(fileId);
    await client.vectorStores.fileBatches.cancel(batch.id, { vector_store_id: id });
    expect(await client.vectorStores.files.poll(id, fileId)).toMatchObject({ status: "completed" });
    expect(await search("otters")).toMatchObject({
      data: [{ content: [{ text: "Otters swim." }] }],
    });
  });
});
