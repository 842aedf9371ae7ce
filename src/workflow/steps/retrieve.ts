import { z } from "zod";

import type { FileSearch } from "../../answer/answer-request.ts";
import { toFileSearch } from "../../conversation/answer-request-of.ts";
import { FileSearchParam } from "../../conversation/response-request.ts";
import { isVectorStoreId } from "../../ids.ts";
import { FatalStepError } from "../../kernel/rules/step-handler.ts";
import { notFound, type Refusal } from "../../refusal.ts";
import type { Result } from "../../result.ts";
import type { Findings } from "../../retrieval/search.ts";
import { toStepPassage } from "./evidence.ts";

const QUERIES_MAX = 16;
const Query = z.string().trim().min(1).max(10_000);

/** The schema of the parameters of `retrieve@1`: the settings of a file search, with one or more queries. */
export const RetrieveWith = FileSearchParam.extend({
  query: Query.nullish(),
  queries: z.array(Query).min(1).max(QUERIES_MAX).nullish(),
}).refine(({ query, queries }) => (query ?? null) === null || (queries ?? null) === null, {
  error: "write either query or queries, not both",
});

/** The dependency of `retrieve@1`: the search. */
export type RetrieveDeps = {
  /** Searches all stores of `search` for the queries. Refuses if one of the stores does not exist or has expired. */
  retrieve(
    search: FileSearch,
    queries: readonly string[],
    signal: AbortSignal,
  ): Promise<Result<Findings, Refusal>>;
};

/**
 * Runs a `retrieve@1` step. Returns the passages found, best first, and the score of the best one as `confidence`, from
 * 0 to 1 (0 without a passage): it measures how well words and vectors match, not that a passage answers the question.
 * `degraded` is set if the search used keywords only; otherwise null. `partial` is true if a part of a store did not
 * answer.
 */
export async function retrieveStep(
  deps: RetrieveDeps,
  given: z.output<typeof RetrieveWith>,
  signal: AbortSignal,
) {
  const { query, queries, ...param } = given;
  const asked = queries ?? (query ? [query] : []);
  if (asked.length === 0)
    throw new FatalStepError("There is nothing to search for: query is empty");
  const unknown = param.vector_store_ids.find((id) => !isVectorStoreId(id));
  if (unknown !== undefined) throw new FatalStepError(notFound("vector store", unknown).message);
  const found = await deps.retrieve(toFileSearch(param), asked, signal);
  signal.throwIfAborted();
  if (!found.ok) throw new FatalStepError(found.error.message);
  const { hits, degraded, partial = false } = found.value;
  return {
    passages: hits.map(toStepPassage),
    confidence: hits[0]?.score ?? 0,
    degraded: degraded ?? null,
    partial,
  };
}
