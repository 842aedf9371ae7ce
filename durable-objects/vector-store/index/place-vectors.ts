import { isJurisdiction } from "../../../src/jurisdiction.ts";
import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { logger } from "../../../src/platform/logger.ts";
import { addressVectorWriter, withFreshStub } from "../../../src/platform/objects.ts";
import { vectorIndexNumbers } from "../../../src/platform/vector-indexes.ts";
import { chooseIndex, wantsIndex } from "../../../src/retrieval/vectorize/choose-index.ts";
import { chooseFilterKeys } from "../../../src/retrieval/vectorize/filter-slots.ts";
import {
  type DensePlacement,
  namespaceOf,
  type VectorIndexNumber,
} from "../../../src/retrieval/vectorize/placement.ts";
import type { ChangesStore } from "../ledger/store-changes.ts";
import { readStoreScope, type StoreRow, type VectorStoreTables } from "../tables/store-tables.ts";
import { askShard } from "./ask-shard.ts";
import { RETRY_FOREVER, TIMEOUT_FOREVER } from "./retry-forever.ts";

/** The type of the only step of the workflow `PLACE`. Its handler calls `placeVectors`. */
export const PLACE_VECTORS = "place.vectors@1";
/** The workflow that moves the vectors of a store to a vector index or out of it, in one step. */
export const PLACE: Definition = {
  name: "place",
  steps: { place: { use: PLACE_VECTORS, retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER } },
};

/** Seconds after which a store that no index had room for asks again. */
const AGAIN_SECONDS = 3_600;

/** The parts of a vector store object that place its vectors. */
type PlacingParts = { readonly env: Env; readonly tables: VectorStoreTables };

/** Returns the place of the vectors of the store's generation, for its searches; null if its shards alone have them. */
export function readPlacement(
  { placements }: VectorStoreTables,
  store: StoreRow,
): DensePlacement | null {
  const { vectorIndex } = placements.read(store.generation);
  if (vectorIndex === null) return null;
  return { index: vectorIndex, namespace: namespaceOf(store.id, store.generation) };
}

/**
 * Tests whether the vectors of a store are to be moved, or a shard does not know where they belong. `now` is in Unix
 * seconds.
 */
export function isPlacingDue(parts: PlacingParts, store: StoreRow, now: number): boolean {
  const { env, tables } = parts;
  const { placements } = tables;
  const { vectorIndex, refusedAt } = placements.read(store.generation);
  if (vectorIndex === null && vectorIndexNumbers(env).length === 0) return false;
  if (wants(parts, store) === (vectorIndex !== null)) {
    return placements.untold(store.generation, vectorIndex).length > 0;
  }
  return vectorIndex !== null || refusedAt + AGAIN_SECONDS <= now;
}

/**
 * Moves the vectors of a store to the vector index that fits it, or back to its shards, while it serves: the place is
 * recorded, and the shards are told. Every part may be repeated.
 */
export async function placeVectors(
  parts: PlacingParts & { readonly runs: ChangesStore },
): Promise<void> {
  const { tables, runs } = parts;
  const { placements } = tables;
  const store = tables.readStore();
  if (store.phase !== "live") return;
  const { generation, id: storeId } = store;
  const { vectorIndex } = placements.read(generation);
  if (wants(parts, store) !== (vectorIndex !== null)) {
    const chosen = vectorIndex === null ? await choose(parts, store) : null;
    runs.change(({ store: row, now }) => {
      const isRefused = vectorIndex === null && chosen === null;
      placements.save(generation, { vectorIndex: chosen, refusedAt: isRefused ? now : 0 });
      // Plans of searches say where the vectors are.
      row.contentVersion++;
    });
    if (chosen !== vectorIndex)
      logger.info("vectors.store.moved", { storeId, index: chosen ?? -1 });
  }
  await tellShards(parts, store);
}

/**
 * Tells the shards of a store where its vectors are. All get the same attribute keys to filter by: those that a shard has
 * already, else the most frequent ones of the store's files.
 */
async function tellShards(
  { env, tables: { placements }, runs }: PlacingParts & { readonly runs: ChangesStore },
  store: StoreRow,
): Promise<void> {
  const { generation, id: storeId } = store;
  const index = placements.read(generation).vectorIndex;
  const untold = placements.untold(generation, index);
  if (untold.length === 0) return;
  const told = index === null ? null : placements.told(generation, index);
  const known =
    told === null ? null : await askShard(env, store, told, (shard) => shard.statistics([]));
  let filterKeys = known?.filterKeys ?? chooseFilterKeys(placements.attributeKeys());
  for (const shard of untold) {
    const source = { scope: readStoreScope(store), storeId, generation, shard };
    const own = await askShard(env, store, shard, (stub) =>
      stub.place({ source, index, filterKeys }),
    );
    // One that was told before the object restarted keeps its keys.
    filterKeys = own ?? filterKeys;
    runs.change(({ store: row }) => {
      placements.tell({ generation, shard }, index);
      // Plans of searches say by which attributes the index filters.
      row.contentVersion++;
    });
  }
}

/** Vectorize has no jurisdictions, so the vectors of a project that is in one stay in its shards. */
function wants({ env, tables }: PlacingParts, store: StoreRow): boolean {
  const { placements } = tables;
  if (isJurisdiction(store.region)) return false;
  const isPlaced = placements.read(store.generation).vectorIndex !== null;
  const size = { chunkCount: placements.chunkCount(store.generation), isPlaced };
  return wantsIndex(size, Number(env.VECTORIZE_CHUNKS_MIN));
}

async function choose(
  { env, tables }: PlacingParts,
  store: StoreRow,
): Promise<VectorIndexNumber | null> {
  const { generation } = store;
  const [first] = tables.shards(generation);
  if (!first) return null;
  const dimensions = await askShard(env, store, first.number, (shard) => shard.dimensions());
  const rooms = await Promise.all(
    vectorIndexNumbers(env).map(
      async (index) =>
        [
          index,
          await withFreshStub(
            () => addressVectorWriter(env, index),
            (writer) => writer.room(index),
          ),
        ] as const,
    ),
  );
  const chunkCount = tables.placements.chunkCount(generation);
  return chooseIndex(new Map(rooms), { dimensions, chunkCount });
}
