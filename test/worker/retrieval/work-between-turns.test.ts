import { scheduler } from "node:timers/promises";

import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { ChunkTables } from "../../../durable-objects/search-shard/tables/chunk-tables.ts";
import { newId, type FileId } from "../../../src/ids.ts";
import { writeDocuments } from "../../../src/ingest/write-shard.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import type { ShardChunk } from "../../../src/retrieval/search-types.ts";
import { type IndexedDocument, makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { hashAll } from "../../../src/wiring/embedding-cache-deps.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { writeLong } from "./write-long.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Makes a file whose chunks have this many terms each. */
function makeLarge(name: string, chunkCount: number, terms: number): IndexedDocument {
  const [chunk] = makeDocument(name, ["word"]).chunks;
  if (!chunk) throw new Error("There is no chunk");
  const words = Array.from({ length: terms }, (_, index) => `w${index % 500}`).join(" ");
  const chunks = Array.from({ length: chunkCount }, (_, ordinal) => ({
    ...chunk,
    id: `${name}-${ordinal}`,
    ordinal,
    bodyTerms: words,
    length: terms,
  }));
  return { ...makeDocument(name, []), chunks };
}

/** Lets the turns of other requests take no time, and counts them. */
const skipTurns = () => vi.spyOn(scheduler, "wait").mockImplementation(async () => {});

/** Sums the work of recorded calls between two turns. */
function sumBetween(
  turns: readonly number[],
  calls: readonly { readonly order: number; readonly work: number }[],
): number[] {
  const ends = [...turns, Number.POSITIVE_INFINITY];
  return ends.map((end, index) => {
    const start = ends[index - 1] ?? 0;
    const between = calls.filter(({ order }) => order > start && order < end);
    return between.reduce((sum, { work }) => sum + work, 0);
  });
}

describe("the work between two turns of other requests", () => {
  it.for([
    ["of many files", Array.from({ length: 40 }, (_, index) => makeLarge(`m${index}`, 30, 300))],
    ["of large chunks", [makeLarge("l", 300, 2_000)]],
  ] as const)("is bounded in a write to a shard: %s", async ([name, documents], { expect }) => {
    const shard = env.SEARCH_SHARDS.getByName(name);
    const turns = skipTurns();
    const added = vi.spyOn(ChunkTables.prototype, "addChunks");
    const [long] = documents.filter(({ chunks }) => chunks.length > 200);
    if (long) await writeLong(shard, long);
    else await writeDocuments(shard, documents);

    for (const [measure, most] of [
      [(chunks: readonly ShardChunk[]) => chunks.length, 200],
      [
        (chunks: readonly ShardChunk[]) => chunks.reduce((sum, { length }) => sum + length, 0),
        150_000,
      ],
    ] as const) {
      const calls = added.mock.calls.map(([, chunks], index) => ({
        order: added.mock.invocationCallOrder[index] ?? 0,
        work: measure(chunks),
      }));
      const parts = sumBetween(turns.mock.invocationCallOrder, calls);
      expect(Math.max(...parts)).toBeLessThanOrEqual(most);
    }
    const chunkCount = documents.flatMap(({ chunks }) => chunks).length;
    expect((await shard.inspect()).chunkCount).toBe(chunkCount);
    expect((await shard.statistics(["w0"])).documentCounts).toEqual([chunkCount]);
  });

  it("is bounded in a removal from a shard", async ({ expect }) => {
    const shard = env.SEARCH_SHARDS.getByName("removal");
    const documents = Array.from({ length: 12 }, (_, index) => makeLarge(`r${index}`, 300, 2));
    for (const document of documents) await writeLong(shard, document);
    const turns = skipTurns();
    const dropped = vi.spyOn(ChunkTables.prototype, "dropChunks");
    await shard.remove(documents.map(({ fileId }) => ({ fileId, version: 1 })));

    const calls = dropped.mock.invocationCallOrder.map((order) => ({ order, work: 300 }));
    const parts = sumBetween(turns.mock.invocationCallOrder, calls);
    expect(dropped).toHaveBeenCalledTimes(12);
    expect(Math.max(...parts)).toBeLessThanOrEqual(1_000);
    expect(await shard.inspect()).toMatchObject({ chunkCount: 0, files: [] });
    expect(await shard.write(makeBatch(documents.slice(0, 1)))).toMatchObject([
      { outcome: "superseded" },
    ]);
  });

  it("is bounded in a removal from a corpus database", async ({ expect }) => {
    const index = { projectId: newId("proj_"), storeId: newId("vs_"), generation: 1 };
    const corpus = new Corpus(env.CORPUS_0);
    const files: FileId[] = ["file-a", "file-b", "file-c"];
    const texts = Array.from({ length: 1_500 }, () => "x");
    const documents = files.map((fileId) => {
      const document = makeDocument("x", texts);
      return { ...document, fileId, chunkCount: document.chunks.length };
    });
    await corpus.writeDocuments(index, documents);
    const left: number[] = [];
    vi.spyOn(scheduler, "wait").mockImplementation(async () => {
      left.push(await corpus.countChunks(index));
    });
    await corpus.removeDocuments(
      index,
      files.map((fileId) => ({ fileId, version: 1 })),
    );

    expect(left).toEqual([2_500, 500]);
    expect(await corpus.countChunks(index)).toBe(0);
  });

  it("is bounded while passages are embedded by hashes", async ({ expect }) => {
    const turns = skipTurns();
    const terms = Array.from({ length: 3_000 }, () => "word");
    const passages = Array.from({ length: 50 }, () => ({ terms }));

    expect(await hashAll(passages)).toHaveLength(50);
    expect(turns).toHaveBeenCalledTimes(16);
  });
});
