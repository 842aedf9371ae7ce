import type { RemovalReason } from "../answer/removal-reasons.ts";
import type { FileId } from "../ids.ts";

/** The value of `include` that asks for the stages of an answer's searches: an extension by Edgewise. */
export const RETRIEVAL = "edgewise.retrieval";

/** The searches of an answer, as a response object shows them to clients. */
export type ResponseRetrieval = { readonly searches: readonly SearchStage[] };

type SearchStage = {
  readonly queries: readonly string[];
  /** The reason why the search was made by words alone; null if it was not. */
  readonly degraded: string | null;
  /** True if a search shard did not answer, so that passages are missing. */
  readonly partial: boolean;
  readonly passages: readonly PassageStages[];
};

/** A passage with its way through the stages of a search: by words, by vectors, combined, given to the model, cited. */
type PassageStages = {
  readonly chunk_id: string;
  readonly file_id: FileId;
  readonly start_index: number;
  readonly end_index: number;
  readonly words: Stage;
  readonly vectors: Stage;
  readonly combined: Stage;
  readonly left_out: "score_threshold" | "max_num_results" | null;
  /** The number of citations of the passage in the answer. */
  readonly citations: number;
  readonly removed: readonly RemovalReason[];
};

/** A score from 0 to 1, and the place by it among the passages of the search, from 1; null for the score 0. */
export type Stage = { readonly score: number; readonly rank: number | null };
