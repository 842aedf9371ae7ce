import { runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { SHARD_LIMITS } from "../../../durable-objects/search-shard/shard-limits.ts";
import { SegmentTables } from "../../../durable-objects/search-shard/tables/segment-tables.ts";
import { expandTerm } from "../../../src/retrieval/expand/expand-term.ts";
import { FuzzyMatcher } from "../../../src/retrieval/expand/fuzzy-matcher.ts";
import { SegmentTerms } from "../../../src/retrieval/expand/segment-terms.ts";
import { compareBytes, viewOf } from "../../../src/retrieval/segment/bytes.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { BlockCursor, encodeKey, FIELD } from "../../../src/retrieval/segment/term-block.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { openShard } from "./shard.ts";

const WORDS = "abcdefghijklmnopqrstuvwxyz".split("").map((letter) => `${letter}ondr`);
const makeText = (index: number) => WORDS.map((word) => `${word}${index}a`).join(" ");

/** The blocks that have keys of texts with a beginning, by a look at all of them, and the one before them. */
function blocksWith(blocks: readonly Uint8Array[], prefix: string): readonly Uint8Array[] {
  const firstKeys = blocks.map((bytes) => {
    const cursor = new BlockCursor(bytes);
    cursor.next();
    return viewOf(cursor.key);
  });
  const from = encodeKey(FIELD.text, prefix);
  const start = firstKeys.findLastIndex((key) => compareBytes(key, from) <= 0);
  const before = encodeKey(FIELD.text, `${prefix}\u{10ffff}`);
  const end = firstKeys.findIndex((key) => compareBytes(key, before) > 0);
  return blocks.slice(Math.max(0, start), end < 0 ? blocks.length : end);
}

describe("a walk over the stored terms of a shard", () => {
  it.for(["ayndr7a", "mondr77a", "zondr7ab"])(
    "for %s begins at its block, in segments with and without rows of their own",
    async (asked, { expect }) => {
      const shard = openShard(`walk for ${asked}`);
      for (let call = 0; call < 3; call++) {
        const documents = Array.from({ length: 50 }, (_, index) =>
          makeDocument(`file${call * 50 + index}`, [makeText(call * 50 + index)]),
        );
        await shard.write(makeBatch(documents));
      }
      await runInDurableObject(shard, (_object, { storage }) => {
        const tables = new SegmentTables(storage.sql, SHARD_LIMITS);
        for (const { id } of tables.list()) {
          const all = [...tables.blocks(id, null)].length;
          let reads = 0;
          const terms = new SegmentTerms(function* read(from, before) {
            for (const block of tables.blocksBetween(id, from, before)) {
              reads++;
              yield block;
            }
          });
          const found = expandTerm(terms, new FuzzyMatcher(asked, 1));
          expect(found.isCut).toBe(false);
          expect(reads).toBeLessThanOrEqual(Math.min(all, 3));
        }
        expect(tables.list().length).toBeGreaterThan(0);
      });
    },
  );

  it("reads each block with a beginning once, in order, a few at a time", async ({ expect }) => {
    const shard = openShard("walk over many blocks");
    for (let call = 0; call < 8; call++) {
      const documents = Array.from({ length: 50 }, (_, index) =>
        makeDocument(`file${call * 50 + index}`, [
          `${makeText(call * 50 + index)} ${makeText(1_000 + call * 50 + index)}`,
        ]),
      );
      await shard.write(makeBatch(documents));
    }
    await runInDurableObject(shard, (_object, { storage }) => {
      const tables = new SegmentTables(storage.sql, SHARD_LIMITS);
      const [segment] = tables.list();
      if (!segment) throw new Error("The shard has no segment");
      const all = [...tables.blocks(segment.id, null)];
      expect(all.length).toBeGreaterThan(17);
      for (const prefix of ["", "a", "m", "mo", "mondr1", "zondr39a", "zz", "é"]) {
        const from = encodeKey(FIELD.text, prefix);
        const before = encodeKey(FIELD.text, prefix);
        before[before.length - 1] = (before.at(-1) ?? 0) + 1;
        const read = [...tables.blocksBetween(segment.id, from, before)];
        expect(read, prefix).toEqual(blocksWith(all, prefix));
      }
    });
  });
});
