import type { VectorStoreId } from "../ids.ts";
import { ok, type Result } from "../result.ts";
import { compareHits } from "./fuse.ts";
import type { SearchOutcome } from "./search.ts";

/** The dependency of `searchStores`: the search of one vector store. */
export type SearchStoresDeps<Refusal> = {
  searchStore(id: VectorStoreId): Promise<Result<SearchOutcome, Refusal>>;
};

/** The vector stores that one search covers, the maximum number of results, and the effect of a missing store. */
export type StoresToSearch = {
  readonly storeIds: readonly VectorStoreId[];
  readonly maxResults: number;
  /** The effect of a store that is deleted or expired: "refuse" the whole search, or "skip" that store. */
  readonly missing: "refuse" | "skip";
};

/**
 * Searches several vector stores in parallel and merges their results, best first: scores are comparable between
 * stores. The result is marked as degraded or partial if that of any store is. If a store is missing, refuses or skips
 * it, as `missing` says.
 */
export async function searchStores<Refusal>(
  deps: SearchStoresDeps<Refusal>,
  { storeIds, maxResults, missing }: StoresToSearch,
): Promise<Result<SearchOutcome, Refusal>> {
  const ids = [...new Set(storeIds)];
  const outcomes = await Promise.all(ids.map((id) => deps.searchStore(id)));
  const found: SearchOutcome[] = [];
  for (const outcome of outcomes) {
    if (outcome.ok) found.push(outcome.value);
    else if (missing === "refuse") return outcome;
  }
  const [only] = found;
  return ok(found.length === 1 && only ? only : mergeStores(found, maxResults));
}

function mergeStores(found: readonly SearchOutcome[], maxResults: number): SearchOutcome {
  const hits = found.flatMap((outcome) => outcome.hits).toSorted(compareHits);
  const beyond = hits.slice(maxResults).map((hit) => ({ ...hit, reason: BEYOND }));
  const cut = [...beyond, ...found.flatMap((outcome) => outcome.cut)].toSorted(compareHits);
  const contentVersion = found.reduce((sum, outcome) => sum + outcome.contentVersion, 0);
  const degraded = found.find((outcome) => outcome.degraded)?.degraded;
  const isPartial = found.some((outcome) => outcome.partial);
  return {
    hits: hits.slice(0, maxResults),
    cut,
    contentVersion,
    analyzer: null,
    ...(degraded && { degraded }),
    ...(isPartial && { partial: true }),
  };
}

const BEYOND = "max_num_results" as const;
