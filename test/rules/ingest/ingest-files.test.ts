import { describe, expect, it } from "vitest";

import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import { HASH_DIMENSIONS } from "../../../src/retrieval/hash-embedding.ts";
import { store, World } from "./ingest-world.ts";

const long = (words: number) => "Some words that make a sentence here. ".repeat(words / 7);

describe("ingestFiles", () => {
  it("stores text, chunks and index of all files with one call to each shard", async () => {
    const world = new World();
    const claims = [
      world.add("a", "Alpha."),
      world.add("b", "Beta.", { corpusShard: 1 }),
      world.add("c", "Gamma.", { shard: 1 }),
    ];
    await ingestFiles(world.deps, store, claims);

    expect(world.kinds()).toEqual({
      "file-a": "completed",
      "file-b": "completed",
      "file-c": "completed",
    });
    expect(world.calls.filter((call) => /^(write|report|take)/.test(call)).toSorted()).toEqual([
      "report:3",
      "take",
      "writeCorpus:0:2",
      "writeCorpus:1:1",
      "writeShard:1:0:2",
      "writeShard:1:1:1",
    ]);
    expect(world.texts.get("file-a")).toBe("Alpha.");
    expect(world.reports.get("file-a")).toEqual({
      kind: "completed",
      generation: 1,
      chunkCount: 1,
      usageBytes: "Alpha.".length + HASH_DIMENSIONS * 4,
    });
    const [chunk] = world.shards.get("0:file-a")?.chunks ?? [];
    expect(chunk).toMatchObject({
      ordinal: 0,
      start: 0,
      end: 6,
      text: "Alpha.",
      bodyTerms: "alpha",
      length: 1,
    });
    expect(chunk?.id).toMatch(/^chunk_[0-9a-f]{40}_0$/);
  });

  it("fails a file that cannot be read, alone and with the reason", async () => {
    const world = new World();
    const claims = [
      world.add("good", "Text."),
      world.add("bad", Uint8Array.of(0, 1, 2)),
      world.add("gone", "x"),
    ];
    world.files.delete("file-gone");
    await ingestFiles(world.deps, store, claims);

    expect(world.reports.get("file-good")).toMatchObject({ kind: "completed" });
    expect(world.reports.get("file-bad")).toMatchObject({
      kind: "failed",
      code: "unsupported_file",
    });
    expect(world.reports.get("file-gone")).toMatchObject({ kind: "failed", code: "invalid_file" });
    expect([...world.shards.keys()]).toEqual(["0:file-good"]);
  });

  it("does nothing under leases that are no longer current", async () => {
    const world = new World();
    await ingestFiles(world.deps, store, [{ fileId: "file-x", version: 1, lease: "old" }]);

    expect(world.calls).toEqual(["take"]);
  });

  it("ingests large files alone, after the small ones were reported", async () => {
    const world = new World();
    const claims = [world.add("large", long(800_000)), world.add("small", "Text.")];
    await ingestFiles(world.deps, store, claims);

    expect(world.kinds()).toEqual({ "file-small": "completed", "file-large": "completed" });
    expect(world.calls.filter((call) => /report|readFile/.test(call))).toEqual([
      "readFile:file-small",
      "report:1",
      "readFile:file-large",
      "report:1",
    ]);
    expect(world.shards.get("0:file-large")?.chunks.length).toBeGreaterThan(5);
  });

  it("fails a file too large for memory without reading it", async () => {
    const world = new World();
    await ingestFiles(world.deps, store, [world.add("vast", "x", { bytes: 60_000_000 })]);

    expect(world.reports.get("file-vast")).toMatchObject({ kind: "failed", code: "invalid_file" });
    expect(world.calls).toEqual(["take", "report:1"]);
  });

  const faults = [
    "readFile:file-a",
    "readFile:file-big",
    "extractText",
    "storeText:file-a",
    "embedPassages",
    "writeCorpus:0",
    "writeCorpus:1",
    "writeShard:1:0",
    "writeShard:1:1",
  ];
  it.each(faults)("retries only the files that failed at %s", async (fault) => {
    const world = new World();
    const claims = [
      world.add("a", "Alpha."),
      world.add("b", "Beta.", { corpusShard: 1, shard: 1 }),
      world.add("big", long(3_000), { corpusShard: 2, shard: 2 }),
    ];
    world.fault = fault;
    await ingestFiles(world.deps, store, claims);

    const outcomes = Object.values(world.kinds());
    expect(outcomes).toHaveLength(3);
    expect(outcomes.filter((kind) => kind === "retry")).toHaveLength(1);
    expect(outcomes.filter((kind) => kind === "completed")).toHaveLength(2);

    await ingestFiles(world.deps, store, claims);
    expect(Object.values(world.kinds())).toEqual(["completed", "completed", "completed"]);
    expect(world.corpus.size).toBe(3);
    expect(world.shards.size).toBe(3);
    expect(world.texts.size).toBe(3);
  });

  it.each(["take", "report"])(
    "throws when the store object fails at %s, and done again completes",
    async (fault) => {
      const world = new World();
      const claims = [world.add("a", "Alpha.")];
      world.fault = fault;

      await expect(ingestFiles(world.deps, store, claims)).rejects.toThrow("D1 DB");
      await ingestFiles(world.deps, store, claims);
      expect(world.kinds()).toEqual({ "file-a": "completed" });
    },
  );

  it("gives the same chunks and ids when repeated", async () => {
    const [first, second] = [new World(), new World()];
    for (const world of [first, second]) {
      await ingestFiles(world.deps, store, [world.add("a", long(2_000))]);
    }
    second.add("a", long(2_000));
    await ingestFiles(second.deps, store, [second.add("a", long(2_000))]);

    expect(second.shards).toEqual(first.shards);
    expect(second.corpus).toEqual(first.corpus);
  });
});
