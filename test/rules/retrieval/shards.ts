import type { FileId } from "../../../src/ids.ts";
import { ok } from "../../../src/result.ts";
import { meanLength, sumStatistics } from "../../../src/retrieval/bm25.ts";
import { PlanCache } from "../../../src/retrieval/fan-out/plan-cache.ts";
import { matchesFilter } from "../../../src/retrieval/filter.ts";
import { HASH_DIMENSIONS, hash1 } from "../../../src/retrieval/hash-embedding.ts";
import type {
  ShardCandidate,
  ShardQuery,
  ShardStatistics,
} from "../../../src/retrieval/search-types.ts";
import type { SearchDeps } from "../../../src/retrieval/search.ts";
import type { IndexedDocument } from "../../../src/retrieval/segment/make-batch.ts";
import { NO_WORK } from "../../../src/retrieval/shard/shard-work.ts";
import { rankShard } from "./oracle/rank-shard.ts";
import { ShardMemory } from "./oracle/shard-memory.ts";

/**
 * Makes the dependencies of a search over shards in memory, with the given files in each. `hidden` are files that were
 * deleted.
 */
export function makeStore(
  shards: readonly (readonly IndexedDocument[])[],
  hidden: readonly FileId[] = [],
): SearchDeps<never> {
  const memories = shards.map(makeOracle);
  return {
    async plan(terms) {
      const statistics = sumStatistics(memories.map(({ statistics: own }) => own(terms)));
      return ok({
        contentVersion: 1,
        generation: 1,
        embeddingModel: hash1.model,
        shards: memories.map((_, number) => number),
        unavailable: [],
        chunkCount: statistics.chunkCount,
        averageLength: meanLength(statistics),
        documentCounts: statistics.documentCounts,
        hidden,
        placement: null,
        followed: [],
      });
    },
    shard: async (_, number, query) => memories[number]?.search(query) ?? [],
    explainedShard: async (_, number, query) => ({
      candidates: memories[number]?.search(query) ?? [],
      work: NO_WORK,
    }),
    nearest: async () => null,
    onLeftOut: () => {},
    known: new PlanCache().ofStore("store"),
    contentVersion: async () => ok(1),
    embedder: () => hash1,
    warnings: async () => new Map(),
  };
}

/** Makes a shard in memory that ranks with the oracle: every chunk is scored in plain JavaScript. */
export function makeOracle(documents: readonly IndexedDocument[]) {
  const memory = new ShardMemory(HASH_DIMENSIONS, 1);
  const postings = new Map<string, number[]>();
  const stored = new Map<number, Omit<ShardCandidate, "lexical" | "dense">>();
  for (const { chunks, ...file } of documents) {
    for (const { id, headingTerms, bodyTerms, length, vector, ...chunk } of chunks) {
      const number = memory.count;
      const { fileId } = file;
      memory.add({
        number,
        chunkId: id,
        fileId,
        length,
        vector,
      });
      for (const term of `${headingTerms} ${bodyTerms}`.trim().split(/ +/)) {
        postings.set(term, [...(postings.get(term) ?? []), number]);
      }
      stored.set(number, { ...file, ...chunk, chunkId: id });
    }
  }
  const attributes = new Map(documents.map((file) => [file.fileId, file.attributes]));
  const admits = (query: ShardQuery) => (fileId: FileId) =>
    !query.hidden.includes(fileId) &&
    (query.filter === null || matchesFilter(query.filter, attributes.get(fileId) ?? {}));
  return {
    statistics: (terms: readonly string[]): ShardStatistics => ({
      chunkCount: memory.count,
      totalLength: memory.totalLength,
      documentCounts: terms.map((term) => new Set(postings.get(term)).size),
    }),
    search: (query: ShardQuery): ShardCandidate[] =>
      rankShard(memory, (term) => postings.get(term) ?? [], query, admits(query)).flatMap(
        ({ number, lexical, dense }) => {
          const chunk = stored.get(number);
          return chunk ? [{ ...chunk, lexical, dense }] : [];
        },
      ),
  };
}
