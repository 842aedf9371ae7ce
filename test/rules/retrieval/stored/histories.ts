import { deepStrictEqual } from "node:assert";

import fc from "fast-check";

import type { FileId } from "../../../../src/ids.ts";
import type { Attributes, Filter } from "../../../../src/knowledge/attributes.ts";
import {
  ANALYZER_VERSIONS,
  findAnalyzer,
  questionTerms,
} from "../../../../src/retrieval/analysis/analyzer.ts";
import { meanLength, sumStatistics, weighTerms } from "../../../../src/retrieval/bm25.ts";
import { compareHits, fusedScore } from "../../../../src/retrieval/fuse.ts";
import { hashEmbedding } from "../../../../src/retrieval/hash-embedding.ts";
import type { ShardQuery } from "../../../../src/retrieval/search-types.ts";
import type { IndexedDocument } from "../../../../src/retrieval/segment/make-batch.ts";
import { makeDocument } from "../documents.ts";
import { makeOracle } from "../shards.ts";
import { StoredShard } from "./stored-shard.ts";

/**
 * Few words, so that many chunks tie; some of them are not ASCII, one is beyond the basic plane, and some have other terms
 * in version 2 of the analyzer.
 */
const WORDS = ["alpha", "beta", "gamma", "öl", "ﬀ", "文書", "\u{10400}x", "zz9", "IT", "be-ta"];
const FILES = Array.from({ length: 24 }, (_, index) => `f${index}`);
const WEEK_MS = 7 * 24 * 3_600_000;
/** A chunk's text, heading or a question. */
const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((some) => some.join(" "));
const name = fc.constantFrom(...FILES);
const attributes = fc.constantFrom<Attributes[]>(
  {},
  { a: 1 },
  { a: "1", b: true },
  { b: false },
  { a: 2 },
);
/** The statement before which the process ends; mostly there is none. */
const endAt = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 60 }));
/** Mostly so few that a merge is left in the middle. */
const slices = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.nat(12));
/** Some files, or nearly all. */
const removed = fc.oneof(fc.array(name), fc.subarray(FILES, { minLength: 16 }));
const kind = <Kind extends string>(one: Kind) => fc.constant(one);

const draft = (chunksMax: number) =>
  fc.record({ name, texts: fc.array(words, { maxLength: chunksMax }), attributes, heading: words });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: kind("write"),
      drafts: fc.uniqueArray(draft(4), { maxLength: 5, selector: (one) => one.name }),
      endAt,
    }),
  },
  fc.record({
    kind: kind("parts"),
    draft: draft(16),
    size: fc.integer({ min: 1, max: 6 }),
    isGivenUp: fc.boolean(),
    endAt,
  }),
  { weight: 2, arbitrary: fc.record({ kind: kind("remove"), names: removed, endAt }) },
  fc.record({ kind: kind("attributes"), name, attributes, endAt }),
  { weight: 4, arbitrary: fc.record({ kind: kind("upkeep"), slices, endAt }) },
  fc.record({ kind: kind("wait"), weeks: fc.nat(1) }),
  fc.record({ kind: kind("restart") }),
  fc.record({ kind: kind("rebuild") }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
type Draft = Extract<Step, { kind: "parts" }>["draft"];

const filter = fc.constantFrom<(Filter | null)[]>(
  null,
  { type: "eq", key: "a", value: 1 },
  { type: "ne", key: "a", value: 1 },
  {
    type: "or",
    filters: [
      { type: "in", key: "a", value: ["1", 2] },
      { type: "eq", key: "b", value: false },
    ],
  },
  { type: "gte", key: "a", value: 9 },
);
const question = fc.record({
  text: words,
  filter,
  dense: fc.constantFrom(0, 0.1, 0.5, 1),
  candidatesMax: fc.integer({ min: 1, max: 9 }),
  hidden: fc.array(name, { maxLength: 2 }),
});
type Question = typeof question extends fc.Arbitrary<infer One> ? One : never;

/** A history of one store: what happens to its shards, over how many they are spread, and what is asked after each step. */
export type History = {
  readonly steps: readonly Step[];
  readonly questions: readonly Question[];
  readonly shardCount: number;
  /** The version of the analyzer of the store's generation. */
  readonly analyzer: number;
};
/**
 * Draws histories: writes of every size, long files, removals, changes of attributes, upkeep, restarts, and processes
 * that end.
 */
export const drawHistories = (stepsMax: number): fc.Arbitrary<History> =>
  fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: stepsMax, size: "max" }),
    questions: fc.array(question, { minLength: 2, maxLength: 4 }),
    shardCount: fc.constantFrom(1, 1, 3),
    analyzer: fc.constantFrom(...ANALYZER_VERSIONS),
  });

const fileIdOf = (own: string): FileId => `file-${own}`;
const shardOf = (own: string, shardCount: number) => FILES.indexOf(own) % shardCount;

/** The kinds of things that histories have met, by which a test sees that it tests them. */
export type Met = Map<string, number>;

/**
 * Runs a history on search shards with storage, and compares their statistics and answers with those of an exhaustive
 * search over the files that are there: after each step, and after each transaction that ended early. Throws at the
 * first difference, of a bit, in any score.
 */
export function runHistory(
  kernel: WebAssembly.Module,
  { steps, questions, shardCount, analyzer }: History,
  met: Met,
): void {
  const shards = Array.from({ length: shardCount }, () => new StoredShard(kernel));
  const live = new Map<string, IndexedDocument>();
  const check = (at: number) => {
    const asked = questions[at % questions.length];
    if (asked) compare(shards, [...live.values()], { ...asked, analyzer });
  };
  for (const [at, one] of steps.entries()) {
    for (const [number, shard] of shards.entries()) {
      shard.afterEnd = () => {
        note(met, shard);
        check(at);
      };
      const isOwn = (own: string) => shardOf(own, shardCount) === number;
      applyStep(shard, one, { version: at + 1, analyzer, live, isOwn });
      note(met, shard);
    }
    check(at);
  }
  for (const shard of shards) {
    shard.now += 2 * WEEK_MS;
    deepStrictEqual(shard.slices(1_000, 0) < 1_000, true);
    shard.restart();
    deepStrictEqual(shard.listLeftovers(), []);
  }
  for (const at of questions.keys()) check(at);
}

/** Applies a step to a shard, and to the list of files that are there, once it has happened. */
function applyStep(
  shard: StoredShard,
  one: Step,
  given: {
    readonly version: number;
    readonly analyzer: number;
    readonly live: Map<string, IndexedDocument>;
    readonly isOwn: (name: string) => boolean;
  },
): void {
  const { version, analyzer, live, isOwn } = given;
  const make = (own: Draft) =>
    makeDocument(own.name, own.texts, {
      version,
      analyzer,
      attributes: own.attributes,
      heading: own.heading,
    });
  switch (one.kind) {
    case "write": {
      const drafts = one.drafts.filter((own) => isOwn(own.name));
      shard.write(drafts.map(make), one.endAt);
      for (const own of drafts) live.set(own.name, make(own));
      break;
    }
    case "parts":
      if (!isOwn(one.draft.name)) break;
      if (one.draft.texts.length === 0) break;
      shard.stage(make(one.draft), one.size, one.endAt);
      if (one.isGivenUp) break;
      shard.publish(make(one.draft), one.endAt);
      live.set(one.draft.name, make(one.draft));
      break;
    case "remove": {
      const names = new Set(one.names.filter(isOwn));
      shard.remove(
        [...names].map((own) => ({ fileId: fileIdOf(own), version })),
        one.endAt,
      );
      for (const own of names) live.delete(own);
      break;
    }
    case "attributes": {
      const known = live.get(one.name);
      if (!known || !isOwn(one.name)) break;
      const changed = { ...known, version, attributes: one.attributes };
      shard.setAttributes(changed, one.endAt);
      live.set(one.name, changed);
      break;
    }
    case "upkeep":
      shard.slices(one.slices, one.endAt);
      break;
    case "wait":
      shard.now += one.weeks * WEEK_MS;
      break;
    case "restart":
      shard.restart();
      break;
    case "rebuild":
      shard.rebuild();
      shard.slices(1_000, 0);
      break;
  }
}

function compare(
  shards: readonly StoredShard[],
  live: readonly IndexedDocument[],
  asked: Question & Pick<History, "analyzer">,
): void {
  const oracle = makeOracle(live);
  const { text, filter: admitted, dense, candidatesMax, hidden } = asked;
  const counts = questionTerms(findAnalyzer(asked.analyzer), text);
  const terms = [...counts.keys()];
  const { chunkCount, totalLength, documentCounts } = sumStatistics(
    shards.map((shard) => shard.statistics(terms)),
  );
  const statistics = { chunkCount, totalLength, documentCounts };
  deepStrictEqual(statistics, sumStatistics([oracle.statistics(terms)]));
  const query = {
    terms: weighTerms(
      counts,
      statistics.chunkCount,
      (term) => statistics.documentCounts[terms.indexOf(term)] ?? 0,
    ),
    averageLength: meanLength(statistics),
    vector: hashEmbedding(text),
    weights: { lexical: 1 - dense, dense },
    filter: admitted,
    hidden: hidden.map(fileIdOf),
    candidatesMax,
    nearest: null,
  };
  const wanted = oracle
    .search(query)
    .map(({ chunkId, lexical, dense: cosine }) => ({ chunkId, lexical, dense: cosine }));
  const found = shards.map((shard) => shard.search(query));
  deepStrictEqual(mergeBest(found.flat(), query), wanted);
}

type Hit = { readonly chunkId: string; readonly lexical: number; readonly dense: number };

/** Merges what shards have found, as a store does. */
function mergeBest(found: readonly Hit[], { weights, candidatesMax }: ShardQuery): Hit[] {
  const scored = found.map((hit) => ({
    ...hit,
    score: fusedScore(hit.lexical, hit.dense, weights),
  }));
  return scored
    .toSorted(compareHits)
    .slice(0, candidatesMax)
    .map(({ chunkId, lexical, dense }) => ({ chunkId, lexical, dense }));
}

/** Counts what a shard is in the middle of. */
function note(met: Met, shard: StoredShard): void {
  const { merges, removals, staged } = shard.tables;
  const merge = merges.newest();
  const seen = {
    "a process that ended": shard.ended.splice(0).length > 0,
    "a merge in slices": merge?.compacts === 0 && merge.afterKey !== null,
    "removed chunks being erased": merge?.compacts === 1 && merge.afterKey !== null,
    "segments to be deleted": merges.hasRetired(),
    "removals to be forgotten": removals.nextDue() !== null,
    "parts of a file": staged.all().length > 0,
  };
  for (const [name_, isSeen] of Object.entries(seen)) {
    met.set(name_, (met.get(name_) ?? 0) + (isSeen ? 1 : 0));
  }
}
