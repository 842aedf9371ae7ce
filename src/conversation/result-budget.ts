import { jsonBytes, LISTED_BYTES_MAX } from "../bounds.ts";
import type { FileSearchResult } from "./item.ts";

/** Maximum bytes of the results of one search, so that its fact and its item fit a row. */
const SEARCH_BYTES_MAX = 1_000_000;

/** The room for the results of an answer's searches: of a search that does not fit, the worst results are left out. */
export class ResultRoom {
  #left = LISTED_BYTES_MAX / 2;

  /** Returns the results that still fit, and counts them. */
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
