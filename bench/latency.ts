import type { OpenAI } from "openai";

import { watchAnswer } from "../scripts/client/watch-answer.ts";

/** Percentiles of times, in milliseconds. */
export type Percentiles = { readonly p50: number; readonly p95: number };

/** Measures the time of searches, one after the other. The first `warmUp` are not counted. */
export async function timeSearches(
  client: OpenAI,
  storeId: string,
  queries: readonly string[],
  warmUp: number,
): Promise<Percentiles> {
  const times: number[] = [];
  for (const [index, query] of queries.entries()) {
    const startedAt = performance.now();
    await client.vectorStores.search(storeId, { query, max_num_results: 10 });
    if (index >= warmUp) times.push(performance.now() - startedAt);
  }
  return percentiles(times);
}

/**
 * Measures, for questions one after the other, the time from the request to the first `response.output_text.delta`. The
 * first `warmUp` are not counted.
 */
export async function timeFirstDeltas(
  client: OpenAI,
  storeId: string,
  questions: readonly string[],
  warmUp: number,
): Promise<Percentiles> {
  const times: number[] = [];
  for (const [index, question] of questions.entries()) {
    const startedAt = performance.now();
    let first: number | null = null;
    const request = {
      model: "extractive-1",
      input: question,
      tools: [{ type: "file_search", vector_store_ids: [storeId] }],
    };
    for await (const event of watchAnswer(client, request)) {
      if (event.type === "response.output_text.delta") first ??= performance.now() - startedAt;
    }
    if (index >= warmUp && first !== null) times.push(first);
  }
  return percentiles(times);
}

/** Computes percentiles of times, in milliseconds; NaN if there are none. */
export function percentiles(times: readonly number[]): Percentiles {
  const sorted = times.toSorted((left, right) => left - right);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}
