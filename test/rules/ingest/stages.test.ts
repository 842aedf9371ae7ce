import { scheduler } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import type { StageNote } from "../../../src/knowledge/vector-store-types.ts";
import { store, World } from "./ingest-world.ts";

const stagesOf = (notes: readonly StageNote[]) =>
  Object.fromEntries(notes.map(({ fileId, stage }) => [fileId, stage]));

// They wait beside each other.
describe.concurrent("the stages of files", () => {
  it.each([
    // A file that has its vectors waits for the others.
    ["readFile:file-b", { "file-a": "embedding", "file-b": "parsing" }],
    ["embedPassages", { "file-a": "embedding", "file-b": "embedding" }],
    ["writeShard", { "file-a": "indexing", "file-b": "indexing" }],
  ])("are reported while %s takes a while, in one call", async (slow, expected) => {
    const world = new World();
    world.slow = slow;
    await ingestFiles(world.deps, store, [world.add("a", "Alpha."), world.add("b", "Beta.")]);

    expect(world.stages.map(stagesOf)).toEqual([expected]);
  });

  it("have files that wait for those before them, and no files that have their outcome", async () => {
    const world = new World();
    world.slow = "readFile:file-large";
    const large = { bytes: 8_000_000 };
    const claims = [world.add("small", "S."), world.add("large", "L.", large)];
    await ingestFiles(world.deps, store, claims);
    expect(world.stages.map(stagesOf)).toEqual([{ "file-large": "parsing" }]);

    world.slow = "readFile:file-first";
    await ingestFiles(world.deps, store, [
      world.add("first", "F."),
      world.add("second", "S.", large),
    ]);
    expect(stagesOf(world.stages[1] ?? [])).toEqual({
      "file-first": "parsing",
      "file-second": "queued",
    });
  });

  it("cost no call if the files are soon done, or if the work breaks off", async () => {
    const world = new World();
    await ingestFiles(world.deps, store, [world.add("a", "Alpha.")]);
    world.fault = "report";
    const broken = ingestFiles(world.deps, store, [world.add("b", "Beta.")]);
    await expect(broken).rejects.toThrow("exceeded timeout");
    await scheduler.wait(800);
    expect(world.stages).toEqual([]);
  });
});
