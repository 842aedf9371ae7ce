import type { FileId } from "../../src/ids.ts";
import type { Attachment } from "./attachments.ts";
import type { StoreChange } from "./store-changes.ts";
import type { Gone, Tombstone, VectorStoreTables } from "./store-tables.ts";

/** Adds the tombstones of a store's files, under which their chunks are left out of searches and purged. */
export class Burials {
  readonly #tables: VectorStoreTables;

  constructor(tables: VectorStoreTables) {
    this.#tables = tables;
  }

  /**
   * Has a copy of chunks purged that belongs to no attached file: in a search shard, a corpus database, or both. A file
   * that is attached is left out of searches until its stray copy is purged.
   */
  purgeStray({ store, commands, now }: StoreChange, stray: Omit<Tombstone, "version">): void {
    const isPurging = this.#tables.isPurging();
    const version = ++store.lastVersion;
    this.#tables.addTombstone({ ...stray, version }, "chunks", 0, now);
    store.contentVersion++;
    if (!isPurging) commands.push({ kind: "purge" });
  }

  /** Has the chunks purged that the corpus database of a file may have. Its search shard, and searches, keep theirs. */
  purgeRecord({ store, commands, now }: StoreChange, { fileId, corpusShard }: Attachment): void {
    const isPurging = this.#tables.isPurging();
    const version = ++store.lastVersion;
    this.#tables.addTombstone({ version, fileId, shard: null, corpusShard }, "chunks", 1, now);
    if (!isPurging) commands.push({ kind: "purge" });
  }

  /** Fences all earlier work on the file, and has its chunks purged if it may have any. */
  bury(change: StoreChange, file: Attachment, gone: Gone): void {
    file.version = ++change.store.lastVersion;
    const { version, fileId, shard, corpusShard } = file;
    if (shard === null) {
      if (gone === "file") this.#addDeleted(fileId, version, change.now);
      return;
    }
    const isPurging = this.#tables.isPurging();
    const tombstone = { version, fileId, shard, corpusShard };
    this.#tables.addTombstone(tombstone, gone, 0, change.now);
    // The file is hidden from now on, also if its chunks were written by a consumer that never reported.
    change.store.contentVersion++;
    this.#tables.countChunks(shard, -file.chunkCount);
    file.shard = null;
    file.chunkCount = 0;
    // While there are tombstones to purge, one run is doing it.
    if (!isPurging) change.commands.push({ kind: "purge" });
  }

  /** Adds a tombstone for a deleted file that is not attached to this store, so that a delayed attach is refused. */
  buryUnseen({ store, now }: StoreChange, fileId: FileId): void {
    this.#addDeleted(fileId, ++store.lastVersion, now);
  }

  #addDeleted(fileId: FileId, version: number, now: number): void {
    this.#tables.addTombstone({ version, fileId, shard: null, corpusShard: null }, "file", 2, now);
  }
}
