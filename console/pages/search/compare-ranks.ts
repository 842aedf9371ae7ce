import type { SearchResult } from "../../api/operations.ts";

/** A passage that a search has found. */
export type Hit = SearchResult;

/** A hit in a list, and its rank in the other list: null if it is not there. */
export type RankedHit = {
  readonly hit: Hit;
  readonly rank: number;
  readonly otherRank: number | null;
};

/** Two lists of hits, and the pairs of ranks of those that are in both. Ranks begin with 0. */
export type ComparedRanks = {
  readonly left: readonly RankedHit[];
  readonly right: readonly RankedHit[];
  readonly pairs: readonly (readonly [left: number, right: number])[];
};

/** Finds the changes of rank between two lists. A passage is the same if its chunk is, or its text in another store. */
export function compareRanks(left: readonly Hit[], right: readonly Hit[]): ComparedRanks {
  const ranksOf = (hits: readonly Hit[]) => {
    const ranks = new Map<string, number>();
    for (const [rank, hit] of hits.entries())
      if (!ranks.has(nameOf(hit))) ranks.set(nameOf(hit), rank);
    return ranks;
  };
  const [inLeft, inRight] = [ranksOf(left), ranksOf(right)];
  const rank = (hits: readonly Hit[], other: ReadonlyMap<string, number>) =>
    hits.map((hit, index) => ({ hit, rank: index, otherRank: other.get(nameOf(hit)) ?? null }));
  const ranked = rank(left, inRight);
  return {
    left: ranked,
    right: rank(right, inLeft),
    pairs: ranked.flatMap((one) =>
      one.otherRank === null ? [] : [[one.rank, one.otherRank] as const],
    ),
  };
}

const nameOf = ({ file_id: fileId, content }: Hit) =>
  `${fileId}\n${content.map(({ text }) => text).join("\n")}`;
