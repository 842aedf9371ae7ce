import type OpenAI from "openai";
import { z } from "zod";

import { ask } from "../client/ask.ts";
import { concurrently } from "../client/concurrently.ts";
import type { Query } from "./collection.ts";
import { distinct, meanMeasures, measureRanking, type RankingMeasures } from "./measures.ts";

const Found = z.object({ data: z.array(z.object({ filename: z.string() })) });
const RESULTS_MAX = 50;
const CLIENTS = 4;

/** The weights of words and vectors in a search: only words, only vectors, or the service's default. */
export type SearchMode = "lexical" | "dense" | "default";

const RANKING: Record<SearchMode, object> = {
  lexical: { ranking_options: { hybrid_search: { embedding_weight: 0, text_weight: 1 } } },
  dense: { ranking_options: { hybrid_search: { embedding_weight: 1, text_weight: 0 } } },
  default: {},
};

/**
 * Runs every query of a test collection through the search endpoint of a vector store, and measures the ranking of the
 * files found.
 */
export async function measureSearch(
  client: OpenAI,
  storeId: string,
  queries: readonly Query[],
  mode: SearchMode,
  onProgress: (done: number, total: number) => void,
): Promise<RankingMeasures> {
  return await measure(queries, onProgress, async ({ text }) => {
    const body = { query: text, max_num_results: RESULTS_MAX, ...RANKING[mode] };
    const found = await client.post<unknown>(`/vector_stores/${storeId}/search`, { body });
    return Found.parse(found).data.map(({ filename }) => filename);
  });
}

/**
 * Asks every query of a test collection as a question with its earlier messages, and measures the ranking of the files
 * that the answer's search found.
 */
export async function measureSearchInConversation(
  client: OpenAI,
  storeId: string,
  queries: readonly Query[],
  model: string,
  onProgress: (done: number, total: number) => void,
): Promise<RankingMeasures> {
  return await measure(queries, onProgress, async ({ text, history }) => {
    const request = { model, storeId, question: text, history, resultsMax: RESULTS_MAX };
    return (await ask(client, request)).files;
  });
}

async function measure(
  queries: readonly Query[],
  onProgress: (done: number, total: number) => void,
  search: (query: Query) => Promise<readonly string[]>,
): Promise<RankingMeasures> {
  let done = 0;
  const measured = await concurrently(queries, CLIENTS, async (query) => {
    const files = distinct(await search(query));
    onProgress(++done, queries.length);
    return measureRanking(files, query.judged);
  });
  return meanMeasures(measured);
}
