import { isJurisdiction } from "../../../src/jurisdiction.ts";
import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { logger } from "../../../src/platform/logger.ts";
import { storeEmbedder } from "../../../src/platform/models/embedding-models.ts";
import { addressVectorWriter, withFreshStub } from "../../../src/platform/objects.ts";
import { vectorIndexNumbers } from "../../../src/platform/vector-indexes.ts";
import { chooseIndex, wantsIndex } from "../../../src/retrieval/vectorize/choose-index.ts";
import { chooseFilterKeys } from "../../../src/retrieval/vectorize/filter-slots.ts";
import type { IndexRoom } from "../../../src/retrieval/vectorize/outgoing.ts";
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
      const { denseIndex } = placements.read(generation);
      const refusedAt = isRefused ? now : 0;
      placements.save(generation, { vectorIndex: chosen, refusedAt, denseIndex });
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

/**
 * Returns the reason for which the vectors of a new generation of a store cannot be in a vector index; null if they can, as
 * far as that is known before they are made.
 */
export async function refuseIndex(
  parts: PlacingParts,
  store: StoreRow,
  embeddingModel: string,
): Promise<string | null> {
  const { env, tables } = parts;
  if (isJurisdiction(store.region)) {
    return `The project is in the jurisdiction \`${store.region}\`, and Vectorize has no jurisdictions.`;
  }
  if (vectorIndexNumbers(env).length === 0) return "This deployment binds no index of Vectorize.";
  const chunkCount = tables.placements.chunkCount(store.generation);
  const isSame = embeddingModel === store.embeddingModel;
  const known = isSame ? await readDimensions(parts, store) : 0;
  const dimensions = known || storeEmbedder(env, embeddingModel).dimensions;
  const rooms = await askRooms(env);
  // A model that was never asked has told no dimensions.
  const fits = dimensions === 0 || chooseIndex(rooms, { dimensions, chunkCount }) !== null;
  if (fits) return null;
  return `No index of Vectorize has ${dimensions} dimensions and room for ${chunkCount} vectors, or none answers.`;
}

/** Vectorize has no jurisdictions, so the vectors of a project that is in one stay in its shards. */
function wants({ env, tables }: PlacingParts, store: StoreRow): boolean {
  const { placements } = tables;
  if (isJurisdiction(store.region)) return false;
  const { vectorIndex, denseIndex } = placements.read(store.generation);
  if (denseIndex === "shard") return false;
  const isPlaced = vectorIndex !== null;
  const size = { chunkCount: placements.chunkCount(store.generation), isPlaced };
  if (denseIndex === "vectorize") return size.chunkCount > 0;
  return wantsIndex(size, Number(env.VECTORIZE_CHUNKS_MIN));
}

async function choose(parts: PlacingParts, store: StoreRow): Promise<VectorIndexNumber | null> {
  const { env, tables } = parts;
  const dimensions = await readDimensions(parts, store);
  if (dimensions === 0) return null;
  const chunkCount = tables.placements.chunkCount(store.generation);
  const namespace = namespaceOf(store.id, store.generation);
  return chooseIndex(await askRooms(env, namespace), { dimensions, chunkCount });
}

/** Reads the number of dimensions of the store's vectors; 0 without any. */
async function readDimensions({ env, tables }: PlacingParts, store: StoreRow): Promise<number> {
  for (const { number, chunkCount } of tables.shards(store.generation)) {
    if (chunkCount === 0) continue;
    const dimensions = await askShard(env, store, number, (shard) => shard.dimensions());
    if (dimensions > 0) return dimensions;
  }
  return 0;
}

async function askRooms(
  env: Env,
  namespace?: string,
): Promise<Map<VectorIndexNumber, IndexRoom | null>> {
  const rooms = await Promise.all(
    vectorIndexNumbers(env).map(
      async (index) =>
        [
          index,
          await withFreshStub(
            () => addressVectorWriter(env, index),
            (writer) => writer.room(index, namespace),
          ),
        ] as const,
    ),
  );
  return new Map(rooms);
}
