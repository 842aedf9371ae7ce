import { afterEach, beforeEach, describe, it, vi } from "vitest";

import {
  createEmbeddingProject,
  type WatchedModel,
  watchEmbeddingModel,
} from "./embedding-project.ts";

const HERON = "A heron stands in the river, and waits for fish.";
const FERRY = "The ferry to the island leaves at seven.";

let model: WatchedModel;
beforeEach(() => {
  model = watchEmbeddingModel();
});
afterEach(() => void vi.restoreAllMocks());

describe("an embedding model that makes vectors of another length", () => {
  it("fits no file into the store, which searches by words and says why, until it is restored", async ({
    expect,
  }) => {
    const { client, upload, index, settled, search, searchDegraded } =
      await createEmbeddingProject();
    const store = await index(await upload(HERON));
    const ferry = await upload(FERRY);
    model.dimensions = 12;
    await client.vectorStores.files.create(store, { file_id: ferry });
    const waiting = await vi.waitUntil(
      async () => {
        const file = await client.vectorStores.files.retrieve(ferry, { vector_store_id: store });
        return file.last_error !== null && file;
      },
      { timeout: 20_000, interval: 20 },
    );

    expect(waiting).toMatchObject({
      status: "in_progress",
      last_error: { message: expect.stringContaining("makes vectors of 12 dimensions now") },
    });
    expect(await searchDegraded(store, "Where does a heron stand?")).toBe("dimensions_changed");
    const { data } = await search(store, "heron");
    expect(data.map(({ content }) => content[0]?.text)).toEqual([HERON]);

    model.dimensions = null;
    expect(await settled(store)).toMatchObject({ completed: 2, failed: 0 });
    expect(await searchDegraded(store, "When does the ferry leave?")).toBe(null);
    expect(await searchDegraded(store, "Where does a heron stand?")).toBe(null);
  });

  it("fits into a new store, with all texts embedded again", async ({ expect }) => {
    const { upload, index, searchDegraded, search } = await createEmbeddingProject();
    const heron = await upload(HERON);
    await index(heron);
    model.dimensions = 12;
    const store = await index(await upload(FERRY, "ferry.md"));
    const both = await index(heron);

    for (const [id, question] of [
      [store, "When does the ferry leave?"],
      [both, "Where does the heron stand?"],
    ] as const) {
      expect(await searchDegraded(id, question)).toBe(null);
      expect((await search(id, question)).data).toHaveLength(1);
    }
    expect(model.asked.filter((text) => text === HERON)).toHaveLength(2);
  });
});
