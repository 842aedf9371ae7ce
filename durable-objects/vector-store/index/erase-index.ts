import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import { corpusNumbers, corpusShard } from "../../../src/platform/databases/corpus-shards.ts";
import { countRows, eraseRows } from "../../../src/platform/databases/erased-index.ts";
import type { StoreRow, VectorStoreTables } from "../tables/store-tables.ts";
import { askShard } from "./ask-shard.ts";
import { eraseFollowers } from "./erase-followers.ts";

/**
 * Erases the generation of the store's row from its search shards and from the corpus databases, which refuse delayed
 * writes afterwards. Throws if anything is left. It may be repeated.
 */
export async function eraseIndex(
  env: Env,
  tables: VectorStoreTables,
  store: StoreRow,
): Promise<void> {
  const { id: storeId, projectId, generation } = store;
  for (const { number } of tables.shards(generation)) await eraseShard(env, store, number);
  await eraseFollowers(env, tables, store);
  const index = { projectId, storeId, generation };
  for (const number of corpusNumbers(env)) {
    const database = corpusShard(env, number);
    await eraseRows(database, index, Math.floor(Date.now() / 1_000));
    if ((await countRows(database, index)).rows === 0) continue;
    throw new Error(`CORPUS_${number} was cleared of a generation of ${storeId} but has rows`);
  }
}

/** Erases a search shard of the store's generation. Throws if chunks are left. */
export async function eraseShard(
  env: Env,
  store: StoreRow,
  number: SearchShardNumber,
): Promise<void> {
  const left = await askShard(env, store, number, async (stub) => {
    await stub.erase();
    return await stub.inspect();
  });
  if (left.chunkCount > 0)
    throw new Error(`Shard ${number} of ${store.id} was erased but still has chunks`);
}
