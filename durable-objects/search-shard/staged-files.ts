import type { FileId } from "../../src/ids.ts";
import { admitWrite, type WriteDecision } from "../../src/retrieval/fence.ts";
import type { StagedFile, StagedPart } from "../../src/retrieval/segment/shard-batch.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import { fitVectors, type SegmentWriter } from "./segment-writer.ts";
import { type ShardWriter, toSeen } from "./shard-writer.ts";
import type { ShardTables } from "./tables/shard-tables.ts";
import type { StagedPartRow } from "./tables/staged-tables.ts";

/** Numbers that are set aside for the chunks of a long file, of which none is known before the last part is there. */
const NUMBERS_RESERVED = 1 << 20;
/** A file whose parts do not arrive for this long is forgotten; its consumer has begun again, or given up. */
export const STAGED_MS = 24 * 3_600_000;

/** Thrown when a part of a long file arrives without the part before it. The consumer begins again. */
class PartMissing extends Error {
  override readonly name = "PartMissing";
}

/**
 * Keeps the parts of files that are too long for one call, where no search sees them, until the last one has arrived:
 * then the whole file replaces its older version in one transaction. Callers open transactions.
 */
export class StagedFiles {
  readonly #tables: ShardTables;
  readonly #writer: ShardWriter;
  readonly #segments: SegmentWriter;

  constructor(tables: ShardTables, writer: ShardWriter, segments: SegmentWriter) {
    this.#tables = tables;
    this.#writer = writer;
    this.#segments = segments;
  }

  /** Keeps a part of a file. A part that is there already changes nothing; the first one forgets all others. */
  stage(shard: LoadedShard, { batch, from }: StagedPart, now: number): WriteDecision {
    const [document] = batch.documents;
    if (!document || batch.documents.length !== 1) throw new Error("A part is of one document");
    const { fileId, version, chunks } = document;
    const outcome = admitWrite(toSeen(this.#tables.chunks.find(fileId)), version);
    if (outcome !== "written") return outcome;
    if (from === 0) this.drop(this.#tables.staged.partsOf(fileId));
    const parts = this.#tables.staged.partsOf(fileId).filter((part) => part.version === version);
    const end = endOf(parts);
    if (from < end) return outcome;
    if (from > end) throw new PartMissing(`${fileId} has ${end} chunks here; part ${from} is next`);
    const [begun] = parts;
    this.#segments.flush(shard);
    const first = begun ? begun.firstNumber + from : reserveNumbers(shard);
    const run = { first, count: chunks.length };
    const vectors = fitVectors(shard, batch, run.count);
    const ordinal = this.#ordinalOf(shard, begun, fileId);
    this.#tables.chunks.addChunks(fileId, chunks, first, null);
    const columns = {
      runs: [run],
      lengths: Uint32Array.from(chunks, ({ length }) => length),
      ordinals: new Uint32Array(run.count).fill(ordinal),
    };
    const segment = this.#segments.addStaged(shard, batch, columns, { run, vectors });
    this.#tables.staged.add({
      segment,
      fileId,
      version,
      firstNumber: first,
      firstChunk: from,
      chunkCount: chunks.length,
      stagedAt: now,
    });
    return outcome;
  }

  /** Lets searches find a file whose parts are all here, in place of its older version. */
  publish(shard: LoadedShard, file: StagedFile): WriteDecision {
    const { fileId, version, chunkCount } = file;
    const all = this.#tables.staged.partsOf(fileId);
    const outcome = admitWrite(toSeen(this.#tables.chunks.find(fileId)), version);
    if (outcome !== "written") {
      this.drop(all.filter((part) => part.version <= version));
      return outcome;
    }
    const parts = all.filter((part) => part.version === version);
    const [begun] = parts;
    if (!begun || endOf(parts) !== chunkCount) {
      throw new PartMissing(`${fileId} has ${endOf(parts)} of ${chunkCount} chunks here`);
    }
    this.#segments.flush(shard);
    const ordinal = this.#ordinalOf(shard, begun, fileId);
    const run = { first: begun.firstNumber, count: chunkCount };
    this.#writer.replaceFile(shard, file, run, ordinal);
    for (const { segment } of parts) {
      // Behind all segments: their order in storage is that in memory.
      this.#tables.segments.enliven(segment, shard.nextNumber++, shard.nextNumber);
      const columns = this.#tables.segments.readColumns(segment);
      shard.append({ id: segment, columns, dropped: 0 });
    }
    this.#tables.staged.forget(parts.map(({ segment }) => segment));
    return outcome;
  }

  /** Forgets the parts of a file up to a version, since the file is removed. */
  remove(fileId: FileId, version: number): void {
    this.drop(this.#tables.staged.partsOf(fileId).filter((part) => part.version <= version));
  }

  /** Forgets the files of which a part was staged before the time `before`, in milliseconds since the epoch. */
  expire(before: number): void {
    this.drop(this.#tables.staged.olderThan(before));
  }

  /** Deletes staged parts with their chunks. */
  drop(parts: readonly StagedPartRow[]): void {
    for (const { segment, firstNumber, chunkCount } of parts) {
      const run = { first: firstNumber, count: chunkCount };
      const dimensions = this.#tables.segments.find(segment)?.dimensions ?? 0;
      this.#tables.chunks.dropChunks(run);
      this.#tables.vectors.erase([run], dimensions);
      this.#tables.segments.drop(segment);
    }
    this.#tables.staged.forget(parts.map(({ segment }) => segment));
  }

  /** Returns the ordinal that the file has, or that its first part has given it. */
  #ordinalOf(shard: LoadedShard, begun: StagedPartRow | undefined, fileId: FileId): number {
    if (!begun) return this.#tables.chunks.find(fileId)?.ordinal ?? shard.nextOrdinal++;
    const [ordinal] = this.#tables.segments.readColumns(begun.segment).ordinals;
    return ordinal ?? 0;
  }
}

/** Sets numbers aside for all chunks of a file, since they are consecutive and its parts are not. Returns the first. */
function reserveNumbers(shard: LoadedShard): number {
  const first = shard.nextNumber;
  shard.nextNumber += NUMBERS_RESERVED;
  return first;
}

/** Returns how many chunks of a file the parts have, of which the first begins with the file. */
const endOf = (parts: readonly StagedPartRow[]): number =>
  parts.reduce((end, { firstChunk, chunkCount }) => Math.max(end, firstChunk + chunkCount), 0);
