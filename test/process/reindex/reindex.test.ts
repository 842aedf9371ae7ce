import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import OpenAI from "openai";
import { afterAll, describe, it } from "vitest";

import { Killer } from "../../../scripts/kill-fuzz/killer.ts";
import { freePort } from "../../../scripts/local/port.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";
import { countGeneration } from "../../../scripts/reindex-fuzz/count-rows.ts";
import { runReindex } from "../../../scripts/reindex-fuzz/run-reindex.ts";

const KILL_MS = 4_000;
const FILES = 30;
const folder = mkdtempSync(join(tmpdir(), "edgewise-reindex-"));
let service: Service | null = null;
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}, 120_000);

describe("splits, merges and a reindex under searches, writes, deletes and kills", () => {
  it(
    "loses nothing, mixes nothing, and erases what it says",
    { timeout: 300_000 },
    async ({ expect }) => {
      service = await startService({ folder, port: await freePort(), output: "file" });
      const client = new OpenAI({
        baseURL: `${service.url}/v1`,
        apiKey: service.secrets.apiKey,
        maxRetries: 0,
        timeout: 10_000,
      });
      const killer = new Killer(service, KILL_MS);
      const before = { storeId: "", generation: 0, rows: { chunks: 0, rows: 0 } };
      const run = await runReindex(client, FILES, {
        onSwitched: async (storeId, generation) => {
          Object.assign(before, { storeId, generation });
          before.rows = countGeneration(folder, storeId, generation);
        },
      });
      await killer.stop(1);

      expect(run.problems).toEqual([]);
      expect(run.searches.old).toBeGreaterThan(0);
      expect(run.searches.new).toBeGreaterThan(0);
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
