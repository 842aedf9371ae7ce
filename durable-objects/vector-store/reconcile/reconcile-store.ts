import type { FileId } from "../../../src/ids.ts";
import {
  decideAttached,
  decideStray,
  isRemovedLater,
  type VersionBounds,
} from "../../../src/ingest/reconcile/decide-file.ts";
import type { Definition } from "../../../src/kernel/rules/definition.ts";
import { CHUNKING_AUTO } from "../../../src/knowledge/chunking.ts";
import { corpusNumbers, corpusShard } from "../../../src/platform/databases/corpus-shards.ts";
import { Corpus } from "../../../src/platform/databases/corpus.ts";
import { askShard } from "../index/ask-shard.ts";
import { eraseFollowers } from "../index/erase-followers.ts";
import { RETRY_FOREVER, TIMEOUT_FOREVER } from "../index/retry-forever.ts";
import type { ChangesStore, StoreChange } from "../ledger/store-changes.ts";
import type { StoreLedger } from "../ledger/store-ledger.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { VectorStoreFiles } from "../tables/attachments.ts";
import type { StoreRow, VectorStoreTables } from "../tables/store-tables.ts";
import { findInCatalog } from "./find-in-catalog.ts";
import { readCopies, type StoreCopies } from "./read-copies.ts";
import { ReconciliationTable } from "./reconciliation-table.ts";

/** The type of the only step of the workflow `RECONCILE`. Its handler calls `reconcileStore`. */
export const RECONCILE_STORE = "reconcile.store@1";
/** The workflow that brings the copies of a store in line, in one step. */
export const RECONCILE: Definition = {
  name: "reconcile",
  steps: { reconcile: { use: RECONCILE_STORE, retry: RETRY_FOREVER, timeout: TIMEOUT_FOREVER } },
};

type Deps = {
  readonly env: Env;
  readonly sql: SqlStorage;
  readonly tables: VectorStoreTables;
  readonly files: VectorStoreFiles;
  readonly ledger: StoreLedger;
  readonly runs: ChangesStore;
};

const PAGE = 200;

/**
 * Compares what the object of a store has recorded with its copies in the catalog, the corpus databases and the search
 * shards, and starts what brings them in line: files are indexed again from their bytes, attached or detached, and
 * chunks of no attached file are purged. Indexing continues after it. Every part may be repeated.
 */
export async function reconcileStore(deps: Deps): Promise<void> {
  const table = new ReconciliationTable(deps.sql);
  if (deps.tables.readStore().phase === "live") await reconcileLive(deps, table);
  else await eraseCopies(deps);
  deps.runs.change(({ now }) => table.complete(now));
}

async function reconcileLive(given: Deps, table: ReconciliationTable): Promise<void> {
  const deps = { ...given, runs: whileLive(given.runs) };
  const { env, tables, runs } = deps;
  const numbers = tables.shards(tables.serving()).map(({ number }) => number);
  const copies = await readCopies(env, tables.readStore(), numbers);
  const bounds = runs.change(({ store }) => {
    table.recheck();
    return table.bounds() ?? raiseVersions(store, copies, table);
  });
  await checkAttached(deps, table, copies, bounds);
  await checkStrays(deps, table, copies, bounds);
}

/**
 * Changes the store only while it is live. If it was deleted or has expired since, a change throws, and the next attempt
 * erases the copies instead.
 */
const whileLive = (runs: ChangesStore): ChangesStore => ({
  change: (apply) =>
    runs.change((change) => {
      if (change.store.phase === "live") return apply(change);
      throw new Error(`The store ${change.store.id} has ended while it was reconciled`);
    }),
});

/** Gives the store versions above those of every copy, since copies refuse writes of lower ones. */
function raiseVersions(
  store: StoreRow,
  { highestVersion }: StoreCopies,
  table: ReconciliationTable,
): VersionBounds {
  const bounds = { known: store.lastVersion, floor: Math.max(store.lastVersion, highestVersion) };
  store.lastVersion = bounds.floor;
  table.setBounds(bounds);
  return bounds;
}

async function checkAttached(
  { env, tables, files, ledger, runs }: Deps,
  table: ReconciliationTable,
  copies: StoreCopies,
  bounds: VersionBounds,
): Promise<void> {
  const mode = table.read()?.files ?? "different";
  const corpusCopy = ({ corpusShard: number, fileId }: Attachment) =>
    copies.corpus.get(number)?.get(fileId) ?? null;
  const check = (change: StoreChange, file: Attachment, isInCatalog: boolean) => {
    const shard = file.shard === null ? null : copies.shards.get(file.shard)?.get(file.fileId);
    const attached = { ...file, isAlias: file.aliasOf !== null };
    const compared = { attached, isInCatalog, corpus: corpusCopy(file), shard: shard ?? null };
    const decision = decideAttached(compared, bounds, mode);
    table.count("checked");
    if (decision === "keep") return;
    if (decision === "index") ledger.indexAgain(change, file);
    else ledger.detach(change, file, isInCatalog ? "chunks" : "file");
    table.count(decision === "index" ? "indexed" : "detached");
  };
  for (let page = files.after(-1, PAGE); page.length > 0;) {
    const mayRestore = page.filter((file) => !isRemovedLater(file, corpusCopy(file)));
    const fileIds = page.map(({ fileId }) => fileId);
    const store = tables.readStore();
    const { found, restored } = await findInCatalog(env, store, fileIds, mayRestore);
    runs.change((change) => {
      table.count("catalogued", restored);
      for (const { fileId } of page) {
        // Read again: it may have changed since, also with a file before it in the page.
        const file = files.find(fileId);
        if (file) check(change, file, found.has(fileId));
      }
    });
    page = files.after(page.at(-1)?.seq ?? Infinity, PAGE);
  }
}

/**
 * Handles chunks that are where no attached file has its own: those of other files, and other copies of attached ones.
 * Chunks that are being purged already are left to that.
 */
async function checkStrays(
  deps: Deps,
  table: ReconciliationTable,
  { corpus, shards }: StoreCopies,
  bounds: VersionBounds,
): Promise<void> {
  const { tables, files, ledger, runs } = deps;
  const purging = new Set(tables.purging());
  const isSettled = (fileId: FileId, place: "corpusShard" | "shard", number: number) => {
    const file = files.find(fileId);
    const isOwn = file !== null && file.aliasOf === null && file[place] === number;
    return isOwn || purging.has(fileId);
  };
  const later: FileId[] = [];
  runs.change((change) => {
    const purge = (stray: Parameters<StoreLedger["burials"]["purgeStray"]>[1]) => {
      ledger.burials.purgeStray(change, stray);
      table.count("purged");
    };
    for (const [shard, copies] of shards) {
      for (const fileId of copies.keys()) {
        if (!isSettled(fileId, "shard", shard)) purge({ fileId, corpusShard: null, shard });
      }
    }
    for (const [number, copies] of corpus) {
      for (const [fileId, copy] of copies) {
        if (copy.deleted || isSettled(fileId, "corpusShard", number)) continue;
        const isKnown = files.find(fileId) !== null;
        if (!isKnown && decideStray(copy, bounds) === "attach") later.push(fileId);
        else purge({ fileId, corpusShard: number, shard: null });
      }
    }
  });
  await attachLater(deps, table, corpus, later);
}

/** Attaches files that only newer copies knew, without attributes and with the default chunking: those are not known. */
async function attachLater(
  { env, tables, ledger, runs }: Deps,
  table: ReconciliationTable,
  corpus: StoreCopies["corpus"],
  later: readonly FileId[],
): Promise<void> {
  for (let start = 0; start < later.length; start += PAGE) {
    const page = later.slice(start, start + PAGE);
    const { found } = await findInCatalog(env, tables.readStore(), page, []);
    runs.change((change) => {
      for (const fileId of page) {
        const file = found.get(fileId);
        if (file && !tables.isFileDeleted(fileId)) {
          ledger.attach(change, { ...file, attributes: {}, chunking: CHUNKING_AUTO });
          table.count("attached");
          continue;
        }
        for (const [number, copies] of corpus) {
          if (!copies.has(fileId)) continue;
          ledger.burials.purgeStray(change, { fileId, corpusShard: number, shard: null });
          table.count("purged");
        }
      }
    });
  }
}

/**
 * Erases the chunks that copies still have of a store which is deleted or has expired. Goes on after shards that are
 * erased already: an earlier attempt or `eraseStore` may have erased the first ones.
 */
async function eraseCopies({ env, tables }: Deps): Promise<void> {
  const store = tables.readStore();
  await eraseFollowers(env, tables, store);
  for (let number = 0; ; number++) {
    const isUsed = await askShard(env, store, number, async (stub) => {
      const inventory = await stub.inspect();
      if (inventory.isUsed) await stub.erase();
      return inventory.isUsed;
    });
    if (!isUsed) break;
  }
  for (const number of corpusNumbers(env)) {
    await new Corpus(corpusShard(env, number)).eraseStore(store.id);
  }
}
