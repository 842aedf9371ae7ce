import { afterEach, describe, it, vi } from "vitest";

import { SearchShardObject } from "../../../src/index.ts";
import { withFastTimers } from "../away.ts";
import { createProject } from "../project.ts";
import { createSplitStore, onShards, restoreCalls, watchCalls } from "./split-store.ts";

const TEXTS = ["The heron nests in trees.", "A heron eats fish.", "Every heron can fly far."];
const QUESTION = "heron";

afterEach(() => {
  restoreCalls();
  vi.restoreAllMocks();
});

describe("a question to a store with three shards", () => {
  it("makes one round of calls when its plan is known", async ({ expect }) => {
    const { find, files } = await createSplitStore(TEXTS);
    const calls = watchCalls();
    const cold = await find(QUESTION);
    expect(cold.data.map(({ file_id: id }) => id).toSorted()).toEqual(files.toSorted());
    expect(calls.take()[0]).toBe("plan");
    restoreCalls();

    const warm = watchCalls(4);
    expect(await find(QUESTION)).toEqual(cold);
    expect(warm.made.toSorted()).toEqual(["contentVersion", "search 0", "search 1", "search 2"]);
  });

  it("finds a file at once whose indexing was acknowledged", async ({ expect }) => {
    const { find, add, files } = await createSplitStore(TEXTS);
    await find(QUESTION);
    const added = await add("The grey heron is a heron like no other heron.");
    const { data } = await find(QUESTION);

    expect(data.map(({ file_id: id }) => id).toSorted()).toEqual([...files, added].toSorted());
    // With the statistics of the new content too: a store that was never searched before scores the same.
    const fresh = await createSplitStore([
      ...TEXTS,
      "The grey heron is a heron like no other heron.",
    ]);
    expect(data.map(({ score }) => score)).toEqual(
      (await fresh.find(QUESTION)).data.map(({ score }) => score),
    );
  });

  it("does not find a file whose deletion was acknowledged, although its chunks are still there", async ({
    expect,
  }) => {
    const { client, id, find, files } = await createSplitStore(TEXTS);
    await find(QUESTION);
    vi.spyOn(SearchShardObject.prototype, "remove").mockRejectedValue(
      new Error("A test crashes this object"),
    );
    const [deleted = "", detached = "", kept = ""] = files;
    await client.files.delete(deleted);
    expect((await find(QUESTION)).data.map((hit) => hit.file_id)).not.toContain(deleted);

    await client.vectorStores.files.delete(detached, { vector_store_id: id });
    expect((await find(QUESTION)).data.map((hit) => hit.file_id)).toEqual([kept]);
  });

  it("filters by attributes whose change was acknowledged", async ({ expect }) => {
    const { client, id, find, files } = await createSplitStore(TEXTS);
    const filters = { type: "eq", key: "kind", value: "bird" };
    expect((await find(QUESTION, { filters })).data).toEqual([]);
    const [changed = ""] = files;
    await client.vectorStores.files.update(changed, {
      vector_store_id: id,
      attributes: { kind: "bird" },
    });

    expect((await find(QUESTION, { filters })).data.map((hit) => hit.file_id)).toEqual([changed]);
  });

  it("shows the work of each shard in an explanation, and no work without one", async ({
    expect,
  }) => {
    const { find } = await createSplitStore(TEXTS);
    const work = {
      dense: "exact",
      capped: false,
      segments: 1,
      postings: 1,
      cached_lists: 1,
      read_lists: 0,
    };
    // Their posting lists were read for the plan.
    expect(await find(QUESTION, { explain: true })).toMatchObject({
      shards: [0, 1, 2].map((shard) => ({ shard, ...work })),
    });
    const words = { ranking_options: { hybrid_search: { embedding_weight: 0, text_weight: 1 } } };
    expect(await find(QUESTION, { explain: true, ...words })).toMatchObject({
      shards: [{ dense: null }, { dense: null }, { dense: null }],
    });
    expect(await find(QUESTION)).not.toHaveProperty("shards");
  });

  it("is refused after the store was deleted, and for another project", async ({ expect }) => {
    const { client, id, find } = await createSplitStore(TEXTS);
    expect((await find(QUESTION)).data).toHaveLength(3);
    const other = await createProject();
    await expect(other.client.vectorStores.search(id, { query: QUESTION })).rejects.toMatchObject({
      status: 404,
    });

    await client.vectorStores.delete(id);
    await expect(client.vectorStores.search(id, { query: QUESTION })).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe("a search shard that does not answer", () => {
  it.for(["hangs", "throws"] as const)(
    "is left out of a search for 1.5 s when it %s, whether or not the plan is known",
    async (fault, { expect }) => {
      const { find, files } = await createSplitStore(TEXTS);
      const shard = { isBroken: true };
      onShards(async (_method, number, call) => {
        if (number !== 1 || !shard.isBroken) return call();
        if (fault === "throws") throw new Error("A test crashes this object");
        while (shard.isBroken) await scheduler.wait(5);
        return call();
      });
      const others = files.filter((_, number) => number !== 1).toSorted();

      for (let time = 0; time < 2; time++) {
        const { response, longest } = await withFastTimers(() => find(QUESTION));
        expect(response.partial).toBe(true);
        expect(response.data.map(({ file_id: id }) => id).toSorted()).toEqual(others);
        expect(longest).toBe(fault === "hangs" ? 1.5 : 0);
        // By this search, the plan of the whole store is known the second time.
        shard.isBroken = false;
        const whole = await find(QUESTION);
        expect(whole.data).toHaveLength(3);
        expect(whole).not.toHaveProperty("partial");
        shard.isBroken = true;
      }
    },
  );

  it("fails the search when there is no other", async ({ expect }) => {
    const { client, id, find } = await createSplitStore(TEXTS.slice(0, 1));
    expect((await find(QUESTION)).data).toHaveLength(1);
    onShards(async () => {
      throw new Error("A test crashes this object");
    });

    await expect(client.vectorStores.search(id, { query: QUESTION })).rejects.toMatchObject({
      status: 500,
    });
  });

  it("is reported in an answer, and with the stages of its search", async ({ expect }) => {
    const { fetch, id } = await createSplitStore(TEXTS);
    onShards(async (_method, number, call) => {
      if (number === 1) throw new Error("A test crashes this object");
      return call();
    });
    const response = await fetch("/responses", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "extractive-1",
        input: "Where does the heron nest?",
        tools: [{ type: "file_search", vector_store_ids: [id] }],
        include: ["edgewise.retrieval"],
      }),
    });

    expect(response.headers.get("x-edgewise-degraded")).toBe("shard_unavailable");
    expect(await response.json()).toMatchObject({
      model: "extractive-1",
      degraded: { from: "file_search", by: "partial_search", reason: "shard_unavailable" },
      retrieval: { searches: [{ degraded: null, partial: true }] },
    });
  });
});
