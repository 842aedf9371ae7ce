import type { FileId } from "../ids.ts";
import type { SearchHit } from "../retrieval/search-types.ts";
import type { CutHit, Findings } from "../retrieval/search.ts";

/** A passage that a search of an answer found, with its scores and without its text. */
export type FoundPassage = {
  readonly chunkId: string;
  readonly fileId: FileId;
  /** Start of the passage in the file's extracted text, in UTF-16 code units; `end` is the position after its last unit. */
  readonly start: number;
  readonly end: number;
  /** The scores by words and by vectors, and the combined score, each 0 to 1. */
  readonly lexical: number;
  readonly dense: number;
  readonly score: number;
  /** The limit that kept the passage from the model; absent if the model got it. */
  readonly leftOut?: "score_threshold" | "max_num_results";
};

/** A search of an answer with what it found, the best first. */
export type TracedSearch = {
  readonly queries: readonly string[];
  /** The reason why the search was made by words alone; null if it was not. */
  readonly degraded: string | null;
  /** Set if a search shard did not answer, so that passages are missing. */
  readonly partial?: true;
  readonly found: readonly FoundPassage[];
};

/** The searches of an answer, as they are kept with it. */
export type RetrievalTrace = readonly TracedSearch[];

/** Maximum number of passages in the trace of an answer: about 20 KB. */
const PASSAGES_MAX = 100;

/** Records the searches of an answer while it is made. Once 100 passages are recorded, no others are. */
export class RetrievalTracer {
  readonly searches: TracedSearch[] = [];
  #room = PASSAGES_MAX;

  /** Adds a search with the passages that it found, those that the model does not get among them. */
  add(
    queries: readonly string[],
    { hits, degraded, partial }: Findings,
    cut: readonly FoundPassage[],
  ): void {
    const found = [...hits.map((hit) => toFound(hit)), ...cut].slice(0, this.#room);
    this.#room -= found.length;
    const reason = degraded?.reason ?? null;
    this.searches.push({ queries, degraded: reason, ...(partial && { partial }), found });
  }
}

/** Describes the passages that a search found beyond its limits. */
export const toLeftOut = (cut: readonly CutHit[]): FoundPassage[] =>
  cut.map((hit) => ({ ...toFound(hit), leftOut: hit.reason }));

const toFound = (hit: SearchHit): FoundPassage => ({
  chunkId: hit.chunkId,
  fileId: hit.fileId,
  start: hit.start,
  end: hit.end,
  lexical: round(hit.lexical),
  dense: round(hit.dense),
  score: round(hit.score),
});

const round = (score: number) => Math.round(score * 10_000) / 10_000;
