import { copyWindow, decideCopy } from "../../../src/knowledge/reindex/copy-files.ts";
import type { StoreChange } from "../ledger/store-changes.ts";
import type { StoreLedger } from "../ledger/store-ledger.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { ReindexRow, ReindexTable } from "./reindex-table.ts";

type BuildParts = {
  readonly files: VectorStoreFiles;
  readonly ledger: StoreLedger;
  readonly reindexes: ReindexTable;
};

/** Files that are read at once from the list of the store's files. */
const PAGE = 100;
/** Files that one change passes at most, in about 20 ms. A run goes on after that. */
const PASSED_MAX = 1_000;

/**
 * Goes on with the copies of files to the other generation: starts as many as there is room for, first of the files that
 * wait, then of those that the build has not passed yet. Once no copy is missing, the generation is ready, and a run
 * compares it with the serving one, or lets it serve if it is a split. Does nothing while the store has one generation, or the build is paused.
 */
export function continueBuild(parts: BuildParts, change: StoreChange): void {
  const { store, commands } = change;
  const { otherGeneration: generation } = store;
  if (generation === null) return;
  const reindex = parts.reindexes.read();
  if (!reindex || reindex.state === "paused") return;
  const { copies } = parts.files;
  let room = copyWindow(store.in_progress) - copies.count("sent");
  if (room <= 0) return;
  for (const file of copies.listReady(room)) {
    parts.ledger.copies.send(change, file, generation);
    room--;
  }
  if (reindex.cursor !== null && room > 0) passFiles(parts, change, reindex, { generation, room });
  if (reindex.state !== "building" || reindex.cursor !== null) return;
  if (copies.list("waiting", 1).length > 0 || copies.list("sent", 1).length > 0) return;
  reindex.state = "ready";
  reindex.readyAt = change.now;
  parts.reindexes.save(reindex);
  commands.push({ kind: reindex.isAutomatic === 1 ? "switch_split" : "compare" });
}

/** Moves the cursor of a build past files, until there is no room for more copies. */
function passFiles(
  { files, ledger, reindexes }: BuildParts,
  change: StoreChange,
  reindex: ReindexRow,
  { generation, room }: { readonly generation: number; readonly room: number },
): void {
  let [left, passed] = [room, 0];
  let page = files.after(reindex.cursor ?? Infinity, PAGE);
  while (page.length > 0 && left > 0 && passed < PASSED_MAX) {
    for (const file of page) {
      if (left === 0) break;
      reindex.cursor = file.seq;
      reindex.checked++;
      passed++;
      // The order of files in progress among the waiting ones does not matter: they come when they have ended.
      const decision = decideCopy(file);
      if (decision === "skip" || file.copyState !== null) continue;
      if (decision === "wait") ledger.copies.wait(file);
      else {
        ledger.copies.send(change, file, generation);
        left--;
      }
    }
    page = files.after(reindex.cursor ?? Infinity, PAGE);
  }
  if (page.length === 0) reindex.cursor = null;
  else if (left > 0) change.commands.push({ kind: "build" });
  reindexes.save(reindex);
}
