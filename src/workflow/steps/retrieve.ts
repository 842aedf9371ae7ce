import { z } from "zod";

import type { FileSearch } from "../../answer/answer-request.ts";
import { fileSearchOf } from "../../conversation/answer-request-of.ts";
import { FileSearchParam } from "../../conversation/response-request.ts";
import { isVectorStoreId } from "../../ids.ts";
import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import type { Result } from "../../result.ts";
import type { Findings } from "../../retrieval/search.ts";
import { stepPassageOf } from "./evidence.ts";

const QUERIES_MAX = 16;
const Query = z.string().trim().min(1).max(10_000);

/** `retrieve@1`: a `file_search` tool with what to search for. */
export const RetrieveWith = FileSearchParam.extend({
  query: Query.nullish(),
  queries: z.array(Query).min(1).max(QUERIES_MAX).nullish(),
}).refine(({ query, queries }) => (query ?? null) === null || (queries ?? null) === null, {
  error: "give either query or queries",
});

export type RetrieveDeps = {
  /** Searches all stores; one that does not exist or has expired refuses the search. */
  retrieve(
    search: FileSearch,
    queries: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<Findings, Refusal>>;
};

/**
 * Finds passages, best first. `confidence` is the best fused score, 0 … 1, and 0 when nothing was found: how well the
 * words and vectors agree, not whether the passage answers. `degraded` says that only the words were searched.
 */
export async function retrieveStep(
  deps: RetrieveDeps,
  given: z.output<typeof RetrieveWith>,
  signal: AbortSignal,
) {
  const { query, queries, ...param } = given;
  const asked = queries ?? (query ? [query] : []);
  if (asked.length === 0) throw new FatalStepError("There is nothing to search for: give query");
  const unknown = param.vector_store_ids.find((id) => !isVectorStoreId(id));
  if (unknown !== undefined) throw new FatalStepError(notFound("vector store", unknown).message);
  const found = await deps.retrieve(fileSearchOf(param), asked, signal);
  signal.throwIfAborted();
  if (!found.ok) throw new FatalStepError(found.error.message);
  const { hits, degraded } = found.value;
  return {
    passages: hits.map(stepPassageOf),
    confidence: hits[0]?.score ?? 0,
    degraded: degraded ?? null,
  };
}
