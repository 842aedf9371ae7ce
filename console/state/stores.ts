import { useRef } from "preact/hooks";

import { call } from "../api/client.ts";
import type { VectorStore } from "../api/operations.ts";
import { type Query, useQuery } from "./query.ts";
import { projectId } from "./session.ts";

/** Maximum number of stores that a choice of stores offers. */
const STORES_MAX = 100;

/** The stores that a choice offers, which are read again when it is opened. */
type Stores = Query<readonly VectorStore[]> & {
  /**
   * The id of the store that is meant without a choice: the newest one when the stores were read first. One that is made
   * later does not take its place under somebody's hands.
   */
  readonly first: string | undefined;
};

/** Reads the project's newest vector stores, for choices. */
export function useStores(): Stores {
  const stores = useQuery(`stores:${projectId.value}`, async (signal) => {
    const page = await call("GET /v1/vector_stores", { query: { limit: STORES_MAX }, signal });
    return page.data;
  });
  const kept = useRef<string | undefined>(undefined);
  const known = stores.value;
  if (known && !known.some(({ id }) => id === kept.current)) kept.current = known[0]?.id;
  return { ...stores, first: kept.current };
}
