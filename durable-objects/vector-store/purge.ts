import type { Definition } from "../../src/kernel/rules/definition.ts";
import { forgetAttachments } from "../../src/platform/databases/attachable-files.ts";
import { type CorpusRemoval, purgeCorpus } from "../../src/platform/databases/corpus-purge.ts";
import { searchShardOf, withFreshStub } from "../../src/platform/objects.ts";
import type { Attachment, VectorStoreFiles } from "./attachments.ts";
import { scopeOf, type StoreRow, type Tombstone, type VectorStoreTables } from "./store-tables.ts";

/** Purging must end, however long the platform is down: it is tried until it succeeds. */
const RETRY_FOREVER = {
  attemptsMax: Number.MAX_SAFE_INTEGER,
  baseMs: 1_000,
  capMs: 300_000,
};
const TIMEOUT_FOREVER = { attemptMs: 600_000, totalMs: Number.MAX_SAFE_INTEGER };
export const PURGE_TOMBSTONES = "purge.tombstones@1";
export const PURGE: Definition = {
  name: "purge",
  steps: { purge: { use: PURGE_TOMBSTONES, retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER } },
};
export const ERASE_STORE = "erase.store@1";
export const ERASE: Definition = {
  name: "erase",
  steps: { erase: { use: ERASE_STORE, retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER } },
};

export type PurgeDeps = {
  readonly env: Env;
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  change(apply: (store: StoreRow) => void): void;
  now(): number;
};

const PAGE = 200;
const FILE_TOMBSTONE_SECONDS = 86_400;

/**
 * Removes the chunks of detached files, first from the search shards, which ends their being hidden, then
 * from the corpus. What it did is remembered page by page, and all of it may be done twice.
 */
export async function purgeTombstones(deps: PurgeDeps): Promise<void> {
  const { env, tables } = deps;
  for (let page = tables.tombstones(0, PAGE); page.length > 0; page = tables.tombstones(0, PAGE)) {
    const store = tables.readStore();
    const shards = Map.groupBy(page, ({ shard }) => shard);
    await Promise.all(
      Array.from(shards, ([shard, files]) => removeFromShard(env, store, shard, files)),
    );
    deps.change((row) => {
      row.contentVersion++;
      tables.markPurged(
        page.map(({ version }) => version),
        1,
      );
    });
  }
  for (let page = tables.tombstones(1, PAGE); page.length > 0; page = tables.tombstones(1, PAGE)) {
    await purgeCorpus(env, tables.readStore(), page.flatMap(removalOf));
    const versions = page.map(({ version }) => version);
    deps.change(() => {
      tables.markPurged(versions, 2);
      tables.forgetPurged(deps.now() - FILE_TOMBSTONE_SECONDS);
    });
  }
}

/**
 * Removes everything of a store that has ended: shards, corpus, the record of where files are attached.
 * In-flight ingestion is refused by the erased shards and by the tombstones in the corpus.
 */
export async function eraseStore(
  deps: PurgeDeps,
  stopIngest: (file: Attachment) => void,
): Promise<void> {
  const { env, tables, files } = deps;
  const store = tables.readStore();
  const { id, projectId, lastVersion } = store;
  const numbers = tables.shards().map(({ number }) => number);
  await Promise.all(numbers.map((number) => eraseShard(env, store, number)));
  await purgeTombstones(deps);
  for (let page = files.first(PAGE); page.length > 0; page = files.first(PAGE)) {
    // No version of this store can be higher than one that is given after its end.
    const removals = page.map((file) => ({ ...file, version: lastVersion + 1 }));
    await purgeCorpus(env, store, removals);
    deps.change(() => {
      for (const file of page) {
        stopIngest(file);
        files.remove(file.seq);
      }
    });
  }
  await forgetAttachments(env.CATALOG, projectId, id);
  deps.change(() => tables.clear());
}

async function removeFromShard(
  env: Env,
  store: StoreRow,
  shard: number | null,
  files: readonly Tombstone[],
): Promise<void> {
  if (shard === null) return;
  const removals = files.map(({ fileId, version }) => ({ fileId, version }));
  await withFreshStub(
    () => searchShardOf(env, scopeOf(store), store.id, store.generation, shard),
    (stub) => stub.remove(removals),
  );
}

async function eraseShard(env: Env, store: StoreRow, number: number): Promise<void> {
  const left = await withFreshStub(
    () => searchShardOf(env, scopeOf(store), store.id, store.generation, number),
    async (stub) => {
      await stub.erase();
      return await stub.inspect();
    },
  );
  if (left.chunkCount > 0)
    throw new Error(`Shard ${number} of ${store.id} was erased but has chunks`);
}

function removalOf({ fileId, version, corpusShard }: Tombstone): CorpusRemoval[] {
  return corpusShard === null ? [] : [{ fileId, version, corpusShard }];
}
