/**
 * The number of one of the search shards that share the chunks of a vector store, from 0. The compiler keeps it apart
 * from other numbers.
 */
export type SearchShardNumber = number & Kind<"search shard">;

/** The number of one of the followers of a search shard, from 1. */
export type FollowerNumber = number & Kind<"follower">;

/**
 * The number n of one of the databases `CORPUS_n`, which together store the chunks of all projects. The compiler keeps
 * it apart from other numbers.
 */
export type CorpusShardNumber = number & Kind<"corpus shard">;

/**
 * A member for the compiler only. It is optional, so that a literal or a column's value is assignable to both kinds,
 * but no kind is assignable to another one.
 */
type Kind<Name extends string> = { readonly [kind]?: Name };
declare const kind: unique symbol;
