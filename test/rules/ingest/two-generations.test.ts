import { describe, expect, it } from "vitest";

import { CorpusFull } from "../../../src/ingest/corpus-full.ts";
import type { IngestDeps } from "../../../src/ingest/ingest-deps.ts";
import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import type { IngestClaim } from "../../../src/knowledge/vector-store-types.ts";
import { store, World } from "./ingest-world.ts";

const long = (words: number) => "Some words that make a sentence here. ".repeat(words / 7);

const refuseRecord: IngestDeps["writeCorpus"] = async (number) => {
  throw new CorpusFull(number, 1);
};

describe("a file of a store with two generations", () => {
  const chunking = { chunkTokensMax: 100, overlapTokens: 0 };
  const also = { generation: 2, embeddingModel: "hash-1", chunking, shard: 0 };

  it("is extracted once and written to both, each with its own chunks", async () => {
    const world = new World();
    await ingestFiles(world.deps, store, [world.add("a", long(700), { also })]);

    const outcome = world.reports.get("file-a");
    expect(outcome).toMatchObject({ kind: "completed", generation: 1 });
    expect(outcome).toMatchObject({ also: { kind: "completed", generation: 2 } });
    if (outcome?.kind !== "completed" || outcome.also?.kind !== "completed") throw new Error();
    expect(outcome.also.chunkCount).toBeGreaterThan(outcome.chunkCount);
    expect(world.calls.filter((call) => call.startsWith("extractText"))).toHaveLength(1);
    expect(world.calls).toContain("writeShard:2:0:1");
  });

  it("is completed in its own when the other one cannot be written", async () => {
    const world = new World();
    world.fault = "writeShard:2";
    await ingestFiles(world.deps, store, [world.add("a", "Alpha.", { also })]);
    expect(world.reports.get("file-a")).toMatchObject({
      kind: "completed",
      also: { kind: "retry", generation: 2 },
    });
  });

  it("is tried again when its own cannot be written", async () => {
    const world = new World();
    world.fault = "writeShard:1";
    await ingestFiles(world.deps, store, [world.add("a", "Alpha.", { also })]);
    expect(world.kinds()).toEqual({ "file-a": "retry" });
  });

  it("is copied from its stored text, which stays as it is", async () => {
    const world = new World();
    world.texts.set("file-a", "As another build has extracted it.");
    await ingestFiles(world.deps, store, [
      world.add("a", "Alpha.", { isCopy: true, generation: 2 }),
    ]);
    expect(world.corpus.get("0:file-a")?.chunks).toMatchObject([
      { text: "As another build has extracted it." },
    ]);
    expect(world.calls).not.toContain("storeText:file-a");
  });

  it("is copied from its bytes without a text, and from its text without bytes", async () => {
    const world = new World();
    const [a, b] = [
      world.add("a", "Alpha.", { isCopy: true }),
      world.add("b", "Beta.", { isCopy: true }),
    ];
    world.texts.set("file-b", "Beta.");
    world.files.delete("file-b");
    await ingestFiles(world.deps, store, [a, b]);
    expect(world.kinds()).toEqual({ "file-a": "completed", "file-b": "completed" });
    expect(world.texts.get("file-a")).toBe("Alpha.");
  });

  it("is written to both in windows if it is long", async () => {
    const world = new World();
    await ingestFiles(world.deps, store, [world.add("a", long(140_000), { also })]);

    const outcome = world.reports.get("file-a");
    if (outcome?.kind !== "completed" || outcome.also?.kind !== "completed") throw new Error();
    expect([outcome.generation, outcome.also.generation]).toEqual([1, 2]);
    expect(outcome.also.chunkCount).toBeGreaterThan(outcome.chunkCount);
    expect(world.calls).toContain("stage:1:0:0");
    expect(world.calls).toContain("stage:2:0:0");
    expect(world.calls.filter((call) => call.startsWith("extractText"))).toHaveLength(1);
  });

  it("is completed in its own when a window of the other one cannot be written", async () => {
    const world = new World();
    world.fault = "stage:2";
    await ingestFiles(world.deps, store, [world.add("a", long(140_000), { also })]);
    expect(world.reports.get("file-a")).toMatchObject({
      kind: "completed",
      generation: 1,
      also: { kind: "retry", generation: 2 },
    });
  });

  it("is copied in windows from its stored text, under the lease of the copy", async () => {
    const world = new World();
    const text = long(140_000);
    world.texts.set("file-a", text);
    const renewed: IngestClaim[] = [];
    const renew: IngestDeps["renew"] = async (_, claim) => renewed.push(claim) > 0;
    const claim = world.add("a", text, { isCopy: true, ...also });
    await ingestFiles({ ...world.deps, renew }, store, [claim]);
    expect(world.reports.get("file-a")).toMatchObject({ kind: "completed", generation: 2 });
    expect(world.calls).not.toContain("storeText:file-a");
    expect(new Set(renewed.map(({ generation }) => generation))).toEqual(new Set([2]));
  });

  it("moves to a database with room, but a copy of it alone does not", async () => {
    const world = new World();
    const claims = [
      world.add("a", "Alpha.", { also }),
      world.add("b", "Beta.", { isCopy: true, generation: 2 }),
    ];
    await ingestFiles({ ...world.deps, writeCorpus: refuseRecord }, store, claims);
    expect(world.reports.get("file-a")).toEqual({ kind: "moved", corpusShard: 1 });
    expect(world.reports.get("file-b")).toMatchObject({ kind: "failed" });
  });
});
