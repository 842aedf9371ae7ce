/** The number of a search shard in one index generation of a store, counted from 0. */
export type SearchShardNumber = number & Kind<"search shard">;

/** The number of one of the D1 databases `CORPUS_0 … CORPUS_n`, which store the chunks of all projects. */
export type CorpusShardNumber = number & Kind<"corpus shard">;

/**
 * A member for the compiler only. It is optional, so that a literal or a column's value is assignable to both kinds,
 * but neither kind is assignable to the other.
 */
type Kind<Name extends string> = { readonly [kind]?: Name };
declare const kind: unique symbol;
