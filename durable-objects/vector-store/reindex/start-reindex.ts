import { parseJson, toFlag, toJson } from "../../../src/columns.ts";
import {
  type GenerationSettings,
  numberGeneration,
} from "../../../src/knowledge/reindex/generation.ts";
import type { GenerationLayout } from "../../../src/knowledge/reindex/layout.ts";
import type { StoreChange } from "../ledger/store-changes.ts";
import {
  readServingSettings,
  type StoreRow,
  type VectorStoreTables,
} from "../tables/store-tables.ts";
import type { ReindexRow, ReindexTable } from "./reindex-table.ts";

type Parts = { readonly tables: VectorStoreTables; readonly reindexes: ReindexTable };

/** The generation that a reindex makes, and who has begun it. */
type NewGeneration = {
  readonly settings: GenerationSettings;
  readonly layout: GenerationLayout;
  readonly startedBy: "client" | "store";
};

/** Reads the search shards of the store's serving generation, and the place that was asked for its vectors. */
export const readServingLayout = (
  tables: VectorStoreTables,
  { generation }: StoreRow,
): GenerationLayout => ({
  shards: tables.shards(generation).length,
  denseIndex: tables.placements.read(generation).denseIndex,
});

/** Starts a reindex of a store that has one generation: another one, with its search shards, which are empty. */
export function startReindex(
  { tables, reindexes }: Parts,
  { store, now }: StoreChange,
  { settings, layout, startedBy }: NewGeneration,
): void {
  const generation = numberGeneration(store.generation, store.lastGeneration);
  const fromLayout = readServingLayout(tables, store);
  tables.placements.addShards(generation, layout.shards);
  const { denseIndex } = layout;
  tables.placements.save(generation, { vectorIndex: null, refusedAt: 0, denseIndex });
  reindexes.save({
    ...NOTHING_YET,
    fromGeneration: store.generation,
    toGeneration: generation,
    fromSettings: toJson(readServingSettings(store)),
    toSettings: toJson(settings),
    fromLayout: toJson(fromLayout),
    toLayout: toJson(layout),
    isAutomatic: toFlag(startedBy === "store"),
    createdAt: now,
  });
  store.lastGeneration = generation;
  store.otherGeneration = generation;
  store.otherUsageBytes = 0;
}

/** Reads what decides about the next reindex of a store from its last one. */
export const describeLast = ({ state, isAutomatic, toSettings, toLayout }: ReindexRow) => ({
  state,
  isAutomatic: isAutomatic === 1,
  toSettings: parseJson(toSettings),
  toLayout: toLayout === null ? null : parseJson(toLayout),
});

const NOTHING_YET = {
  state: "building",
  readyAt: null,
  switchedAt: null,
  revertedAt: null,
  keptUntil: null,
  endedAt: null,
  cursor: -1,
  checked: 0,
  copied: 0,
  comparison: null,
  erased: null,
} as const;
