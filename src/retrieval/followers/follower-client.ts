import type { FollowerNumber } from "../../knowledge/shard-numbers.ts";
import type { Awaitable } from "../../remote.ts";
import type { FollowPoint } from "../follow-point.ts";
import type { ExplainedCandidates, ShardQuery } from "../search-types.ts";
import type { VectorSource } from "../vectorize/placement.ts";

/** A follower and the search shard that it copies. */
export type FollowSource = VectorSource & { readonly number: FollowerNumber };

/** The methods of a follower, as searches and the vector store object call them. */
export interface FollowerClient {
  /** Begins to copy a search shard. A repeated call changes nothing. */
  follow(source: FollowSource): Awaitable<void>;
  /** Searches as the shard does, or returns null if the follower has not reached the state `point` of the shard. */
  searchFrom(point: FollowPoint, query: ShardQuery): Awaitable<ExplainedCandidates | null>;
  /** Erases the follower. */
  dismiss(): Awaitable<void>;
}

/** A report of a follower to the vector store object. */
export type FollowerReport = Pick<FollowSource, "generation" | "shard" | "number"> & {
  /** True if the follower has been in the same state as its shard, and answers searches. */
  readonly isReady: boolean;
  /** The version of the store's content that the follower has at least; null before it is ready. */
  readonly contentVersion: number | null;
};

/** The answer to a report: the version of the store's content; null if the follower has to erase itself. */
export type FollowerOrder = { readonly contentVersion: number } | null;

/** The method of a vector store object that its followers call. */
export interface FollowedStore {
  noteFollower(report: FollowerReport): Awaitable<FollowerOrder>;
}
