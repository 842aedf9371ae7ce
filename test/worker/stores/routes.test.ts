import { describe, it } from "vitest";

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
});
