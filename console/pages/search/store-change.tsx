import { isMissing } from "../../api/client.ts";
import type { SearchVectorStoreResponse, VectorStoreIndex } from "../../api/operations.ts";
import { useLive } from "../../state/live.ts";
import type { Query } from "../../state/query.ts";

/** A column of results, and the index of its store as it is now. */
export type Column = {
  readonly name: string;
  readonly search: Query<SearchVectorStoreResponse | null>;
  readonly index: Query<VectorStoreIndex>;
};

/** Watches the index of a store whose results are shown; with null nothing is watched. */
export const useStoreIndex = (storeId: string | null): Query<VectorStoreIndex> =>
  useLive(
    storeId === null ? null : `index:${storeId}`,
    "GET /v1/vector_stores/{vector_store_id}/index",
    { path: { vector_store_id: storeId ?? "" } },
  );

/**
 * Says under the results that what they were found in has changed, and searches again on request. The results
 * themselves stay, and stay where they are.
 */
export function StoreChange({ columns }: { columns: readonly Column[] }) {
  const shown = columns.filter(({ search }) => search.value);
  const deleted = shown.filter(({ index }) => isMissing(index.error));
  const changed = shown.filter(
    (column) => !deleted.includes(column) && isOld(column.search.value, column.index.value),
  );
  const isSearching = changed.some(({ search }) => search.isLoading);
  return (
    <div class="store-change" role="status">
      {deleted.length > 0 && (
        <div class="notice notice-warning">
          <p>The store of {nameAll(deleted)} was deleted meanwhile. Its passages stay here.</p>
        </div>
      )}
      {changed.length > 0 && (
        <div class="notice notice-info">
          <p>The store of {nameAll(changed)} has changed since this search.</p>
          <button
            type="button"
            class="button small"
            disabled={isSearching}
            onClick={() => changed.forEach(({ search }) => search.reload())}
          >
            Search again
          </button>
        </div>
      )}
    </div>
  );
}

const nameAll = (columns: readonly Column[]) => columns.map(({ name }) => name).join(" and ");

/** Tests whether results were found in another version of the store's content than that of its index. */
const isOld = (
  results: SearchVectorStoreResponse | null | undefined,
  index: VectorStoreIndex | undefined,
): boolean =>
  index !== undefined &&
  results?.content_version !== undefined &&
  results.content_version < index.content_version;
