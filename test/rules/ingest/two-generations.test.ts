import { describe, expect, it } from "vitest";

import { CorpusFull } from "../../../src/ingest/corpus-full.ts";
import type { IngestDeps } from "../../../src/ingest/ingest-deps.ts";
import { ingestFiles } from "../../../src/ingest/ingest-files.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import type { IngestClaim } from "../../../src/knowledge/vector-store-types.ts";
import { packRows } from "../../../src/retrieval/dense/rows.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { quantize } from "../../../src/retrieval/quantize.ts";
import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../retrieval/documents.ts";
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

  it("is embedded once for both if they are built in the same way", async () => {
    const world = new World();
    const same = { ...also, chunking: CHUNKING_AUTO };
    await ingestFiles(world.deps, store, [world.add("a", long(70), { also: same })]);
    expect(world.reports.get("file-a")).toMatchObject({ also: { kind: "completed" } });
    expect(world.calls.filter((call) => call === "embedPassages")).toHaveLength(1);
    await ingestFiles(world.deps, store, [world.add("b", long(70), { also })]);
    expect(world.calls.filter((call) => call === "embedPassages")).toHaveLength(3);
  });

  it("has terms of the version of each generation, and the same vectors", async () => {
    const world = new World();
    const written: { generation: number; documents: readonly IndexedDocument[] }[] = [];
    const deps: IngestDeps = {
      ...world.deps,
      writeShard: async (_, generation, _shard, documents) => {
        written.push({ generation, documents });
      },
    };
    const text = "The IT department has a Wi-Fi.";
    for (const [name, own] of [
      // Embedded once for both, and for each by itself.
      ["a", CHUNKING_AUTO],
      ["b", chunking],
    ] as const) {
      const second = { ...also, chunking: own, analyzer: 2 };
      await ingestFiles(deps, store, [world.add(name, text, { also: second })]);
    }
    const chunks = written
      .toSorted((one, other) => one.generation - other.generation)
      .flatMap(({ documents }) =>
        documents.flatMap(({ analyzer, chunks: own }) =>
          own.map(({ bodyTerms, length, vector }) => ({ analyzer, bodyTerms, length, vector })),
        ),
      );
    const first = { analyzer: 1, bodyTerms: "depart ha wi fi", length: 4 };
    const second = { analyzer: 2, bodyTerms: "depart ha wi fi wifi it", length: 6 };
    const vector = quantize(hashEmbedding(text));
    expect(chunks).toEqual([first, first, second, second].map((one) => ({ ...one, vector })));
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

  it("is copied from the chunks of the other generation, under ids of its own", async () => {
    const [world, source] = [
      new World(),
      { generation: 1, shard: 4, chunkCount: 2, usageBytes: 90 },
    ];
    const task = { isCopy: true, generation: 2, source } as const;
    const [document] = [makeDocument("a", ["Alpha.", "Beta."])];
    const read: IngestDeps["readStored"] = async (_store, from) => ({
      version: 1,
      chunkCount: from.chunkCount,
      chunks: document.chunks.map(
        ({ headingTerms: _h, bodyTerms: _b, vector: _v, ...chunk }) => chunk,
      ),
      dimensions: 512,
      vectors: packRows(
        document.chunks.map(({ vector }) => vector),
        512,
      ),
    });
    await ingestFiles({ ...world.deps, readStored: read }, store, [world.add("a", "", task)]);
    expect(world.reports.get("file-a")).toMatchObject({ chunkCount: 2, usageBytes: 90 });
    const written = world.shards.get("0:file-a")?.chunks;
    expect(written?.map(({ id: _id, ...chunk }) => chunk)).toEqual(
      document.chunks.map(({ id: _id, ...chunk }) => chunk),
    );
    expect(written?.map(({ id }) => id)).toEqual(
      world.corpus.get("0:file-a")?.chunks.map(({ id }) => id),
    );
    const others = ["readText", "readFile", "extractText", "embedPassages"];
    expect(world.calls.filter((call) => others.some((one) => call.startsWith(one)))).toEqual([]);
  });

  it.for([
    ["has none", null],
    ["has another number of them", { chunkCount: 3 }],
    ["fails", "fails"],
  ] as const)("is copied from its text if the shard of its chunks %s", async ([, found]) => {
    const world = new World();
    world.texts.set("file-a", "Gamma.");
    const lost: unknown[] = [];
    const source = { generation: 1, shard: 4, chunkCount: 1, usageBytes: 90 };
    const deps: IngestDeps = {
      ...world.deps,
      onSourceLost: (_task, error) => lost.push(error),
      readStored: async () => {
        if (found === "fails") throw new Error("The shard is damaged");
        return (
          found && { version: 1, chunks: [], dimensions: 0, vectors: new Int8Array(), ...found }
        );
      },
    };
    const task = world.add("a", "", { isCopy: true, generation: 2, source });
    await ingestFiles(deps, store, [task]);
    expect(world.corpus.get("0:file-a")?.chunks).toMatchObject([{ text: "Gamma." }]);
    expect(lost).toHaveLength(1);
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
