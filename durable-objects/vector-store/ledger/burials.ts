import type { FileId } from "../../../src/ids.ts";
import type { Attachment } from "../tables/attachment-row.ts";
import type { Gone, Tombstone, VectorStoreTables } from "../tables/store-tables.ts";
import { holdCopy } from "./file-status.ts";
import type { StoreChange } from "./store-changes.ts";

/** A copy of chunks in the serving generation that belongs to no attached file. */
type Stray = Omit<Tombstone, "version" | "generation">;

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
  purgeStray({ store, commands, now }: StoreChange, stray: Stray): void {
    const isPurging = this.#tables.isPurging();
    const tombstone = { ...stray, version: ++store.lastVersion, generation: store.generation };
    this.#tables.addTombstone(tombstone, "chunks", 0, now);
    store.contentVersion++;
    if (!isPurging) commands.push({ kind: "purge" });
  }

  /**
   * Has the chunks purged that the corpus database of a file may have, in both generations if the store has two. Its
   * search shards, and searches, keep theirs.
   */
  purgeRecord({ store, commands, now }: StoreChange, { fileId, corpusShard }: Attachment): void {
    const isPurging = this.#tables.isPurging();
    for (const generation of [store.generation, store.otherGeneration]) {
      if (generation === null) continue;
      const version = ++store.lastVersion;
      const tombstone = { version, fileId, generation, shard: null, corpusShard };
      this.#tables.addTombstone(tombstone, "chunks", 1, now);
    }
    if (!isPurging) commands.push({ kind: "purge" });
  }

  /**
   * Fences all earlier work on the file, and has its chunks purged if it may have any, in both generations if the store
   * has two.
   */
  bury(change: StoreChange, file: Attachment, gone: Gone): void {
    this.#buryCopy(change, file);
    file.version = ++change.store.lastVersion;
    const { version, fileId, shard, corpusShard } = file;
    if (shard === null) {
      if (gone === "file") this.#addDeleted(change, fileId, version);
      return;
    }
    const { generation } = change.store;
    const isPurging = this.#tables.isPurging();
    const tombstone = { version, fileId, generation, shard, corpusShard };
    this.#tables.addTombstone(tombstone, gone, 0, change.now);
    // The file is hidden from now on, also if its chunks were written by a consumer that never reported.
    change.store.contentVersion++;
    this.#tables.countChunks(generation, shard, -file.chunkCount);
    file.shard = null;
    file.chunkCount = 0;
    // While there are tombstones to purge, one run is doing it.
    if (!isPurging) change.commands.push({ kind: "purge" });
  }

  /** Adds a tombstone for a deleted file that is not attached to this store, so that a delayed attach is refused. */
  buryUnseen(change: StoreChange, fileId: FileId): void {
    this.#addDeleted(change, fileId, ++change.store.lastVersion);
  }

  /** Has the copy in the other generation purged. One that is being made is stopped. */
  #buryCopy(change: StoreChange, file: Attachment): void {
    const { store } = change;
    const { fileId, otherShard: shard, corpusShard } = file;
    const generation = store.otherGeneration;
    holdCopy(change, file);
    file.copyState = null;
    file.copyError = null;
    // Without another generation, the place is that of one which is being erased as a whole.
    if (shard !== null && generation !== null) {
      const isPurging = this.#tables.isPurging();
      const tombstone = { version: ++store.lastVersion, fileId, generation, shard, corpusShard };
      this.#tables.addTombstone(tombstone, "chunks", 0, change.now);
      this.#tables.countChunks(generation, shard, -file.otherChunkCount);
      store.otherUsageBytes -= file.otherUsageBytes;
      if (!isPurging) change.commands.push({ kind: "purge" });
    }
    file.otherShard = null;
    file.otherChunkCount = 0;
    file.otherUsageBytes = 0;
  }

  #addDeleted({ store, now }: StoreChange, fileId: FileId, version: number): void {
    const { generation } = store;
    const tombstone = { version, fileId, generation, shard: null, corpusShard: null };
    this.#tables.addTombstone(tombstone, "file", 2, now);
  }
}
