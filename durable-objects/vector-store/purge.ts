import type { Definition } from "../../src/kernel/rules/definition.ts";
import { forgetAttachments } from "../../src/platform/databases/attachable-files.ts";
import { type CorpusRemoval, purgeCorpus } from "../../src/platform/databases/corpus-purge.ts";
import { askShard, inGeneration } from "./index/ask-shard.ts";
import { eraseFollowers } from "./index/erase-followers.ts";
import { eraseIndex, eraseShard } from "./index/erase-index.ts";
import { RETRY_FOREVER, TIMEOUT_FOREVER } from "./index/retry-forever.ts";
import type { ChangesStore } from "./ledger/store-changes.ts";
import type { ReindexTable } from "./reindex/reindex-table.ts";
import type { VectorStoreFiles } from "./tables/attachments.ts";
import type { StoreRow, Tombstone, VectorStoreTables } from "./tables/store-tables.ts";

/** The type of the only step of the workflow `PURGE`. Its handler calls `purgeTombstones`. */
export const PURGE_TOMBSTONES = "purge.tombstones@1";
/** The workflow that removes the chunks of detached files from the indexes, in one step. */
export const PURGE: Definition = {
  name: "purge",
  steps: { purge: { use: PURGE_TOMBSTONES, retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER } },
};
/** The type of the only step of the workflow `ERASE`. Its handler calls `eraseStore`. */
export const ERASE_STORE = "erase.store@1";
/** The workflow that erases a deleted or expired store, in one step. */
export const ERASE: Definition = {
  name: "erase",
  steps: { erase: { use: ERASE_STORE, retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER } },
};

type PurgeDeps = {
  readonly env: Env;
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  readonly reindexes: ReindexTable;
  readonly runs: ChangesStore;
};

const PAGE = 200;
const FILE_TOMBSTONE_SECONDS = 86_400;

/**
 * Removes the chunks of detached files: first from the search shards, after which searches need not filter them out any
 * longer, then from the corpus databases. Progress is stored page by page, and every part may be repeated.
 */
export async function purgeTombstones(deps: PurgeDeps): Promise<void> {
  const { env, tables, runs } = deps;
  for (let page = tables.tombstones(0, PAGE); page.length > 0; page = tables.tombstones(0, PAGE)) {
    const store = tables.readStore();
    const shards = Map.groupBy(page, ({ generation, shard }) => `${generation}:${shard}`);
    await Promise.all(Array.from(shards.values(), (files) => removeFromShard(env, store, files)));
    runs.change(({ store: row }) => {
      row.contentVersion++;
      tables.markPurged(
        page.map(({ version }) => version),
        1,
      );
    });
  }
  for (let page = tables.tombstones(1, PAGE); page.length > 0; page = tables.tombstones(1, PAGE)) {
    for (const [generation, files] of Map.groupBy(page, (one) => one.generation)) {
      const store = inGeneration(tables.readStore(), generation);
      await purgeCorpus(env, store, files.flatMap(listRemovals));
    }
    const versions = page.map(({ version }) => version);
    runs.change(({ now }) => {
      tables.markPurged(versions, 2);
      tables.forgetPurged(now - FILE_TOMBSTONE_SECONDS);
    });
  }
}

/**
 * Erases all data of a deleted or expired store: its shards, its chunks in the corpus databases, and the records of its
 * attachments. Erased shards and tombstones in the corpus refuse delayed writes.
 */
export async function eraseStore(deps: PurgeDeps): Promise<void> {
  const { env, tables, files, runs } = deps;
  const store = tables.readStore();
  const { id, projectId, lastVersion } = store;
  const numbers = tables.shards(store.generation).map(({ number }) => number);
  await Promise.all(numbers.map((number) => eraseShard(env, store, number)));
  await eraseFollowers(env, tables, store);
  await purgeTombstones(deps);
  const others = listOthers(deps, store);
  for (const generation of others) {
    await eraseIndex(env, tables, inGeneration(store, generation));
  }
  for (let page = files.after(-1, PAGE); page.length > 0; page = files.after(-1, PAGE)) {
    // Higher than every version of every file, so it fences all of them.
    const removals = page.map((file) => ({ ...file, version: lastVersion + 1 }));
    await purgeCorpus(env, store, removals);
    const fileIds = page.map(({ fileId }) => fileId);
    await forgetAttachments(env.CATALOG, projectId, id, fileIds);
    runs.change(({ commands }) => {
      for (const { seq, fileId, version, copyState } of page) {
        commands.push({ kind: "stop_ingest", fileId, version });
        for (const generation of copyState === null ? [] : others) {
          commands.push({ kind: "stop_copy", fileId, version, generation });
        }
        files.remove(seq);
      }
    });
  }
  runs.change(() => tables.clear());
}

/** Removes files from the shard of a generation that they are all in. */
async function removeFromShard(
  env: Env,
  store: StoreRow,
  files: readonly Tombstone[],
): Promise<void> {
  const [{ generation, shard } = { generation: 0, shard: null }] = files;
  if (shard === null) return;
  const removals = files.map(({ fileId, version }) => ({ fileId, version }));
  await askShard(env, inGeneration(store, generation), shard, (stub) => stub.remove(removals));
}

/** Lists the generations of an ended store besides the one that served, erased ones included. */
function listOthers({ reindexes }: PurgeDeps, store: StoreRow): number[] {
  const reindex = reindexes.read();
  const known = reindex ? [reindex.fromGeneration, reindex.toGeneration] : [];
  return known.filter((generation) => generation !== store.generation);
}

function listRemovals({ fileId, version, corpusShard }: Tombstone): CorpusRemoval[] {
  return corpusShard === null ? [] : [{ fileId, version, corpusShard }];
}
