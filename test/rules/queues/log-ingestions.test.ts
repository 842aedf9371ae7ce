import { describe, expect, it, vi } from "vitest";

import type { IngestDeps } from "../../../src/ingest/ingest-deps.ts";
import type { IngestTask } from "../../../src/ingest/ingest-types.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import type { FileWarning } from "../../../src/knowledge/file-warnings.ts";
import { setLogLevel } from "../../../src/platform/logger.ts";
import { logIngestions } from "../../../src/queues/log-ingestions.ts";

const TASK: IngestTask = {
  fileId: "file-1",
  version: 1,
  lease: "lease",
  filename: "a.html",
  bytes: 1,
  attributes: {},
  chunking: CHUNKING_AUTO,
  generation: 1,
  embeddingModel: "hash-1",
  shard: 0,
  corpusShard: 0,
};
const STORE = { scope: { projectId: "proj_1", region: "auto" }, storeId: "vs_1" } as const;

const unused = () => Promise.reject(new Error("not called"));

async function logCompleted(warnings?: readonly FileWarning[]) {
  setLogLevel("info");
  const info = vi.spyOn(console, "info").mockImplementation(() => {});
  const deps: IngestDeps = {
    take: async () => [TASK],
    report: async () => {},
    noteStages: unused,
    readFile: unused,
    readText: unused,
    extractText: unused,
    storeText: unused,
    embedPassages: unused,
    isModelAway: unused,
    writeCorpus: unused,
    writeShard: unused,
    renew: unused,
    readStored: unused,
    openShard: () => {
      throw new Error("not called");
    },
    onFailure: () => {},
    onCopyFailure: () => {},
    onSourceLost: () => {},
  };
  const logged = logIngestions(deps);
  const [task] = await logged.take(STORE, []);
  if (!task) throw new Error("the task is missing");
  const { fileId, version, lease } = task;
  const outcome = { kind: "completed", chunkCount: 4, usageBytes: 9 } as const;
  await logged.report(STORE, [
    { fileId, version, lease, outcome: { ...outcome, ...(warnings && { warnings }) } },
  ]);
  const [line] = info.mock.calls.map(([text]) => JSON.parse(String(text)));
  info.mockRestore();
  return line;
}

describe("the log of an indexed file", () => {
  it("says in words what was lost", async () => {
    const line = await logCompleted([
      { code: "images_without_text", count: 3 },
      { code: "equations_as_text", count: 1 },
    ]);
    expect(line).toMatchObject({
      event: "ingest.file.completed",
      count: 4,
      warnings: "3 images without text; 1 equation as linear text",
    });
    expect(await logCompleted()).not.toHaveProperty("warnings");
  });
});
