import { describe, expect, it, vi } from "vitest";

import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import { HASH_DIMENSIONS } from "../../../src/retrieval/hash-embedding.ts";
import { store, World } from "./ingest-world.ts";

const long = (words: number) => "Some words that make a sentence here. ".repeat(words / 7);

describe("ingestFiles with a file of many chunks", () => {
  it("embeds, stages and records a long file in windows of at most 200 chunks", async () => {
    const world = new World();
    const claims = [world.add("long", long(300_000))];
    const embed = vi.spyOn(world.deps, "embedPassages");
    const record = vi.spyOn(world.deps, "writeCorpus");
    await ingestFiles(world.deps, store, claims);

    const { chunks = [] } = world.shards.get("0:file-long") ?? {};
    expect(chunks.length).toBeGreaterThan(400);
    expect(chunks.map(({ ordinal }) => ordinal)).toEqual([...chunks.keys()]);
    expect(world.corpus.get("0:file-long")).toMatchObject({ chunkCount: chunks.length });
    expect(world.corpus.get("0:file-long")?.chunks).toHaveLength(chunks.length);
    for (const [, , passages] of embed.mock.calls) expect(passages.length).toBeLessThanOrEqual(200);
    for (const [, , documents] of record.mock.calls) {
      expect(documents.flatMap((document) => document.chunks).length).toBeLessThanOrEqual(200);
    }
    const windows = Math.ceil(chunks.length / 200);
    expect(world.calls).toEqual([
      "take",
      "readFile:file-long",
      "extractText",
      "storeText:file-long",
      "staged:file-long",
      ...Array.from({ length: windows }, (_, at) => [
        "embedPassages",
        `stage:1:0:${at * 200}`,
        "renew",
      ]).flat(),
      ...Array.from({ length: windows }, () => ["writeCorpus:0:1", "renew"]).flat(),
      "publish:file-long",
      "report:1",
    ]);
    const bytes = chunks.reduce((sum, { text }) => sum + text.length, 0);
    expect(world.reports.get("file-long")).toEqual({
      kind: "completed",
      generation: 1,
      chunkCount: chunks.length,
      usageBytes: bytes + chunks.length * HASH_DIMENSIONS * 4,
    });
  });

  it("indexes a text of 12 MB", { timeout: 60_000 }, async () => {
    const world = new World();
    await ingestFiles(world.deps, store, [world.add("book", long(2_300_000))]);

    expect(world.reports.get("file-book")).toMatchObject({ kind: "completed" });
    expect(world.shards.get("0:file-book")?.chunks.at(-1)?.end).toBeGreaterThan(12_000_000);
  });

  it("fails a file with more chunks than one may have, before anything is embedded", async () => {
    const world = new World();
    const chunking = { chunkTokensMax: 100, overlapTokens: 50 };
    await ingestFiles(world.deps, store, [world.add("huge", "a ".repeat(3_200_000), { chunking })]);

    expect(world.reports.get("file-huge")).toEqual({
      kind: "failed",
      code: "invalid_file",
      message: expect.stringMatching("more than 60,000 chunks"),
    });
    expect(world.calls.filter((call) => /embed|stage:|write|publish/.test(call))).toEqual([]);
  });

  it("stops with a long file whose lease has ended", async () => {
    const world = new World();
    const onFailure = vi.spyOn(world.deps, "onFailure");
    vi.spyOn(world.deps, "renew").mockResolvedValue(false);
    await ingestFiles(world.deps, store, [world.add("long", long(300_000))]);

    expect(world.kinds()).toEqual({ "file-long": "retry" });
    expect(world.calls.filter((call) => call === "embedPassages")).toHaveLength(1);
    expect(onFailure).not.toHaveBeenCalled();
    expect(world.shards.size + world.corpus.size).toBe(0);
  });
});
