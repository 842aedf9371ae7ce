import { env } from "cloudflare:workers";
import { APIError, toFile, type OpenAI } from "openai";
import { afterEach, describe, it, vi } from "vitest";

import { COUNT_STORED_CHUNKS } from "../../fakes/count-stored-chunks.ts";
import { failOnce, restoreDatabases } from "../fail-once.ts";
import { createProject } from "../project.ts";

/** Repeats a call that the service refuses with 503, as a client does. */
async function persist<Value>(call: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt > 3 || !(error instanceof APIError) || error.status !== 503) throw error;
    }
  }
}

/** A file's whole life: uploaded, attached, found, deleted, and gone. */
async function liveAndDie(client: OpenAI) {
  const store = await persist(() => client.vectorStores.create({ name: "failing" }));
  const file = await toFile(new TextEncoder().encode("The harbour opens at nine."), "a.txt");
  const { id } = await persist(() => client.files.create({ file, purpose: "assistants" }));
  await persist(() => client.vectorStores.files.create(store.id, { file_id: id }));
  const attached = { vector_store_id: store.id };
  await vi.waitUntil(
    async () => {
      const { status } = await persist(() => client.vectorStores.files.retrieve(id, attached));
      return status === "completed";
    },
    { timeout: 20_000, interval: 20 },
  );
  const query = "When does the harbour open?";
  const search = () => persist(() => client.vectorStores.search(store.id, { query }));
  const found = (await search()).data.some((hit) => hit.file_id === id);
  await persist(() => client.files.delete(id));
  const gone = (await search()).data.length === 0;
  await vi.waitUntil(async () => (await countChunks(store.id)) === 0, { timeout: 20_000 });
  return { found, gone };
}

/** Asked past the guard: what the test looks at is not what the service does. */
const ask: (this: D1PreparedStatement, column: string) => Promise<unknown> = Reflect.get(
  Object.getPrototypeOf(env.CATALOG.prepare("SELECT 1")),
  "first",
);

async function countChunks(storeId: string): Promise<number> {
  const counts = await Promise.all(
    [env.CORPUS_0, env.CORPUS_1].map((corpus) =>
      ask.call(corpus.prepare(COUNT_STORED_CHUNKS).bind(storeId), "n"),
    ),
  );
  return counts.reduce<number>((total, chunks) => total + Number(chunks), 0);
}

describe("a database that fails once", () => {
  afterEach(restoreDatabases);

  it("costs nothing but a repetition, whichever call it is", async ({ expect }) => {
    const counting = failOnce(0);
    await liveAndDie((await createProject()).client);
    const total = counting.count;
    expect(total).toBeGreaterThan(8);

    let failures = 0;
    for (let failing = 1; failing <= total; failing++) {
      restoreDatabases();
      const { client } = await createProject();
      const calls = failOnce(failing);
      expect({ failing, ...(await liveAndDie(client)) }).toEqual({
        failing,
        found: true,
        gone: true,
      });
      if (calls.count >= failing) failures++;
    }
    // How many summaries a store writes depends on the time between its changes.
    expect(failures).toBeGreaterThan(total - 3);
  }, 120_000);
});
