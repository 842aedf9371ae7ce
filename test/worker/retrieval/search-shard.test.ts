import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { find, ids, openShard } from "./shard.ts";

/** The inventory of a shard that was never written to. */
const EMPTY = {
  isUsed: false,
  chunkCount: 0,
  indexed: 0,
  highestVersion: 0,
  files: [],
  hasMore: false,
};

describe("a search shard", () => {
  it("finds words of every script, even after its memory is lost", async ({ expect }) => {
    await openShard("scripts").write(
      makeBatch([
        makeDocument("de", ["Die Häuser der Straße sind größer geworden."]),
        makeDocument("ar", ["قرأ الطلاب الكتاب في المكتبة"]),
        makeDocument("zh", ["我们在图书馆学习机器翻译。"]),
        makeDocument("ja", ["東京の図書館で本を読みました。"]),
        makeDocument("th", ["นักเรียนดื่มน้ำในห้องสมุด"]),
        makeDocument("en", ["The libraries were closed."]),
      ]),
    );
    await evictDurableObject(openShard("scripts"));

    expect(await ids(find("scripts", "strasse grösser"))).toEqual(["de-0000"]);
    expect(await ids(find("scripts", "كتاب"))).toEqual(["ar-0000"]);
    expect(await ids(find("scripts", "机器翻译"))).toEqual(["zh-0000"]);
    expect(await ids(find("scripts", "東京"))).toEqual(["ja-0000"]);
    expect(await ids(find("scripts", "น้ำ"))).toEqual(["th-0000"]);
    expect(await ids(find("scripts", "library closing"))).toEqual(["en-0000"]);
  });

  it("searches FTS5's query syntax as text", async ({ expect }) => {
    await openShard("syntax").write(
      makeBatch([makeDocument("a", ["a NEAR miss"]), makeDocument("b", ["terms"])]),
    );

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
      (await shard.write(makeBatch([makeDocument("f", [text, "filler"], { version })])))[0]
        ?.outcome;

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
    await shard.write(makeBatch([makeDocument("here", ["words"])]));
    const removal = [
      { fileId: "file-here", version: 2 } as const,
      { fileId: "file-late", version: 2 } as const,
    ];
    await shard.remove(removal);
    await shard.remove(removal);
    const outcomes = await shard.write(
      makeBatch([makeDocument("here", ["words"]), makeDocument("late", ["words"])]),
    );

    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["superseded", "superseded"]);
    expect(await find("removed", "words")).toEqual([]);
    expect(await shard.inspect()).toEqual({ ...EMPTY, isUsed: true, highestVersion: 2 });
    expect(await shard.statistics(["word"])).toEqual({
      chunkCount: 0,
      totalLength: 0,
      documentCounts: [0],
      dimensions: 512,
    });
  });

  it("ignores a removal of an older version", async ({ expect }) => {
    await openShard("late-removal").write(
      makeBatch([makeDocument("f", ["words"], { version: 3 })]),
    );
    await openShard("late-removal").remove([{ fileId: "file-f", version: 2 }]);

    expect(await ids(find("late-removal", "words"))).toEqual(["f-0000"]);
  });

  it("filters before it cuts, by attributes that may change", async ({ expect }) => {
    const shard = openShard("filters");
    const many = Array.from({ length: 60 }, (_, index) =>
      makeDocument(`n${index}`, ["apple apple"], { attributes: { year: 2000 } }),
    );
    await shard.write(
      makeBatch([...many, makeDocument("wanted", ["apple and a long tail of other words"])]),
    );
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
    await openShard("dense").write(
      makeBatch([
        makeDocument("a", ["photosynthesis in leaves"]),
        makeDocument("b", ["the price of copper"]),
      ]),
    );
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
    await shard.write(makeBatch([makeDocument("a", ["words"])]));
    await shard.remove([{ fileId: "file-a", version: 2 }]);
    const vector = hashEmbedding("photosynthesis");
    const dense = { vector, weights: { lexical: 0, dense: 1 } };
    expect(await find("emptied", "photosynthesis", dense)).toEqual([]);
    await shard.write(makeBatch([makeDocument("b", ["photosynthesis"])]));

    expect(await ids(find("emptied", "photosynthesis", dense))).toEqual(["b-0000"]);
  });

  it("stores all documents of a call or none", async ({ expect }) => {
    const shard = openShard("whole");
    await shard.write(makeBatch([makeDocument("old", ["words"])]));
    await find("whole", "words");
    const broken = { ...makeDocument("broken", ["words"]), version: Number.NaN };
    const failure = await runInDurableObject(shard, async (object: SearchShardObject) => {
      try {
        await object.write(
          makeBatch([makeDocument("old", ["other", "words"], { version: 2 }), broken]),
        );
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
      dimensions: 512,
    });
  });

  it("answers a question of a thousand different words", async ({ expect }) => {
    await openShard("long").write(makeBatch([makeDocument("a", ["word999 alone"])]));
    const question = Array.from({ length: 1_000 }, (_, index) => `word${index}`).join(" ");

    expect(await ids(find("long", question))).toEqual(["a-0000"]);
  });

  it("returns the passages around a hit", async ({ expect }) => {
    await openShard("around").write(
      makeBatch([makeDocument("f", ["zero", "one", "two"]), makeDocument("g", ["x"])]),
    );

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
    await shard.write(makeBatch([makeDocument("a", ["words"])]));
    await shard.erase();
    await evictDurableObject(shard);

    expect(await shard.write(makeBatch([makeDocument("a", ["words"], { version: 9 })]))).toEqual([
      { fileId: "file-a", outcome: "erased" },
    ]);
    expect(await find("erased", "words")).toEqual([]);
  });
});
