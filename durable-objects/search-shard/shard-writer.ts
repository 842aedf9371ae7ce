import type { FileId } from "../../src/ids.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import {
  admitAttributes,
  admitRemoval,
  admitWrite,
  type SeenVersion,
} from "../../src/retrieval/fence.ts";
import type { ShardDocument, WriteOutcome } from "../../src/retrieval/search-types.ts";
import type { NumberRun } from "../../src/retrieval/segment/columns.ts";
import { cutBatch } from "../../src/retrieval/segment/cut-batch.ts";
import type { ShardBatch } from "../../src/retrieval/segment/shard-batch.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import {
  admitAnalyzer,
  fitVectors,
  hasOtherVectors,
  type SegmentWriter,
} from "./segment-writer.ts";
import type { ShardOutbox } from "./shard-outbox.ts";
import type { KnownFile } from "./tables/chunk-tables.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/** A version of a file that is to be removed from a shard. */
export type FileVersion = { readonly fileId: FileId; readonly version: number };

/** Applies writes and removals to a shard's tables and to the loaded shard. Callers open transactions. */
export class ShardWriter {
  readonly #tables: ShardTables;
  readonly #segments: SegmentWriter;
  readonly #outbox: ShardOutbox;

  constructor(tables: ShardTables, segments: SegmentWriter, outbox: ShardOutbox) {
    this.#tables = tables;
    this.#segments = segments;
    this.#outbox = outbox;
  }

  /**
   * Writes the documents of a call. The chunks stay in the tail if they are few and the tail has room for them;
   * otherwise the tail becomes a segment with them. Skips a document if the shard has already seen this version of it
   * or a newer one, or if its vectors have another length than the shard's.
   */
  write(shard: LoadedShard, batch: ShardBatch): WriteOutcome[] {
    const isOther = hasOtherVectors(shard, batch);
    const outcomes = batch.documents.map(({ fileId, version }): WriteOutcome => {
      const outcome = admitWrite(toSeen(this.#tables.chunks.find(fileId)), version);
      return { fileId, outcome: outcome === "written" && isOther ? "other_dimensions" : outcome };
    });
    const isWritten = outcomes.map(({ outcome }) => outcome === "written");
    const written = cutBatch(batch, isWritten);
    const chunks = written.documents.flatMap((document) => document.chunks);
    const run = { first: shard.nextNumber, count: chunks.length };
    if (run.count > 0) admitAnalyzer(shard, written);
    const vectors = fitVectors(shard, written, run.count);
    const staysInTail = shard.tail.hasRoomFor(run.count);
    const ordinals = this.#addDocuments(shard, written, staysInTail ? vectors : null);
    if (run.count === 0) return outcomes;
    this.#outbox.added(run);
    shard.nextNumber += run.count;
    const columns = {
      runs: [run],
      lengths: Uint32Array.from(chunks, ({ length }) => length),
      ordinals: Uint32Array.from(ordinals),
    };
    shard.appendToTail({ columns, vectors, blocks: written.blocks });
    if (!staysInTail) this.#segments.flush(shard, { run, vectors });
    return outcomes;
  }

  /** Writes the row of a long file as `replaceFile` does, since all its chunks are here. */
  publishFile(
    shard: LoadedShard,
    document: Omit<ShardDocument, "chunks">,
    run: NumberRun,
    ordinal: number,
  ): void {
    this.#replaceFile(shard, document, run, ordinal);
    this.#outbox.added(run);
  }

  /**
   * Replaces the attributes of a file. Returns false if the file is unknown or has a newer version. The chunks are
   * written to the shard's vector index again if it filters by one of the attributes that differ.
   */
  setAttributes(
    shard: LoadedShard,
    { fileId, version }: FileVersion,
    attributes: Attributes,
  ): boolean {
    const known = this.#tables.chunks.find(fileId);
    if (!known || !admitAttributes(toSeen(known), version)) return false;
    const before = this.#tables.outgoing.attributesOf(fileId);
    this.#tables.chunks.setAttributes(fileId, version, attributes);
    if (known.ordinal !== null) shard.setAttributes(known.ordinal, attributes);
    const run = { first: known.firstChunk, count: known.chunkCount };
    this.#outbox.retagged(run, before, attributes);
    return true;
  }

  /** Removes files and leaves a tombstone for each. `now` is in milliseconds since the epoch. */
  remove(shard: LoadedShard, files: readonly FileVersion[], now: number): void {
    const removed: NumberRun[] = [];
    for (const { fileId, version } of files) {
      const known = this.#tables.chunks.find(fileId);
      if (!admitRemoval(toSeen(known), version)) continue;
      if (known) removed.push(...this.#dropChunks(shard, known));
      this.#tables.chunks.bury(fileId, version, now);
      this.#tables.damage.forget(fileId, version + 1);
    }
    this.#tables.removals.add(removed, now);
  }

  /**
   * Writes the row of a file with its new chunks, and removes its old chunks. Returns the file's ordinal, which stays
   * the same for all versions; null if the file has no chunks. `reserved` is the ordinal that the staged parts of the
   * file already use.
   */
  #replaceFile(
    shard: LoadedShard,
    document: Omit<ShardDocument, "chunks">,
    run: NumberRun,
    reserved?: number,
  ): number | null {
    const known = this.#tables.chunks.find(document.fileId);
    if (known) this.#tables.removals.add(this.#dropChunks(shard, known), Date.now());
    const ordinal = run.count > 0 ? (reserved ?? known?.ordinal ?? shard.nextOrdinal++) : null;
    this.#tables.damage.forget(document.fileId, document.version);
    this.#tables.chunks.putFile(document, run.count > 0 ? run : { first: 0, count: 0 }, ordinal);
    if (ordinal !== null) shard.setAttributes(ordinal, document.attributes);
    return ordinal;
  }

  /**
   * Writes the rows of documents and of their chunks. `vectors` are stored in the rows of the chunks; null to store
   * none there. Returns, for each chunk, the ordinal of its file.
   */
  #addDocuments(shard: LoadedShard, batch: ShardBatch, vectors: Int8Array | null): number[] {
    const ordinals: number[] = [];
    for (const document of batch.documents) {
      const { chunks, fileId } = document;
      const from = ordinals.length;
      const run = { first: shard.nextNumber + from, count: chunks.length };
      const ordinal = this.#replaceFile(shard, document, run);
      const { dimensions } = shard;
      const own = vectors?.subarray(from * dimensions, (from + run.count) * dimensions) ?? null;
      this.#tables.chunks.addChunks(fileId, chunks, run.first, own);
      ordinals.push(...chunks.map(() => ordinal ?? 0));
    }
    return ordinals;
  }

  /**
   * Deletes the chunks of a file. Returns the numbers of those that a segment contains, so that its posting lists still
   * have them.
   */
  #dropChunks(shard: LoadedShard, { firstChunk, chunkCount }: KnownFile): NumberRun[] {
    if (chunkCount === 0) return [];
    const run = { first: firstChunk, count: chunkCount };
    this.#tables.chunks.dropChunks(run);
    this.#outbox.removed(run);
    shard.index.remove(run);
    return run.first >= shard.indexedUntil ? [] : [run];
  }
}

/** Returns the newest version of a file that a shard has seen, and whether it was removed; null for an unknown file. */
export const toSeen = (known: KnownFile | null): SeenVersion | null =>
  known && { version: known.version, removed: known.removedAt !== null };
