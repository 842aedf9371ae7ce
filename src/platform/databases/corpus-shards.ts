import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";

/** Lists the numbers of the D1 databases bound as `CORPUS_0 … CORPUS_n`. */
export function corpusNumbers(env: Env): CorpusShardNumber[] {
  return Object.keys(env)
    .map((name) => /^CORPUS_(\d+)$/.exec(name)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}

/**
 * Returns the corpus database with this number. Throws if it is not bound, which means that the operator has removed a
 * database that stores files.
 */
export function corpusShard(env: Env, number: CorpusShardNumber): D1Database {
  const found: unknown = Reflect.get(env, `CORPUS_${number}`);
  if (isDatabase(found)) return found;
  throw new Error(`The corpus database CORPUS_${number} is not bound, but files are stored there`);
}

function isDatabase(binding: unknown): binding is D1Database {
  return typeof binding === "object" && binding !== null && "prepare" in binding;
}
