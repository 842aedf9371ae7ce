import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

import type { SearchShardObject } from "../../../durable-objects/search-shard.ts";
import { FIRST_ANALYZER, questionTerms } from "../../../src/retrieval/analysis/analyzer.ts";
import { meanLength, weighTerms } from "../../../src/retrieval/bm25.ts";
import type { ShardQuery } from "../../../src/retrieval/search-types.ts";

/** Opens the search shard with this name. */
export const openShard = (name: string) => env.SEARCH_SHARDS.getByName(name);

/** Searches one shard as the only one of its store. */
export async function find(name: string, question: string, more: Partial<ShardQuery> = {}) {
  return (await openShard(name).search(await makeQuery(name, question, more))) ?? [];
}

/** Searches one shard, and counts its work. Throws if the shard is erased. */
export async function findExplained(name: string, query: ShardQuery) {
  const found = await openShard(name).searchExplained(query);
  if (!found) throw new Error(`${name} is erased`);
  return found;
}

/** Makes the query for one shard as the only one of its store. */
export async function makeQuery(
  name: string,
  question: string,
  more: Partial<ShardQuery> = {},
): Promise<ShardQuery> {
  const shard = openShard(name);
  const counts = questionTerms(FIRST_ANALYZER, question);
  const terms = [...counts.keys()];
  const statistics = await shard.statistics(terms);
  return {
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
    nearest: null,
    candidatesMax: 10,
    ...more,
  };
}

/** Counts the rows of a table of a shard. */
export const countRows = (shard: DurableObjectStub<SearchShardObject>, table: string) =>
  runInDurableObject(
    shard,
    (_, { storage }) =>
      storage.sql.exec<{ count: number }>(`SELECT count(*) AS count FROM ${table}`).one().count,
  );

/** Returns the ids of the chunks that a search finds. */
export const ids = async (found: Promise<{ chunkId: string }[]>) =>
  (await found).map(({ chunkId }) => chunkId);
