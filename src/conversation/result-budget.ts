import { jsonBytes, LISTED_BYTES_MAX } from "../bounds.ts";
import type { FileSearchResult } from "./item.ts";

/** Maximum bytes of the results of one search, so that its fact and its item fit a row. */
const SEARCH_BYTES_MAX = 1_000_000;

/**
 * Limits the total bytes of the search results that one answer stores and returns. If the results of a search do not
 * all fit, its last ones, which are the least relevant, are left out.
 */
export class ResultBudget {
  #left = LISTED_BYTES_MAX / 2;

  /**
   * Returns as many of the first results as fit into the rest of the budget, and subtracts their bytes from the budget.
   */
  take(results: readonly FileSearchResult[]): readonly FileSearchResult[] {
    const kept: FileSearchResult[] = [];
    let bytes = 0;
    for (const result of results) {
      bytes += jsonBytes(result) + 1;
      if (bytes > Math.min(SEARCH_BYTES_MAX, this.#left)) break;
      kept.push(result);
    }
    this.#left -= jsonBytes(kept);
    return kept;
  }
}
