import type { DenseScan, DenseScores, NearestPositions } from "../dense/dense-scan.ts";
import { fusedScore } from "../fuse.ts";
import type { ShardQuery } from "../search-types.ts";
import { BestChunks } from "./best-chunks.ts";
import { findContenders } from "./contenders.ts";
import { type FindList, scoreTerms } from "./score-terms.ts";
import type { ShardIndex } from "./shard-index.ts";

/** A chunk with its scores, identified by its position in the shard's arrays. Its text is not read yet. */
export type RankedChunk = {
  readonly position: number;
  readonly lexical: number;
  readonly dense: number;
  readonly score: number;
};

/** The best chunks of a shard. `isCapped` is true if one of them may be missing (see `DenseScores`). */
export type Ranking = { readonly chunks: readonly RankedChunk[]; readonly isCapped: boolean };

/** The parts of a loaded search shard that `rankShard` uses. */
export type RankedShard = {
  readonly index: ShardIndex;
  readonly findList: FindList;
  /** The vectors, by the same positions as the index; null if no chunk has one. */
  readonly dense: DenseScan | null;
  /** The positions of the chunks that a vector index has found; null without an index. */
  readonly nearest: NearestPositions | null;
  /** A buffer for dense scores, at least as long as the index has positions. */
  readonly buffer: Float64Array;
  /** Reads the ids of the chunks in some positions. Called only to choose among chunks with the same score. */
  readonly readIds: (positions: readonly number[]) => ReadonlyMap<number, string>;
};

/**
 * Scores the chunks of a shard for a query, by words and by vector. Returns the `candidatesMax` best, highest score
 * first; the order of equal scores is arbitrary. `admitted` has 1 for each file ordinal whose chunks may be found; null
 * if all may be. Chunks are filtered before the results are cut, so that a selective filter loses no results.
 */
export function rankShard(
  { index, findList, dense, nearest, buffer, readIds }: RankedShard,
  query: ShardQuery,
  admitted: Uint8Array | null,
): Ranking {
  const { weights, candidatesMax } = query;
  if (candidatesMax < 1) return { chunks: [], isCapped: false };
  const lexical = scoreTerms(index, findList, query);
  const directions: DenseScores =
    dense && query.vector && weights.dense > 0
      ? dense.score({
          vector: query.vector,
          lexical,
          weights,
          // The coded tier weighs words itself, with the estimates; so does the indexed one, with the nearest scores.
          admitted: findContenders(
            { index, lexical: dense.tier === "exact" ? lexical : null, admitted },
            query,
          ),
          nearest,
          candidatesMax,
          buffer,
        })
      : { kind: "none" };
  const best = new BestChunks(candidatesMax, readIds);
  const { live, ordinals } = index;
  const offer = (position: number, direction: number) => {
    const words = lexical === null ? 0 : (lexical[position] ?? 0);
    const score = fusedScore(words, direction, weights);
    if (score <= 0 || score < best.lowest || live[position] === 0) return;
    if (admitted !== null && admitted[ordinals[position] ?? 0] !== 1) return;
    best.offer(position, score);
  };
  if (directions.kind === "some") {
    for (const [at, position] of directions.positions.entries()) {
      offer(position, directions.scores[at] ?? 0);
    }
  } else {
    const scores = directions.kind === "all" ? directions.scores : null;
    for (let position = 0; position < index.count; position++) {
      offer(position, scores === null ? 0 : (scores[position] ?? 0));
    }
  }
  const chunks = best.finish().map(({ position, score }) => ({
    position,
    lexical: lexical?.[position] ?? 0,
    dense: directionOf(directions, position),
    score,
  }));
  return { chunks, isCapped: directions.kind === "some" && directions.isCapped };
}

function directionOf(directions: DenseScores, position: number): number {
  if (directions.kind === "none") return 0;
  const at = directions.kind === "all" ? position : directions.positions.indexOf(position);
  return directions.scores[at] ?? 0;
}
