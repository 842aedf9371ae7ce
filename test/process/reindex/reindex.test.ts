import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import OpenAI from "openai";
import { afterAll, describe, it } from "vitest";

import { Killer } from "../../../scripts/kill-fuzz/killer.ts";
import { freePort } from "../../../scripts/local/port.ts";
import { countGeneration } from "../../../scripts/reindex-fuzz/count-rows.ts";
import { runReindex } from "../../../scripts/reindex-fuzz/run-reindex.ts";
import { SECOND_MODEL, TwoModels } from "../../../scripts/reindex-fuzz/second-model.ts";

const KILLS = { intervalMs: 4_000, atLeast: 1, atMost: 20 };
const FILES = 30;
const folder = mkdtempSync(join(tmpdir(), "edgewise-reindex-"));
let models: TwoModels | null = null;
afterAll(async () => {
  await models?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}, 120_000);

describe("splits, merges and a reindex under searches, writes, deletes and kills", () => {
  it(
    "loses nothing, mixes nothing, and erases what it says",
    { timeout: 300_000 },
    async ({ expect }) => {
      const started = await TwoModels.start(folder, await freePort());
      models = started;
      const { service } = started;
      const client = new OpenAI({
        baseURL: `${service.url}/v1`,
        apiKey: service.secrets.apiKey,
        maxRetries: 0,
        timeout: 10_000,
      });
      let killer: Killer | null = null;
      const before = { storeId: "", generation: 0, rows: { chunks: 0, rows: 0 } };
      const plan = { files: FILES, model: SECOND_MODEL };
      const run = await runReindex(client, plan, {
        onFilled: async () => {
          await started.addModel();
          killer = new Killer(started.service, KILLS);
        },
        onEnded: async () => {
          await killer?.stop();
        },
        onSwitched: async (storeId, generation) => {
          Object.assign(before, { storeId, generation });
          before.rows = countGeneration(folder, storeId, generation);
        },
      });
      expect(run.problems).toEqual([]);
      expect(run.searches.old).toBeGreaterThan(0);
      expect(run.searches.new).toBeGreaterThan(0);
      expect(started.embedded).toBeGreaterThan(FILES);
      expect(run.erased).toMatchObject({
        generation: before.generation,
        objects: 1,
        ...before.rows,
      });
      expect(countGeneration(folder, before.storeId, before.generation)).toEqual({
        chunks: 0,
        rows: 0,
      });
    },
  );
});
