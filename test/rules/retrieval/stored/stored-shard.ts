import {
  LoadedShard,
  type ShardHost,
} from "../../../../durable-objects/search-shard/loaded-shard.ts";
import { SegmentWriter } from "../../../../durable-objects/search-shard/segment-writer.ts";
import type { ShardLimits } from "../../../../durable-objects/search-shard/shard-limits.ts";
import { ShardOutbox } from "../../../../durable-objects/search-shard/shard-outbox.ts";
import { ShardUpkeep } from "../../../../durable-objects/search-shard/shard-upkeep.ts";
import { ShardWriter } from "../../../../durable-objects/search-shard/shard-writer.ts";
import { StagedFiles } from "../../../../durable-objects/search-shard/staged-files.ts";
import { ShardTables } from "../../../../durable-objects/search-shard/tables/shard-tables.ts";
import type { FileId } from "../../../../src/ids.ts";
import type { ShardQuery, ShardStatistics } from "../../../../src/retrieval/search-types.ts";
import { type IndexedDocument, makeBatch } from "../../../../src/retrieval/segment/make-batch.ts";
import { MemoryLedger } from "../../../../src/retrieval/shard/memory-ledger.ts";
import { ProcessEnded, ShardStorage } from "./shard-storage.ts";

/** Sizes so small that a few chunks make a shard merge at once and in slices, write parts, and erase. */
const SMALL: ShardLimits = {
  smallCall: 3,
  tailMax: 5,
  merged: 3,
  mergedAtOnce: 6,
  segmentsMax: 4,
  blockBytes: 60,
  sliceBytes: 100,
  partsASlice: 2,
  indexedASlice: 4,
  inlineBytes: 120,
  removedMin: 6,
};

/** A change of a shard: one transaction. */
type Change = (shard: LoadedShard) => unknown;

/** A search shard as its object runs it, on Node's SQLite, with small sizes. */
export class StoredShard {
  readonly storage = new ShardStorage();
  readonly tables = new ShardTables(this.storage.sql, SMALL);
  /** The time, in milliseconds since the epoch. */
  now = 1_800_000_000_000;
  /** The transactions that ended early, by the statement before which they did. */
  readonly ended: string[] = [];
  /** Called after a transaction has ended early, before it is repeated. */
  afterEnd: () => void = () => {};
  readonly #host: Omit<ShardHost, "outbox">;
  #shard: LoadedShard | null = null;
  #memory = this.#start();

  constructor(kernel: WebAssembly.Module) {
    const ledger = new MemoryLedger(Number.POSITIVE_INFINITY);
    this.#host = { id: "shard", kernel, ledger, onGivenUp: () => {} };
  }

  /** Writes files in one call, in place of their older versions. */
  write(documents: readonly IndexedDocument[], endAt: number): void {
    const batch = makeBatch(documents);
    this.#change(endAt, (shard) => {
      this.#memory.writer.write(shard, batch);
      this.#memory.upkeep.keepUp(shard);
    });
  }

  /** Writes a long file in parts of `size` chunks, which no search finds before it is published. */
  stage(document: IndexedDocument, size: number, endAt: number): void {
    const { chunks, ...file } = document;
    for (let from = 0; from < chunks.length; from += size) {
      const batch = makeBatch([{ ...file, chunks: chunks.slice(from, from + size) }]);
      this.#change(endAt, (shard) => {
        this.#memory.staged.stage(shard, { batch, from }, this.now);
      });
    }
  }

  /** Lets searches find a file that was staged. */
  publish({ chunks, ...file }: IndexedDocument, endAt: number): void {
    this.#change(endAt, (shard) => {
      this.#memory.staged.publish(shard, { ...file, chunkCount: chunks.length });
      this.#memory.upkeep.keepUp(shard);
    });
  }

  /** Removes files. */
  remove(files: readonly { readonly fileId: FileId; readonly version: number }[], endAt: number) {
    this.#change(endAt, (shard) => {
      this.#memory.writer.remove(shard, files, this.now);
      for (const { fileId, version } of files) this.#memory.staged.remove(fileId, version);
    });
  }

  /** The changes of vector indexes that wait in the shard. */
  get outbox(): ShardOutbox {
    return this.#memory.outbox;
  }

  /** The shard in memory, as a search uses it. */
  get loaded(): LoadedShard {
    return this.#loaded();
  }

  /** Replaces the attributes of a file. */
  setAttributes(document: IndexedDocument, endAt: number): void {
    this.#change(endAt, (shard) =>
      this.#memory.writer.setAttributes(shard, document, document.attributes),
    );
  }

  /** Does slices of upkeep, at most `max`, as long as there is something to do. Returns their number. */
  slices(max: number, endAt: number): number {
    for (let slice = 0; slice < max; slice++) {
      if (!this.#memory.upkeep.isDue(this.#shard, this.now)) return slice;
      const isMoved = this.#change(endAt, (shard) => this.#memory.upkeep.slice(shard, this.now));
      if (isMoved === true) this.#shard = null;
    }
    return max;
  }

  /** Begins to make the index again, as after damage. */
  rebuild(): void {
    this.#change(0, () => this.#memory.upkeep.rebuild());
    this.restart();
  }

  /** Forgets all memory, as when the object's process ends. */
  restart(): void {
    this.#shard = null;
    this.#memory = this.#start();
  }

  /** Reads the numbers from which BM25 scores are computed. */
  statistics(terms: readonly string[]): ShardStatistics {
    return this.#loaded().statistics(terms);
  }

  /** Searches. Returns the chunks with their scores. */
  search(query: ShardQuery): { chunkId: string; lexical: number; dense: number }[] {
    return this.#loaded()
      .search(query)
      .map(({ chunkId, lexical, dense }) => ({ chunkId, lexical, dense }));
  }

  /** Lists what is in storage and belongs to no file that is there, after all upkeep was done. */
  listLeftovers(): string[] {
    const { index, dimensions } = this.#loaded();
    const live = new Set<number>();
    for (let position = 0; position < index.count; position++) {
      if (index.live[position] === 1) live.add(index.numberAt(position));
    }
    const segments = new Set(index.segments.map(({ id }) => id));
    const list = (table: string, key: string) =>
      this.storage.sql
        .exec<{ key: number }>(`SELECT ${key} AS key FROM ${table}`)
        .toArray()
        .map((row) => row.key);
    const chunks = new Set(list("chunk", "number"));
    return [
      ...[...chunks].flatMap((number) => (live.has(number) ? [] : [`chunk ${number}`])),
      ...[...live].flatMap((number) => (chunks.has(number) ? [] : [`no chunk ${number}`])),
      ...list("segment", "id").flatMap((id) => (segments.has(id) ? [] : [`segment ${id}`])),
      ...list("segment_part", "segment").flatMap((id) => (segments.has(id) ? [] : [`part ${id}`])),
      ...list("removal", "block").map((block) => `removal ${block}`),
      ...list("staged_part", "segment").map((segment) => `staged ${segment}`),
      ...list("merge", "target").map((target) => `merge ${target}`),
      ...list("unindexed", "next_number").map((number) => `unindexed ${number}`),
      ...this.#listVectors(dimensions).flatMap((number) =>
        live.has(number) ? [] : [`vector ${number}`],
      ),
    ];
  }

  /** Lists the numbers whose vectors are in blocks and not zeros. */
  #listVectors(dimensions: number): number[] {
    type Block = { key: number; bytes: ArrayBuffer };
    const blocks = this.storage.sql.exec<Block>("SELECT key, bytes FROM vector_block").toArray();
    return blocks.flatMap(({ key, bytes }) => {
      const rows = bytes.byteLength / dimensions;
      return Array.from({ length: rows }, (_, place) => place).flatMap((place) => {
        const row = new Int8Array(bytes, place * dimensions, dimensions);
        return row.some((value) => value !== 0) ? [key * rows + place] : [];
      });
    });
  }

  /** Makes a change. If the process ends in it, which is before statement `endAt`, starts again and repeats it. */
  #change(endAt: number, change: Change): unknown {
    this.storage.endAt = endAt;
    try {
      return this.storage.transaction(() => change(this.#loaded()));
    } catch (error) {
      if (!(error instanceof ProcessEnded)) throw error;
      this.ended.push(error.message);
      this.restart();
      this.afterEnd();
      return this.storage.transaction(() => change(this.#loaded()));
    }
  }

  #start() {
    const segments = new SegmentWriter(this.tables);
    const outbox = new ShardOutbox(this.tables);
    const writer = new ShardWriter(this.tables, segments, outbox);
    const staged = new StagedFiles(this.tables, writer, segments);
    return { outbox, writer, staged, upkeep: new ShardUpkeep(this.tables, staged, segments) };
  }

  #loaded(): LoadedShard {
    const { outbox } = this.#memory;
    this.#shard ??= new LoadedShard(this.tables, { ...this.#host, outbox });
    return this.#shard;
  }
}
