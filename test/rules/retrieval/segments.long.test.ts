import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { FileId } from "../../../src/ids.ts";
import { FIRST_ANALYZER, questionTerms } from "../../../src/retrieval/analysis/analyzer.ts";
import { meanLength, sumStatistics, weighTerms } from "../../../src/retrieval/bm25.ts";
import { hashEmbedding } from "../../../src/retrieval/hash-embedding.ts";
import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";
import { chooseMerge } from "../../../src/retrieval/segment/merge-policy.ts";
import { makeDocument } from "./documents.ts";
import { SegmentShard } from "./segment-shard.ts";
import { makeOracle } from "./shards.ts";

/** Few words, so that many chunks tie; some of them are not ASCII, and one is beyond the basic plane. */
const WORDS = ["alpha", "beta", "gamma", "öl", "ﬀ", "文書", "\u{10400}x", "zz9"];
const word = fc.constantFrom(...WORDS);
const words = fc.array(word, { maxLength: 6 }).map((some) => some.join(" "));
const FILES = Array.from({ length: 12 }, (_, index) => `f${index}`);
const name = fc.constantFrom(...FILES);
const attributes = fc.constantFrom({}, { a: 1 }, { a: "1", b: true }, { b: false }, { a: 2 });

type Version = IndexedDocument;
const document = fc
  .tuple(name, fc.array(words, { maxLength: 4 }), attributes, words)
  .map(([own, texts, given, heading]): Version =>
    makeDocument(own, texts, { attributes: given, heading }),
  );
const call = fc.uniqueArray(document, { maxLength: 5, selector: ({ fileId }) => fileId });

type Step =
  | { readonly kind: "write"; readonly documents: readonly Version[] }
  | { readonly kind: "remove"; readonly fileId: FileId }
  | {
      readonly kind: "attributes";
      readonly fileId: FileId;
      readonly attributes: Version["attributes"];
    }
  | { readonly kind: "merge"; readonly from: number; readonly count: number };
const fileId = name.map((own): FileId => `file-${own}`);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("write" as const), documents: call }) },
    fc.record({ kind: fc.constant("remove" as const), fileId }),
    fc.record({ kind: fc.constant("attributes" as const), fileId, attributes }),
    fc.record({
      kind: fc.constant("merge" as const),
      from: fc.nat(8),
      count: fc.integer({ min: 1, max: 8 }),
    }),
  ),
  { maxLength: 16 },
);

const filter = fc.constantFrom(
  null,
  { type: "eq", key: "a", value: 1 } as const,
  { type: "ne", key: "a", value: 1 } as const,
  {
    type: "or",
    filters: [
      { type: "in", key: "a", value: ["1", 2] },
      { type: "eq", key: "b", value: false },
    ],
  } as const,
  { type: "gte", key: "a", value: 9 } as const,
);
const question = fc.record({
  text: words,
  filter,
  dense: fc.constantFrom(0, 0.1, 0.5, 1),
  candidatesMax: fc.integer({ min: 1, max: 9 }),
  hidden: fc.array(fileId, { maxLength: 2 }),
});

/** Applies the steps to shards, each of which has the files that `shardOf` gives it. Returns them and the live files. */
function build(all: readonly Step[], shardCount: number) {
  const shards = Array.from({ length: shardCount }, () => new SegmentShard());
  const live = new Map<FileId, Version>();
  const shardOf = (id: FileId) => FILES.indexOf(id.slice(5)) % shardCount;
  for (const step of all) {
    if (step.kind === "write") {
      for (const [number, shard] of shards.entries()) {
        const own = step.documents.filter((one) => shardOf(one.fileId) === number);
        if (own.length > 0) shard.write(own);
      }
      for (const one of step.documents) live.set(one.fileId, one);
    } else if (step.kind === "merge") {
      for (const { index } of shards) {
        const sources = index.segments.slice(step.from, step.from + step.count);
        shards.find((shard) => shard.index === index)?.merge(sources, step.from % 2 === 1);
      }
    } else {
      const known = live.get(step.fileId);
      const shard = shards[shardOf(step.fileId)];
      if (step.kind === "remove") {
        shard?.remove(step.fileId);
        live.delete(step.fileId);
      } else if (known) {
        shard?.setAttributes(step);
        live.set(step.fileId, { ...known, attributes: step.attributes });
      }
    }
  }
  return { shards, live: [...live.values()] };
}

it("ranks as the oracle does, to the last bit, whatever the calls, merges, deletes and splits", () => {
  fc.assert(
    fc.property(steps, question, fc.constantFrom(1, 3), (all, asked, shardCount) => {
      const { shards, live } = build(all, shardCount);
      const oracle = makeOracle(live);
      const counts = questionTerms(FIRST_ANALYZER, asked.text);
      const terms = [...counts.keys()];
      const statistics = sumStatistics(shards.map((shard) => shard.statistics(terms)));
      expect(statistics).toEqual(sumStatistics([oracle.statistics(terms)]));
      const query = {
        terms: weighTerms(
          counts,
          statistics.chunkCount,
          (term) => statistics.documentCounts[terms.indexOf(term)] ?? 0,
        ),
        averageLength: meanLength(statistics),
        vector: hashEmbedding(asked.text),
        weights: { lexical: 1 - asked.dense, dense: asked.dense },
        filter: asked.filter,
        hidden: asked.hidden,
        candidatesMax: asked.candidatesMax,
        nearest: null,
      };
      const wanted = oracle.search(query);
      const found = shards.flatMap((shard) => shard.search(query));
      const scoreOf = ({ lexical, dense }: { lexical: number; dense: number }) =>
        query.weights.lexical * lexical + query.weights.dense * dense;
      const best = found
        .toSorted((a, b) => scoreOf(b) - scoreOf(a) || (a.chunkId < b.chunkId ? -1 : 1))
        .slice(0, query.candidatesMax);
      expect(JSON.stringify(best)).toBe(
        JSON.stringify(wanted.map(({ chunkId, lexical, dense }) => ({ chunkId, lexical, dense }))),
      );
    }),
    { numRuns: 1_000 },
  );
});

it("merges to the same bytes in any order", () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 3, maxLength: 9 }), fc.nat(), (calls, seed) => {
      const make = () => {
        const shard = new SegmentShard();
        for (const [at, documents] of calls.entries()) {
          shard.write(documents.map((one) => ({ ...one, fileId: `${one.fileId}-${at}` as const })));
        }
        return shard;
      };
      const [atOnce, inParts] = [make(), make()];
      atOnce.merge(atOnce.index.segments.slice(), false);
      for (let state = seed; inParts.index.segments.length > 1; state = (state * 7 + 3) % 1_009) {
        const { segments } = inParts.index;
        const from = state % (segments.length - 1);
        inParts.merge(segments.slice(from, from + 2), state % 2 === 1);
      }
      expect(bytesOf(inParts)).toEqual(bytesOf(atOnce));
    }),
    { numRuns: 200 },
  );
});

describe("the choice of segments to merge", () => {
  it.each([
    ["calls of 50 chunks", () => 50],
    ["calls of 16 to 200 chunks", (number: number) => 16 + ((number * 7_919) % 185)],
    ["small calls and a large one in turn", (number: number) => (number % 9 === 0 ? 200 : 16)],
  ])("copies each chunk a few times, and keeps segments few: %s", (_name, sizeOf) => {
    const counts: number[] = [];
    let [chunks, copied, most] = [0, 0, 0];
    for (let round = 0; chunks < 200_000; round++) {
      counts.push(sizeOf(round));
      chunks += sizeOf(round);
      for (let merged = chooseMerge(counts); merged > 0; merged = chooseMerge(counts)) {
        const sum = counts.splice(-merged).reduce((total, count) => total + count, 0);
        copied += sum;
        counts.push(sum);
      }
      most = Math.max(most, counts.length);
    }

    expect(copied / chunks).toBeLessThan(6);
    expect(most).toBeLessThanOrEqual(28);
  });

  it("does not copy a large segment for a few small ones", () => {
    expect(chooseMerge([8_100, ...Array.from({ length: 7 }, () => 50)])).toBe(0);
    expect(chooseMerge([8_100, ...Array.from({ length: 8 }, () => 50)])).toBe(8);
  });
});

const bytesOf = ({ blocks, index }: SegmentShard) => blocks.get(index.segments[0]?.id ?? 0);
