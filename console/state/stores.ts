import { call } from "../api/client.ts";
import type { VectorStore } from "../api/operations.ts";
import { type Query, useQuery } from "./query.ts";
import { projectId } from "./session.ts";

/** Maximum number of stores that a choice of stores offers. */
const STORES_MAX = 100;

/** Reads the project's newest vector stores, for choices. */
export function useStores(): Query<readonly VectorStore[]> {
  return useQuery(`stores:${projectId.value}`, async (signal) => {
    const page = await call("GET /v1/vector_stores", { query: { limit: STORES_MAX }, signal });
    return page.data;
  });
}
