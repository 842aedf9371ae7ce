import { rmSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

import { freePort } from "../../../scripts/local/port.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";
import { startEmbeddingServer } from "../../fakes/embedding-server.ts";
import { newFolder } from "./state-copies.ts";
import { TEXTS, Town } from "./town.ts";

const PATIENCE = { timeout: 90_000, interval: 100 };

let folder: string;
let provider: Awaited<ReturnType<typeof startEmbeddingServer>>;
let service: Service;
const start = async () => {
  const vars = { LLM_BASE_URL: provider.url, EMBEDDING_MODEL: "letters" };
  return await startService({ folder, port: await freePort(), output: "file", vars });
};

beforeAll(async () => {
  folder = newFolder();
  provider = await startEmbeddingServer();
  service = await start();
}, 120_000);
afterAll(async () => {
  await service?.stop();
  provider?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

describe("an embedding provider that is away while files come", () => {
  it(
    "leaves them waiting with a reason, and searches to words, until it is back",
    { timeout: 240_000 },
    async () => {
      let town = new Town(service);
      town.storeId = (await town.client.vectorStores.create({})).id;
      await town.add("harbour");
      const search = async (query: string) => {
        const { data, response } = await town.client.vectorStores
          .search(town.storeId, { query })
          .withResponse();
        const degraded = response.headers.get("x-edgewise-degraded");
        return { names: data.data.map(({ filename }) => filename), degraded };
      };
      expect(await search("harbour")).toEqual({ names: ["harbour.txt"], degraded: null });

      provider.state.mode = "fails";
      const waiting = await Promise.all(
        (["library", "pilot"] as const).map((topic) => town.upload(`${topic}.txt`, TEXTS[topic])),
      );
      for (const id of waiting) {
        await town.client.vectorStores.files.create(town.storeId, { file_id: id });
      }
      const read = (id: string) =>
        town.client.vectorStores.files.retrieve(id, { vector_store_id: town.storeId });
      const untilTried = async (id: string) =>
        await vi.waitUntil(async () => {
          const file = await read(id);
          return file.last_error !== null && file;
        }, PATIENCE);
      for (const id of waiting) {
        expect(await untilTried(id)).toMatchObject({
          status: "in_progress",
          last_error: {
            code: "server_error",
            message: expect.stringMatching(
              /^The provider of the model 'letters' .*The file is tried again by itself/,
            ),
          },
        });
      }
      expect(await search("Who opens the harbour at night?")).toEqual({
        names: ["harbour.txt"],
        degraded: expect.any(String),
      });

      // The service is killed in the middle of the outage, which then takes another form.
      provider.state.mode = "drops";
      process.kill(-service.groupId(), "SIGKILL");
      await service.stop();
      service = await start();
      town = new Town(service, town.storeId);
      for (const id of waiting) expect((await untilTried(id)).status).toBe("in_progress");

      provider.state.mode = "up";
      expect(
        await vi.waitUntil(async () => {
          const { file_counts: counts } = await town.client.vectorStores.retrieve(town.storeId);
          return counts.in_progress === 0 && counts;
        }, PATIENCE),
      ).toMatchObject({ completed: 3, failed: 0 });
      for (const id of waiting) {
        expect(await read(id)).toMatchObject({ status: "completed", last_error: null });
      }
      expect(await search("Which channel has the pilot?")).toMatchObject({
        names: expect.arrayContaining(["pilot.txt"]),
        degraded: null,
      });
      expect(town.failures).toBe(0);

      // What was embedded before the kill and after it is known to the cache: a second store costs no call.
      const asked = [...provider.state.asked];
      const { data } = await town.client.vectorStores.files.list(town.storeId, { order: "asc" });
      const second = await town.client.vectorStores.create({
        file_ids: data.map(({ id }) => id),
      });
      town.storeId = second.id;
      expect(await town.settled()).toMatchObject({ completed: 3 });
      expect(await search("harbour")).toMatchObject({ degraded: null });
      expect(provider.state.asked).toEqual(asked);
    },
  );
});
