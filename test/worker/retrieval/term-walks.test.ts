import { runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";

import { SHARD_LIMITS } from "../../../durable-objects/search-shard/shard-limits.ts";
import { SegmentTables } from "../../../durable-objects/search-shard/tables/segment-tables.ts";
import { expandTerm } from "../../../src/retrieval/expand/expand-term.ts";
import { FuzzyMatcher } from "../../../src/retrieval/expand/fuzzy-matcher.ts";
import { SegmentTerms } from "../../../src/retrieval/expand/segment-terms.ts";
import { makeBatch } from "../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../../rules/retrieval/documents.ts";
import { openShard } from "./shard.ts";

const WORDS = "abcdefghijklmnopqrstuvwxyz".split("").map((letter) => `${letter}ondr`);
const makeText = (index: number) => WORDS.map((word) => `${word}${index}a`).join(" ");

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
          const terms = new SegmentTerms(function* read(key) {
            for (const block of tables.blocks(id, key)) {
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
});
