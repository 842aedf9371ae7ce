import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, it, vi } from "vitest";

import { StagedFiles } from "../../../durable-objects/search-shard/staged-files.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { countRows, find, ids, openShard } from "./shard.ts";
import { writeLong } from "./write-long.ts";

const manyTexts = (count: number) => Array.from({ length: count }, (_, index) => `words ${index}`);

/** Makes the parts of a file of `count` chunks, as its consumer stages them. */
function makeParts(name: string, count: number, version = 1) {
  const { chunks, ...file } = makeDocument(name, manyTexts(count), { version });
  const parts = Array.from({ length: Math.ceil(count / 200) }, (_, part) => {
    const from = part * 200;
    const batch = makeBatch([{ ...file, chunks: chunks.slice(from, from + 200) }]);
    return { batch, from };
  });
  return { parts, file: { ...file, chunkCount: count } };
}

/** Makes a call whose failure is expected: one promise, which the test awaits. */
const run = async <Value>(call: () => Promise<Value>): Promise<Value> => await call();

const DAY_MS = 24 * 3_600_000;

describe("a file of more than 200 chunks", () => {
  it("is seen as a whole when its last part is written", async ({ expect }) => {
    const shard = openShard("large");
    await shard.write(makeBatch([makeDocument("large", ["old words"])]));
    const whole = makeDocument("large", manyTexts(1_000), { version: 2 });
    const seen: unknown[] = [];
    const look = async <Value>(call: Promise<Value>): Promise<Value> => {
      const value = await call;
      seen.push((await shard.statistics(["old", "word"])).documentCounts);
      return value;
    };
    await look(shard.write(makeBatch([makeDocument("small", ["words"])])));
    await writeLong(
      {
        staged: (file) => shard.staged(file),
        stage: (part) => look(shard.stage(part)),
        publish: (file) => look(shard.publish(file)),
      },
      whole,
    );

    expect(seen.slice(0, -1)).toEqual(Array.from({ length: 6 }, () => [1, 2]));
    expect(seen.at(-1)).toEqual([0, 1_001]);
    expect(await ids(find("large", "999"))).toEqual(["large-0999"]);
    await evictDurableObject(shard);
    expect(await ids(find("large", "999"))).toEqual(["large-0999"]);
    expect((await shard.inspect()).files).toEqual([
      { fileId: "file-large", version: 2, chunkCount: 1_000 },
      { fileId: "file-small", version: 1, chunkCount: 1 },
    ]);
  });

  it("goes on behind its last part when its object dies in the middle", async ({ expect }) => {
    const shard = openShard("dying");
    const whole = makeDocument("large", manyTexts(1_000), { version: 2 });
    const broken = whole.chunks.map((chunk) =>
      chunk.ordinal === 900 ? { ...chunk, start: Number.NaN } : chunk,
    );
    await expect(writeLong(shard, { ...whole, chunks: broken })).rejects.toThrow(
      "must be an integer",
    );
    await evictDurableObject(shard);
    expect(await shard.inspect()).toMatchObject({ chunkCount: 0, files: [] });
    expect(await find("dying", "999")).toEqual([]);
    const stage = vi.spyOn(StagedFiles.prototype, "stage");
    await writeLong(shard, whole);
    await writeLong(shard, whole);

    expect(await shard.inspect()).toMatchObject({
      chunkCount: 1_000,
      files: [{ fileId: "file-large", version: 2, chunkCount: 1_000 }],
    });
    // The part with the chunk 900 and those behind it; the four before it were there.
    expect(stage.mock.calls.map(([, { from }]) => from)).toEqual([800]);
    expect((await shard.statistics(["word"])).documentCounts).toEqual([1_000]);
    expect(await countRows(shard, "chunk")).toBe(1_000);
    expect(await countRows(shard, "staged_part")).toBe(0);
  });

  it("may arrive with parts repeated, and is refused with one missing", async ({ expect }) => {
    const shard = openShard("repeated");
    const { parts, file } = makeParts("f", 450);
    const [first, second, third] = parts;
    if (!first || !second || !third) throw new Error("There are three parts");
    await shard.stage(first);
    await expect(run(() => shard.stage(third))).rejects.toThrow(
      "200 chunks here; part 400 is next",
    );
    await expect(run(() => shard.publish(file))).rejects.toThrow("has 200 of 450 chunks here");
    for (const part of [second, second, third]) expect(await shard.stage(part)).toBe("written");
    expect(await shard.publish(file)).toBe("written");
    expect(await shard.publish(file)).toBe("unchanged");
    expect(await shard.stage(first)).toBe("unchanged");

    expect(await ids(find("repeated", "449"))).toEqual(["f-0449"]);
    expect(await shard.statistics(["word"])).toMatchObject({
      chunkCount: 450,
      documentCounts: [450],
    });
  });

  it("is not found when it was removed while its parts arrived", async ({ expect }) => {
    const shard = openShard("removed-meanwhile");
    const { parts, file } = makeParts("f", 300);
    for (const part of parts) await shard.stage(part);
    await shard.remove([{ fileId: file.fileId, version: 1 }]);

    expect(await shard.publish(file)).toBe("superseded");
    expect(await countRows(shard, "chunk")).toBe(0);
    expect(await countRows(shard, "vector_block")).toBe(0);
    expect(await countRows(shard, "segment")).toBe(0);
  });

  it("is forgotten a day after a part, if the last one never arrives", async ({ expect }) => {
    const shard = openShard("forgotten");
    await shard.write(makeBatch([makeDocument("other", ["words"])]));
    const [part] = makeParts("f", 300).parts;
    if (!part) throw new Error("There are two parts");
    await shard.stage(part);
    const due = await runInDurableObject(shard, (_, { storage }) => storage.getAlarm());
    expect((due ?? 0) - Date.now()).toBeGreaterThan(DAY_MS - 60_000);
    vi.setSystemTime(Date.now() + DAY_MS + 1_000);
    try {
      await runDurableObjectAlarm(shard);
    } finally {
      vi.useRealTimers();
    }

    expect(await countRows(shard, "staged_part")).toBe(0);
    expect(await countRows(shard, "chunk")).toBe(1);
    expect(await ids(find("forgotten", "words"))).toEqual(["other-0000"]);
  });
});
