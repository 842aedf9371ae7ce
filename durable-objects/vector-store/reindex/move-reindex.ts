import { parseJson, toJson } from "../../../src/columns.ts";
import type { GenerationSettings } from "../../../src/knowledge/reindex/generation.ts";
import {
  type CopyLag,
  hasTwoGenerations,
  type ReindexState,
} from "../../../src/knowledge/reindex/reindex.ts";
import type { StoreChange } from "../ledger/store-changes.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { StoreRow } from "../tables/store-tables.ts";
import type { ReindexRow, ReindexTable } from "./reindex-table.ts";

/** Time for which the old generation is kept after a switch. */
const KEPT_SECONDS = 7 * 86_400;
/**
 * The same after a split, which changes no result: the time in which the searches end that have begun before the switch,
 * 25 s, and some more.
 */
const SPLIT_KEPT_SECONDS = 60;
/** Copies that are stopped when a reindex is cancelled: all of them, since no more are made at a time. */
const STOPPED_MAX = 1_000;

type Parts = { readonly reindexes: ReindexTable; readonly files: VectorStoreFiles };

/**
 * Moves a reindex to its next state. The generation that serves, and whether there is another one, follow from it: the
 * store's row and its content version change with it.
 */
export function moveReindex(
  { reindexes, files }: Parts,
  change: StoreChange,
  before: ReindexRow,
  state: ReindexState,
): void {
  if (state === before.state) return;
  const { store, now, commands } = change;
  const reindex: ReindexRow = { ...before, state };
  if (state === "switched") {
    serve(store, reindex.toGeneration, parseJson(reindex.toSettings));
    reindex.switchedAt = now;
    reindex.keptUntil = now + (reindex.isAutomatic === 1 ? SPLIT_KEPT_SECONDS : KEPT_SECONDS);
  }
  if (before.state === "switched" && state === "ready") {
    serve(store, reindex.fromGeneration, parseJson(reindex.fromSettings));
    reindex.revertedAt = now;
    reindex.keptUntil = null;
  }
  if (state === "erasing" || state === "cancelling") {
    for (const { fileId, version } of files.copies.list("sent", STOPPED_MAX)) {
      const generation = store.otherGeneration ?? 0;
      commands.push({ kind: "stop_copy", fileId, version, generation });
    }
    reindex.keptUntil = null;
    store.otherGeneration = null;
    store.otherUsageBytes = 0;
    commands.push({ kind: "erase_generation" });
  }
  reindexes.save(reindex);
}

/** Counts the files whose copy in the other generation is missing. */
export const measureLag = (
  { copies }: VectorStoreFiles,
  { cursor }: Pick<ReindexRow, "cursor">,
): CopyLag => ({
  // A build that has not passed all files lacks at least one.
  waiting: copies.count("waiting") + copies.count("sent") + (cursor === null ? 0 : 1),
  failed: copies.count("failed"),
});

/** Returns when the old generation is to be erased, in milliseconds since the epoch; null if none is kept. */
export function readKeptUntil(reindexes: ReindexTable): number | null {
  const keptUntil = reindexes.read()?.keptUntil ?? null;
  return keptUntil === null ? null : keptUntil * 1_000;
}

/**
 * Ends a reindex, if the store has two generations, in favour of the one that serves: the store's copies are about to be
 * reconciled, which compares one generation.
 */
export function endReindex(parts: Parts, change: StoreChange): void {
  const reindex = parts.reindexes.read();
  if (!reindex || !hasTwoGenerations(reindex.state)) return;
  moveReindex(parts, change, reindex, reindex.state === "switched" ? "erasing" : "cancelling");
}

/** Lets the other generation of the store serve: from then on searches read it. */
function serve(store: StoreRow, generation: number, settings: GenerationSettings): void {
  const { usageBytes, otherUsageBytes } = store;
  store.otherGeneration = store.generation;
  store.generation = generation;
  store.embeddingModel = settings.embeddingModel;
  store.analyzer = settings.analyzer;
  store.autoChunking = toJson(settings.chunking);
  store.usageBytes = otherUsageBytes;
  store.otherUsageBytes = usageBytes;
  store.contentVersion++;
}
