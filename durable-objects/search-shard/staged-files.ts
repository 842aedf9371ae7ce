import type { FileId } from "../../src/ids.ts";
import { admitWrite, type WriteDecision } from "../../src/retrieval/fence.ts";
import type { StagedChunks, WriteOutcome } from "../../src/retrieval/search-types.ts";
import type { StagedFile, StagedPart } from "../../src/retrieval/segment/shard-batch.ts";
import type { LoadedShard } from "./loaded-shard.ts";
import {
  admitAnalyzer,
  fitVectors,
  hasOtherVectors,
  type SegmentWriter,
} from "./segment-writer.ts";
import { type ShardWriter, toSeen } from "./shard-writer.ts";
import type { ShardTables } from "./tables/shard-tables.ts";
import type { StagedPartRow } from "./tables/staged-tables.ts";

/**
 * Number of chunk numbers that are reserved for a long file. The file's number of chunks is not known before its last
 * part arrives.
 */
const NUMBERS_RESERVED = 1 << 20;
/**
 * Age of its first part at which a staged file that is not published is deleted, in milliseconds. By then its consumer
 * has begun again or given up.
 */
export const STAGED_MS = 24 * 3_600_000;

/**
 * Thrown when a part of a long file arrives before the preceding part, or when the file is published before its last
 * part. The consumer begins again.
 */
class PartMissing extends Error {
  override readonly name = "PartMissing";
}

/**
 * Stores the parts of files that are too long for one call. No search finds them until `publish` replaces the file's
 * older version by all of them, in one transaction. Callers open transactions.
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

  /** Returns how much of a version of a file is here, for a consumer that goes on with it. */
  find(fileId: FileId, version: number): StagedChunks {
    const { chunks, segments, staged } = this.#tables;
    const decision = admitWrite(toSeen(chunks.find(fileId)), version);
    if (decision !== "written") {
      return { state: decision, count: 0, dimensions: segments.next().dimensions, last: null };
    }
    const parts = staged.partsOf(fileId).filter((part) => part.version === version);
    const [begun] = parts;
    const rows = parts.flatMap(({ segment }) => segments.find(segment) ?? []);
    const isWhole = rows.length === parts.length;
    if (!begun || !isWhole) return { state: "staged", count: 0, dimensions: 0, last: null };
    const count = endOf(parts);
    const last = chunks.spanOf(begun.firstNumber + count - 1);
    return { state: "staged", count, dimensions: rows[0]?.dimensions ?? 0, last };
  }

  /**
   * Stores a part of a file. The first part deletes all parts that the file has here; any other part that is already
   * stored changes nothing. `now` is in milliseconds since the epoch. Throws `PartMissing` if the preceding part is
   * missing. Stores nothing if the vectors have another length than the shard's.
   */
  stage(shard: LoadedShard, { batch, from }: StagedPart, now: number): WriteOutcome["outcome"] {
    const [document] = batch.documents;
    if (!document || batch.documents.length !== 1) throw new Error("A part is of one document");
    const { fileId, version, chunks } = document;
    const outcome = admitWrite(toSeen(this.#tables.chunks.find(fileId)), version);
    if (outcome !== "written") return outcome;
    if (hasOtherVectors(shard, batch)) return "other_dimensions";
    if (from === 0) this.drop(this.#tables.staged.partsOf(fileId));
    const parts = this.#tables.staged.partsOf(fileId).filter((part) => part.version === version);
    const end = endOf(parts);
    if (from < end) return outcome;
    if (from > end) throw new PartMissing(`${fileId} has ${end} chunks here; part ${from} is next`);
    const [begun] = parts;
    admitAnalyzer(shard, batch);
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

  /**
   * Replaces the older version of a file by its staged parts, so that searches find them. Throws `PartMissing` if a
   * part is missing.
   */
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
    this.#writer.publishFile(shard, file, run, ordinal);
    for (const { segment } of parts) {
      // After all other segments, since segments have the same order in storage and in memory.
      this.#tables.segments.enliven(segment, shard.nextNumber++, shard.nextNumber);
      const columns = this.#tables.segments.readColumns(segment);
      shard.append({ id: segment, columns, dropped: 0 });
    }
    this.#tables.staged.forget(parts.map(({ segment }) => segment));
    return outcome;
  }

  /** Deletes the staged parts of a file up to a version, because the file is removed. */
  remove(fileId: FileId, version: number): void {
    this.drop(this.#tables.staged.partsOf(fileId).filter((part) => part.version <= version));
  }

  /** Deletes the staged files of which a part was staged before `before`, in milliseconds since the epoch. */
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

  /** Returns the ordinal that the file's first part uses or, before that, the file's own or a new one. */
  #ordinalOf(shard: LoadedShard, begun: StagedPartRow | undefined, fileId: FileId): number {
    if (!begun) return this.#tables.chunks.find(fileId)?.ordinal ?? shard.nextOrdinal++;
    const [ordinal] = this.#tables.segments.readColumns(begun.segment).ordinals;
    return ordinal ?? 0;
  }
}

/**
 * Reserves chunk numbers for a file, because they must be consecutive although its parts arrive apart. Returns the
 * first.
 */
function reserveNumbers(shard: LoadedShard): number {
  const first = shard.nextNumber;
  shard.nextNumber += NUMBERS_RESERVED;
  return first;
}

/** Returns the number of chunks in the stored parts of a file, which begin with its first chunk and have no gap. */
const endOf = (parts: readonly StagedPartRow[]): number =>
  parts.reduce((end, { firstChunk, chunkCount }) => Math.max(end, firstChunk + chunkCount), 0);
