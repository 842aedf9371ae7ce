import { rmSync } from "node:fs";

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";

import { freePort } from "../../../scripts/local/port.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";
import { countGeneration } from "../../../scripts/reindex-fuzz/count-rows.ts";
import { startEmbeddingServer } from "../../fakes/embedding-server.ts";
import { newFolder } from "../operations/state-copies.ts";
import { Town } from "../operations/town.ts";

const PATIENCE = { timeout: 60_000, interval: 100 };
const Reindex = z.object({
  status: z.string(),
  to: z.object({ embedding_model: z.string() }),
  comparison: z
    .object({ questions: z.number(), overlap_at_10: z.number().nullable(), same: z.number() })
    .nullable(),
  erased: z.object({ generation: z.number(), chunks: z.number(), rows: z.number() }).nullable(),
});

let folder: string;
let provider: Awaited<ReturnType<typeof startEmbeddingServer>>;
let service: Service;
const start = async (model: string) => {
  const vars = { LLM_BASE_URL: provider.url, EMBEDDING_MODEL: model };
  return await startService({ folder, port: await freePort(), output: "file", vars });
};

beforeAll(async () => {
  folder = newFolder();
  provider = await startEmbeddingServer();
  provider.state.dimensionsOf = { "letters-small": 16, "letters-large": 48 };
  service = await start("letters-small");
}, 120_000);
afterAll(async () => {
  await service?.stop();
  provider?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const WORDS = ["harbour", "library", "pilot", "museum", "station", "market"];
/** Files with one chunk each, more than a search returns, so that two models may rank them differently. */
const FILES = Array.from({ length: 24 }, (_, at) => {
  const word = WORDS[at % WORDS.length] ?? "";
  return {
    name: `${word}-${at}.txt`,
    text: `Note ${at} of the ${word}: row ${at * 37} was counted.`,
  };
});

describe("a reindex to an embedding model of other dimensions", () => {
  it(
    "serves the old vectors until the switch, reports the overlap, and goes back",
    { timeout: 240_000 },
    async () => {
      let town = new Town(service);
      town.storeId = (await town.client.vectorStores.create({})).id;
      const add = async (files: typeof FILES) => {
        const ids = await Promise.all(files.map(({ name, text }) => town.upload(name, text)));
        await town.client.vectorStores.fileBatches.create(town.storeId, { file_ids: ids });
        expect(await town.settled()).toMatchObject({ failed: 0 });
      };
      await add(FILES.slice(1));
      const search = async (query: string) => {
        const { data, response } = await town.client.vectorStores
          .search(town.storeId, { query })
          .withResponse();
        expect(response.headers.get("x-edgewise-degraded")).toBeNull();
        return data.data.map(({ filename }) => filename);
      };
      const ask = async () => {
        for (const word of WORDS)
          expect(await search(`Which note is of the ${word}?`)).toHaveLength(10);
      };
      await ask();

      await service.stop();
      service = await start("letters-large");
      town = new Town(service, town.storeId);
      await ask();
      const path = `/vector_stores/${town.storeId}/reindex`;
      const read = async () => Reindex.parse(await town.client.get(path));
      const act = async (action: string) =>
        Reindex.parse(await town.client.post(`${path}/${action}`, {}));
      await town.client.post(path, { body: { embedding_model: "letters-large" } });
      const [late] = FILES;
      await add(FILES.slice(0, 1));
      const ready = await vi.waitUntil(async () => {
        const reindex = await read();
        return reindex.status === "ready" && reindex.comparison !== null && reindex;
      }, PATIENCE);
      expect(ready.to.embedding_model).toBe("letters-large");
      const { questions = 0, overlap_at_10: overlap = null } = ready.comparison ?? {};
      console.log(`The ten best passages of ${questions} questions overlap by ${overlap}.`);
      expect(questions).toBeGreaterThanOrEqual(WORDS.length);
      expect(overlap).toBeGreaterThan(0);
      expect(overlap).toBeLessThan(1);

      for (const action of ["switch", "revert", "switch"]) {
        await act(action);
        await ask();
        expect(await search(late?.text ?? "")).toContain(late?.name);
      }
      const before = countGeneration(folder, town.storeId, 1);
      expect(before.chunks).toBe(FILES.length);
      await act("finish");
      const ended = await vi.waitUntil(async () => {
        const reindex = await read();
        return reindex.status === "completed" && reindex;
      }, PATIENCE);
      expect(ended.erased).toMatchObject({ generation: 1, ...before });
      expect(countGeneration(folder, town.storeId, 1)).toEqual({ chunks: 0, rows: 0 });
      await ask();
    },
  );
});
