import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { meanLength, weighTerms } from "../../../src/retrieval/bm25.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import type { ShardQuery } from "../../../src/retrieval/search-types.ts";
import { queryTerms } from "../../../src/retrieval/tokenize.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";

const openShard = (name: string) => env.SEARCH_SHARDS.getByName(name);

/** Searches one shard as the only one of its store. */
async function find(name: string, question: string, more: Partial<ShardQuery> = {}) {
  const shard = openShard(name);
  const counts = queryTerms(question);
  const terms = [...counts.keys()];
  const statistics = await shard.statistics(terms);
  return shard.search({
    terms: weighTerms(
      counts,
      statistics.chunkCount,
      (term) => statistics.documentCounts[terms.indexOf(term)] ?? 0,
    ),
    averageLength: meanLength(statistics),
    vector: null,
    weights: { lexical: 1, dense: 0 },
    filter: null,
    hidden: [],
    candidatesMax: 10,
    ...more,
  });
}

const ids = async (found: Promise<{ chunkId: string }[]>) =>
  (await found).map(({ chunkId }) => chunkId);

/** The inventory of a shard that was never written to. */
const EMPTY = { isUsed: false, chunkCount: 0, highestVersion: 0, files: [], hasMore: false };

describe("a search shard", () => {
  it("finds words of every script, even after its memory is lost", async ({ expect }) => {
    await openShard("scripts").write([
      makeDocument("de", ["Die Häuser der Straße sind größer geworden."]),
      makeDocument("ar", ["قرأ الطلاب الكتاب في المكتبة"]),
      makeDocument("zh", ["我们在图书馆学习机器翻译。"]),
      makeDocument("ja", ["東京の図書館で本を読みました。"]),
      makeDocument("th", ["นักเรียนดื่มน้ำในห้องสมุด"]),
      makeDocument("en", ["The libraries were closed."]),
    ]);
    await evictDurableObject(openShard("scripts"));

    expect(await ids(find("scripts", "strasse grösser"))).toEqual(["de-0000"]);
    expect(await ids(find("scripts", "كتاب"))).toEqual(["ar-0000"]);
    expect(await ids(find("scripts", "机器翻译"))).toEqual(["zh-0000"]);
    expect(await ids(find("scripts", "東京"))).toEqual(["ja-0000"]);
    expect(await ids(find("scripts", "น้ำ"))).toEqual(["th-0000"]);
    expect(await ids(find("scripts", "library closing"))).toEqual(["en-0000"]);
  });

  it("searches FTS5's query syntax as text", async ({ expect }) => {
    await openShard("syntax").write([
      makeDocument("a", ["a NEAR miss"]),
      makeDocument("b", ["terms"]),
    ]);

    for (const question of [
      '"near',
      "NEAR(near, 2)",
      "near*",
      "terms: near",
      "-near ^near",
      "'near'--",
    ]) {
      expect(await ids(find("syntax", question))).toContain("a-0000");
    }
  });

  it("keeps the newest version of a file in any order of writes", async ({ expect }) => {
    const shard = openShard("versions");
    const outcomeOf = async (version: number, text: string) =>
      (await shard.write([makeDocument("f", [text, "filler"], { version })]))[0]?.outcome;

    expect(await outcomeOf(2, "second")).toBe("written");
    expect(await outcomeOf(2, "second")).toBe("unchanged");
    expect(await outcomeOf(1, "first")).toBe("superseded");
    expect(await find("versions", "first")).toEqual([]);
    expect(await outcomeOf(3, "third")).toBe("written");
    expect(await find("versions", "second")).toEqual([]);
    expect(await ids(find("versions", "third"))).toEqual(["f-0000"]);
    expect((await shard.statistics(["filler"])).documentCounts).toEqual([1]);
    expect(await shard.inspect()).toMatchObject({
      chunkCount: 2,
      files: [{ fileId: "file-f", version: 3, chunkCount: 2 }],
    });
  });

  it("never restores a removed file, even one that was removed before it was written", async ({
    expect,
  }) => {
    const shard = openShard("removed");
    await shard.write([makeDocument("here", ["words"])]);
    const removal = [
      { fileId: "file-here", version: 2 } as const,
      { fileId: "file-late", version: 2 } as const,
    ];
    await shard.remove(removal);
    await shard.remove(removal);
    const outcomes = await shard.write([
      makeDocument("here", ["words"]),
      makeDocument("late", ["words"]),
    ]);

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["superseded", "superseded"]);
    expect(await find("removed", "words")).toEqual([]);
    expect(await shard.inspect()).toEqual({ ...EMPTY, isUsed: true, highestVersion: 2 });
    expect(await shard.statistics(["word"])).toEqual({
      chunkCount: 0,
      totalLength: 0,
      documentCounts: [0],
    });
  });

  it("ignores a removal of an older version", async ({ expect }) => {
    await openShard("late-removal").write([makeDocument("f", ["words"], { version: 3 })]);
    await openShard("late-removal").remove([{ fileId: "file-f", version: 2 }]);

    expect(await ids(find("late-removal", "words"))).toEqual(["f-0000"]);
  });

  it("filters before it cuts, by attributes that may change", async ({ expect }) => {
    const shard = openShard("filters");
    const many = Array.from({ length: 60 }, (_, index) =>
      makeDocument(`n${index}`, ["apple apple"], { attributes: { year: 2000 } }),
    );
    await shard.write([...many, makeDocument("wanted", ["apple and a long tail of other words"])]);
    const filter = { type: "eq", key: "year", value: 2026 } as const;

    expect(await find("filters", "apple", { filter, candidatesMax: 1 })).toEqual([]);
    expect(await shard.setAttributes("file-wanted", 1, { year: 2026 })).toBe(true);
    expect(await ids(find("filters", "apple", { filter, candidatesMax: 1 }))).toEqual([
      "wanted-0000",
    ]);
    expect(await shard.setAttributes("file-unknown", 1, {})).toBe(false);
    await evictDurableObject(shard);
    expect(await ids(find("filters", "apple", { filter, candidatesMax: 1 }))).toEqual([
      "wanted-0000",
    ]);
  });

  it("finds a misspelled word by its vector and leaves out hidden files", async ({ expect }) => {
    await openShard("dense").write([
      makeDocument("a", ["photosynthesis in leaves"]),
      makeDocument("b", ["the price of copper"]),
    ]);
    const vector = hashEmbedding("photosinthesis");
    const weights = { lexical: 0, dense: 1 };
    const found = await find("dense", "photosinthesis", { vector, weights, candidatesMax: 1 });

    expect(found.map(({ chunkId }) => chunkId)).toEqual(["a-0000"]);
    expect(found[0]?.dense).toBeGreaterThan(0.2);
    const hidden = ["file-a"] as const;
    expect(await ids(find("dense", "photosinthesis", { vector, weights, hidden }))).not.toContain(
      "a-0000",
    );
  });

  it("finds by vector a file that is written after a search of the empty shard", async ({
    expect,
  }) => {
    const shard = openShard("emptied");
    await shard.write([makeDocument("a", ["words"])]);
    await shard.remove([{ fileId: "file-a", version: 2 }]);
    const vector = hashEmbedding("photosynthesis");
    const dense = { vector, weights: { lexical: 0, dense: 1 } };
    expect(await find("emptied", "photosynthesis", dense)).toEqual([]);
    await shard.write([makeDocument("b", ["photosynthesis"])]);

    expect(await ids(find("emptied", "photosynthesis", dense))).toEqual(["b-0000"]);
  });

  it("stores all documents of a call or none", async ({ expect }) => {
    const shard = openShard("whole");
    await shard.write([makeDocument("old", ["words"])]);
    await find("whole", "words");
    const broken = { ...makeDocument("broken", ["words"]), version: Number.NaN };
    const failure = await runInDurableObject(shard, async (object: SearchShardObject) => {
      try {
        await object.write([makeDocument("old", ["other", "words"], { version: 2 }), broken]);
        return "written";
      } catch (error) {
        return String(error);
      }
    });

    expect(failure).toContain("file.version must be an integer, not NaN");
    expect(await ids(find("whole", "words"))).toEqual(["old-0000"]);
    expect(await find("whole", "other")).toEqual([]);
    expect(await shard.statistics(["word"])).toEqual({
      chunkCount: 1,
      totalLength: 1,
      documentCounts: [1],
    });
  });

  it("shows no part of a large file while it is written", async ({ expect }) => {
    const shard = openShard("large");
    await shard.write([makeDocument("large", ["old words"])]);
    const texts = Array.from({ length: 1_000 }, (_, index) => `words ${index}`);
    const [, { documentCounts }] = await Promise.all([
      shard.write([makeDocument("small", ["words"]), makeDocument("large", texts, { version: 2 })]),
      shard.statistics(["old", "word"]),
    ]);

    expect(documentCounts).toEqual([0, 1_001]);
    expect(await ids(find("large", "999"))).toEqual(["large-0999"]);
    await evictDurableObject(shard);
    expect(await ids(find("large", "999"))).toEqual(["large-0999"]);
    expect((await shard.inspect()).files).toEqual([
      { fileId: "file-large", version: 2, chunkCount: 1_000 },
      { fileId: "file-small", version: 1, chunkCount: 1 },
    ]);
  });

  it("starts a large file again when its object dies in the middle", async ({ expect }) => {
    const shard = openShard("dying");
    const texts = Array.from({ length: 1_000 }, (_, index) => `words ${index}`);
    const whole = makeDocument("large", texts, { version: 2 });
    const chunks = whole.chunks.map((chunk) =>
      chunk.ordinal === 900 ? { ...chunk, start: Number.NaN } : chunk,
    );
    await expect(shard.write([{ ...whole, chunks }])).rejects.toThrow("must be an integer");
    const again = openShard("dying");
    const { chunkCount } = await again.inspect();
    expect(chunkCount).toBeGreaterThan(0);
    expect(chunkCount).toBeLessThan(900);
    expect(await again.write([whole])).toEqual([{ fileId: "file-large", outcome: "written" }]);
    expect(await again.write([whole])).toEqual([{ fileId: "file-large", outcome: "unchanged" }]);

    expect(await again.inspect()).toMatchObject({
      chunkCount: 1_000,
      files: [{ fileId: "file-large", version: 2, chunkCount: 1_000 }],
    });
    expect((await again.statistics(["word"])).documentCounts).toEqual([1_000]);
  });

  it("answers a question of a thousand different words", async ({ expect }) => {
    await openShard("long").write([makeDocument("a", ["word999 alone"])]);
    const question = Array.from({ length: 1_000 }, (_, index) => `word${index}`).join(" ");

    expect(await ids(find("long", question))).toEqual(["a-0000"]);
  });

  it("returns the passages around a hit", async ({ expect }) => {
    await openShard("around").write([
      makeDocument("f", ["zero", "one", "two"]),
      makeDocument("g", ["x"]),
    ]);

    const around = await openShard("around").passages("file-f", [2, 1, 7]);
    expect(around.map(({ text }) => text)).toEqual(["one", "two"]);
  });

  it("writes nothing when it is only searched", async ({ expect }) => {
    const shard = openShard("never-written");
    expect(await find("never-written", "anything")).toEqual([]);
    expect(await shard.inspect()).toEqual(EMPTY);
    expect(await shard.setAttributes("file-a", 1, {})).toBe(false);
    const size = await runInDurableObject(shard, (_, state) =>
      state.storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(size).toEqual([]);
  });

  it("stays empty once it is erased", async ({ expect }) => {
    const shard = openShard("erased");
    await shard.write([makeDocument("a", ["words"])]);
    await shard.erase();
    await evictDurableObject(shard);

    expect(await shard.write([makeDocument("a", ["words"], { version: 9 })])).toEqual([
      { fileId: "file-a", outcome: "erased" },
    ]);
    expect(await find("erased", "words")).toEqual([]);
  });
});
