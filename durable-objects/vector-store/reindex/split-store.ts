import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { RetryLaterError } from "../../../src/kernel/rules/step-handler.ts";
import { decideAction } from "../../../src/knowledge/reindex/decide-reindex.ts";
import {
  maySplit,
  type RatedShard,
  splitWanted,
  type WantedSplit,
} from "../../../src/knowledge/reindex/split-wanted.ts";
import { logger } from "../../../src/platform/logger.ts";
import { RETRY_FOREVER, TIMEOUT_FOREVER } from "../index/retry-forever.ts";
import type { ChangesStore } from "../ledger/store-changes.ts";
import { ReconciliationTable } from "../reconcile/reconciliation-table.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import {
  readServingSettings,
  type StoreRow,
  type VectorStoreTables,
} from "../tables/store-tables.ts";
import type { HotShards } from "./hot-shards.ts";
import { measureLag, moveReindex } from "./move-reindex.ts";
import type { ReindexTable } from "./reindex-table.ts";
import { describeLast, readServingLayout, startReindex } from "./start-reindex.ts";

const FOREVER = { retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER };
const AGAIN_MS = 1_000;

/** The type of the only step of the workflow `SPLIT`. Its handler calls `beginSplit`. */
export const BEGIN_SPLIT = "reindex.split@1";
/** The workflow that begins to split the search shards of a store, in one step. */
export const SPLIT: Definition = {
  name: "reindex-split",
  steps: { split: { use: BEGIN_SPLIT, ...FOREVER } },
};
/** The type of the only step of the workflow `SWITCH_SPLIT`. Its handler calls `switchSplit`. */
export const SWITCH_TO_SPLIT = "reindex.switch_split@1";
/** The workflow that lets the search shards of a split serve, in one step. */
export const SWITCH_SPLIT: Definition = {
  name: "reindex-switch-split",
  steps: { switch: { use: SWITCH_TO_SPLIT, ...FOREVER } },
};

type SplitDeps = {
  readonly env: Env;
  readonly sql: SqlStorage;
  readonly parts: {
    readonly tables: VectorStoreTables;
    readonly files: VectorStoreFiles;
    readonly reindexes: ReindexTable;
    readonly hot: HotShards;
  };
};

/**
 * Returns the split of a store's search shards that is to be begun now; null if none is, or while a reindex or a
 * reconciliation of the store goes on. `now` is in Unix seconds.
 */
export function findSplit(
  { env, sql, parts }: SplitDeps,
  store: StoreRow,
  now: number,
): WantedSplit | null {
  const { tables, reindexes, hot } = parts;
  if (store.phase !== "live" || store.otherGeneration !== null) return null;
  const { generation } = store;
  const shards = tables.shards(generation).map((shard): RatedShard => ({
    ...shard,
    isHot: hot.has(generation, shard.number, now * 1_000),
  }));
  const wanted = splitWanted(shards, {
    chunksMax: Number(env.SEARCH_SHARD_CHUNKS_MAX),
    storeChunksMax: Number(env.SHARD_SPLIT_CHUNKS_MAX),
  });
  if (wanted === null) return null;
  const last = reindexes.read();
  if (!maySplit(last && { ...last, ...describeLast(last) }, wanted.reason, now)) return null;
  const reconciliation = new ReconciliationTable(sql).read();
  return reconciliation && reconciliation.completedAt === null ? null : wanted;
}

/** Begins to split the search shards of a store by a generation with more of them, if that is still wanted. */
export async function beginSplit(deps: SplitDeps & { readonly runs: ChangesStore }): Promise<void> {
  const { parts, runs } = deps;
  const begun = runs.change((change) => {
    const { store, now } = change;
    const split = findSplit(deps, store, now);
    if (split === null) return null;
    const settings = readServingSettings(store);
    const before = readServingLayout(parts.tables, store);
    const layout = { ...before, shards: split.count };
    startReindex(parts, change, { settings, layout, startedBy: "store" });
    return { storeId: store.id, ...split };
  });
  if (begun) logger.info("store.split.begun", begun);
}

/**
 * Lets the search shards of a split serve, once they have all files. Cancels the split if a file cannot be copied. Does
 * nothing if the split is over by now, or paused.
 */
export async function switchSplit(
  deps: SplitDeps & { readonly runs: ChangesStore },
): Promise<void> {
  const { parts, runs } = deps;
  const ended = runs.change((change) => {
    const reindex = parts.reindexes.read();
    if (!reindex || reindex.isAutomatic === 0 || reindex.state !== "ready") return null;
    const lag = measureLag(parts.files, reindex);
    const next = decideAction({ state: "ready", isAutomatic: true }, "switch", lag);
    const state = next.ok ? next.value : lag.failed > 0 ? "cancelling" : "ready";
    moveReindex(parts, change, reindex, state);
    return { storeId: change.store.id, state, count: lag.failed };
  });
  if (ended === null) return;
  const { state, storeId, count } = ended;
  if (state === "ready") throw new RetryLaterError("Files are still to be copied", AGAIN_MS);
  if (state === "switched") logger.info("store.split.switched", { storeId });
  else logger.warn("store.split.cancelled", { storeId, count });
}
