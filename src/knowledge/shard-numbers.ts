/** One of the search shards of a store's index generation, counted from 0. */
export type SearchShardNumber = number & Kind<"search shard">;

/** One of the D1 databases `CORPUS_0 … CORPUS_n`, which keep the chunks of all projects. */
export type CorpusShardNumber = number & Kind<"corpus shard">;

/** The member exists for the compiler alone. It is optional, so a literal or a column's value is either kind, and neither is the other. */
type Kind<Name extends string> = { readonly [kind]?: Name };
declare const kind: unique symbol;
