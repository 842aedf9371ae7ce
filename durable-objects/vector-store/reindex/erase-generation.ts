import { parseJson, toJson } from "../../../src/columns.ts";
import { giveTurn } from "../../../src/ingest/slices.ts";
import { RetryLaterError } from "../../../src/kernel/rules/step-handler.ts";
import { countDeleted, type ErasedGeneration } from "../../../src/knowledge/reindex/reindex.ts";
import { corpusNumbers, corpusShard } from "../../../src/platform/databases/corpus-shards.ts";
import { countRows } from "../../../src/platform/databases/erased-index.ts";
import { askShard, inGeneration } from "../index/ask-shard.ts";
import { eraseIndex } from "../index/erase-index.ts";
import type { ChangesStore } from "../ledger/store-changes.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { StoreRow, VectorStoreTables } from "../tables/store-tables.ts";
import type { ReindexRow, ReindexTable } from "./reindex-table.ts";

type EraseDeps = {
  readonly env: Env;
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  readonly reindexes: ReindexTable;
  readonly runs: ChangesStore;
};

const PAGE = 200;
const AGAIN_MS = 1_000;
/** Time until the shards are asked again what a vector index has deleted, which takes it half a minute at least. */
const INDEX_MS = 15_000;

/**
 * Erases the generation that a reindex leaves behind: the old one after it was kept, or the new one of a cancelled
 * reindex. First records what there is to erase, so that an attempt which is interrupted does not lose the numbers. Ends
 * when a vector index has deleted its vectors, too, however long that takes. Every part may be repeated.
 */
export async function eraseGeneration(deps: EraseDeps): Promise<void> {
  const { env, tables, reindexes, runs } = deps;
  const reindex = reindexes.read();
  const generation = reindex && findErased(reindex);
  if (!reindex || generation === null) return;
  const store = inGeneration(tables.readStore(), generation);
  if (tables.isPurgingGeneration(generation)) {
    throw new RetryLaterError("Chunks of detached files are being purged", AGAIN_MS);
  }
  if (reindex.erased === null) {
    const erased = toJson(await countGeneration(env, tables, store));
    runs.change(() => {
      const now = reindexes.read();
      if (now) reindexes.save({ ...now, erased });
    });
  }
  await eraseIndex(env, tables, store);
  const left = await countIndexed(env, tables, store);
  noteDeleted(deps, left);
  if (left > 0) throw new RetryLaterError(`An index has ${left} vectors to delete`, INDEX_MS);
  await forgetPlaces(deps);
  runs.change(({ now }) => {
    const last = reindexes.read();
    // The store may have ended meanwhile, which erases all of it.
    if (!last || findErased(last) !== generation) return;
    tables.forgetShards(generation);
    tables.placements.forget(generation);
    tables.followers.forget(generation);
    const state = last.state === "cancelling" ? "cancelled" : "completed";
    reindexes.save({ ...last, state, endedAt: now });
  });
}

/** Returns the generation that a reindex erases in its present state; null if none. */
function findErased({ state, fromGeneration, toGeneration }: ReindexRow): number | null {
  if (state === "cancelling") return toGeneration;
  return state === "erasing" ? fromGeneration : null;
}

async function countGeneration(
  env: Env,
  tables: VectorStoreTables,
  store: StoreRow,
): Promise<ErasedGeneration> {
  const { id: storeId, projectId, generation } = store;
  let [objects, chunks, vectors, rows, indexed] = [0, 0, 0, 0, 0];
  for (const { number } of tables.shards(generation)) {
    const shard = await askShard(env, store, number, async (stub) => await stub.inspect());
    objects += shard.isUsed ? 1 : 0;
    vectors += shard.chunkCount;
    indexed += shard.indexed;
  }
  for (const number of corpusNumbers(env)) {
    const index = { projectId, storeId, generation };
    const counted = await countRows(corpusShard(env, number), index);
    chunks += counted.chunks;
    rows += counted.rows;
  }
  return { generation, objects, chunks, vectors, rows, vectorize: countDeleted(null, indexed) };
}

/** Counts the vectors of a generation of which a vector index has not confirmed that they are deleted. */
async function countIndexed(env: Env, tables: VectorStoreTables, store: StoreRow): Promise<number> {
  let indexed = 0;
  for (const { number } of tables.shards(store.generation)) {
    const shard = await askShard(env, store, number, async (stub) => await stub.inspect());
    indexed += shard.indexed;
  }
  return indexed;
}

/** Records how many vectors a vector index has deleted, when it has `left` others. */
function noteDeleted({ reindexes, runs }: EraseDeps, left: number): void {
  const before = reindexes.read()?.erased ?? null;
  if (before === null) return;
  const erased = parseJson(before);
  const vectorize = countDeleted(erased.vectorize ?? null, left);
  if (vectorize === null || vectorize.pending === erased.vectorize?.pending) return;
  runs.change(() => {
    const now = reindexes.read();
    if (now) reindexes.save({ ...now, erased: toJson({ ...erased, vectorize }) });
  });
}

/** Forgets the places of all files in the generation that is erased. */
async function forgetPlaces({ files, runs }: EraseDeps): Promise<void> {
  for (let page = files.after(-1, PAGE); page.length > 0;) {
    runs.change(() => {
      for (const { fileId } of page) {
        const file = files.find(fileId);
        if (!file || (file.otherShard === null && file.copyState === null)) continue;
        const nowhere = { otherShard: null, otherChunkCount: 0, otherUsageBytes: 0 };
        files.copies.save({ ...file, ...nowhere, copyState: null, copyError: null });
      }
    });
    await giveTurn();
    page = files.after(page.at(-1)?.seq ?? Infinity, PAGE);
  }
}
