import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { toFile } from "openai";
import { describe, it } from "vitest";

import { isVectorStoreId } from "../../../src/ids.ts";
import { shardName } from "../../../src/knowledge/scope.ts";
import { addressObject } from "../../../src/platform/objects.ts";
import { createProject } from "../project.ts";

const PLANS =
  "# Plans\n\n| Plan | Price | Seats |\n| --- | --- | --- |\n| Solo | 9 EUR | 1 |\n| Team | 99 EUR | 20 |\n";
const ROW = "| Team | 99 EUR | 20 |";
const SHOWN = "Plan: Team; Price: 99 EUR; Seats: 20";

/** Creates a store with a table, and the means to ask about it. */
async function createPlans() {
  const { client, scope } = await createProject();
  const { id } = await client.vectorStores.create({ name: "plans" });
  if (!isVectorStoreId(id)) throw new Error("not the id of a vector store");
  const file = await client.vectorStores.files.uploadAndPoll(
    id,
    await toFile(Buffer.from(PLANS), "plans.md"),
  );
  const shard = addressObject(env.SEARCH_SHARDS, scope, shardName(scope, id, 1, 0));
  const ask = async (): Promise<unknown> =>
    await client.post("/responses", {
      body: {
        model: "extractive-1",
        input: "What is the price of the plan Team?",
        include: ["edgewise.grounding"],
        tools: [{ type: "file_search", vector_store_ids: [id] }],
      },
    });
  return { client, id, fileId: file.id, shard, ask };
}

const answered = {
  grounding: { status: "grounded", citations_removed: 0 },
  output: [
    { type: "file_search_call" },
    { content: [{ text: SHOWN, annotations: [{ quote: ROW }] }] },
  ],
};

describe("the units of a chunk", () => {
  it("are shown with what a reader needs, and quoted as they are", async ({ expect }) => {
    const { ask } = await createPlans();

    expect(await ask()).toMatchObject(answered);
  });

  it("are cut from the text of chunks that the build before has written", async ({ expect }) => {
    const { client, id, fileId, shard, ask } = await createPlans();
    const readUnits = async () =>
      await runInDurableObject(shard, (_object, { storage }) =>
        storage.sql.exec("SELECT units FROM chunk").one(),
      );
    expect(JSON.stringify(await readUnits())).toContain("Plan | Price | Seats");
    await runInDurableObject(shard, (_object, { storage }) => {
      // The migration gives the chunks that are there no units.
      storage.sql.exec("UPDATE chunk SET units = NULL");
    });
    await evictDurableObject(shard);

    expect(await ask()).toMatchObject(answered);
    expect(await readUnits()).toEqual({ units: null });
    await client.post(`/vector_stores/${id}/files/${fileId}/reingest`);
    await client.vectorStores.files.poll(id, fileId);
    expect(JSON.stringify(await readUnits())).toContain("Plan | Price | Seats");
  });
});
