import { toFile } from "openai";
import { describe, it } from "vitest";

import { newId } from "../../../src/ids.ts";
import { createProject } from "../project.ts";

describe("/v1/vector_stores", () => {
  it("creates, shows, lists, changes and deletes a store", async ({ expect }) => {
    const { client } = await createProject();
    const store = await client.vectorStores.create({
      name: "Docs",
      metadata: { team: "a" },
      expires_after: { anchor: "last_active_at", days: 2 },
    });

    expect(store).toMatchObject({
      object: "vector_store",
      name: "Docs",
      status: "completed",
      metadata: { team: "a" },
      expires_at: (store.last_active_at ?? 0) + 2 * 86_400,
      file_counts: { total: 0 },
    });
    expect(await client.vectorStores.retrieve(store.id)).toEqual(store);
    expect((await client.vectorStores.list()).data).toEqual([store]);
    const changed = await client.vectorStores.update(store.id, { name: "Papers", metadata: null });
    expect(changed).toMatchObject({ name: "Papers", metadata: {} });
    expect((await client.vectorStores.list()).data).toEqual([changed]);
    expect(await client.vectorStores.delete(store.id)).toEqual({
      id: store.id,
      object: "vector_store.deleted",
      deleted: true,
    });
    expect((await client.vectorStores.list()).data).toEqual([]);
    await expect(client.vectorStores.retrieve(store.id)).rejects.toMatchObject({ status: 404 });
  });

  it("answers for another project's store as for one that does not exist", async ({ expect }) => {
    const [owner, other] = [await createProject(), await createProject()];
    const store = await owner.client.vectorStores.create({ name: "Secret" });
    const missing = newId("vs_");
    for (const path of ["", "/files", "/file_batches/vsfb_1", "/files/file-1/content"]) {
      const [foreign, unknown] = await Promise.all(
        [store.id, missing].map(async (id) => {
          const response = await other.fetch(`/vector_stores/${id}${path}`);
          const body = await response.text();
          return {
            status: response.status,
            body: body.replaceAll(id, "ID").replace(/req_\w+/, ""),
          };
        }),
      );
      expect(foreign).toEqual(unknown);
      expect(foreign?.status).toBe(404);
    }
  });

  it("follows a batch to its end and says which file of a batch is missing", async ({ expect }) => {
    const { client } = await createProject();
    const store = await client.vectorStores.create({});
    const files = await Promise.all(
      ["one", "two"].map(async (text) =>
        client.files.create({
          file: await toFile(Buffer.from(text), "a.txt"),
          purpose: "assistants",
        }),
      ),
    );
    const ids = files.map(({ id }) => id);
    const batch = await client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: ids });
    expect(batch).toMatchObject({ status: "completed", file_counts: { completed: 2, total: 2 } });
    const listed = await client.vectorStores.fileBatches.listFiles(batch.id, {
      vector_store_id: store.id,
    });
    expect(listed.data.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const missing = client.vectorStores.fileBatches.create(store.id, {
      file_ids: [...ids, newId("file-")],
    });
    await expect(missing).rejects.toMatchObject({ status: 404, param: "file_ids[2]" });
  });

  it.for([
    [
      {
        chunking_strategy: {
          type: "static",
          static: { max_chunk_size_tokens: 50, chunk_overlap_tokens: 0 },
        },
      },
      "chunking_strategy",
    ],
    [{ expires_after: { anchor: "created_at", days: 1 } }, "expires_after.anchor"],
    [{ metadata: { long: "x".repeat(513) } }, "metadata.long"],
    [{ colour: "red" }, "colour"],
  ] as const)("names what is wrong with a request: %o", async ([body, param], { expect }) => {
    const { fetch } = await createProject();
    const response = await fetch("/vector_stores", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { param: expect.stringContaining(param) },
    });
  });
});
