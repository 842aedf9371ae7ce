import { parseJson, toJson } from "../../src/columns.ts";
import type { Attributes } from "../../src/knowledge/attributes.ts";
import type { NumberRun } from "../../src/retrieval/segment/columns.ts";
import { metadataOf } from "../../src/retrieval/vectorize/filter-slots.ts";
import {
  compareVectors,
  runsOf,
  type WantedVector,
} from "../../src/retrieval/vectorize/late-effects.ts";
import { hasMetadata } from "../../src/retrieval/vectorize/mutation-rules.ts";
import {
  type ComparedVectors,
  type FoundVectors,
  NO_VECTORS,
  type OutgoingEntry,
  type OutgoingVectors,
} from "../../src/retrieval/vectorize/outgoing.ts";
import type {
  ShardPlacing,
  VectorIndexNumber,
  VectorSource,
} from "../../src/retrieval/vectorize/placement.ts";
import type { OutgoingChange, OutgoingRow, PlacementRow } from "./tables/outgoing-tables.ts";
import type { ShardTables } from "./tables/shard-tables.ts";

/**
 * A vector counts as missing in its index for this long after the index had it: a search may have asked the index before
 * that, and the shard after it.
 */
const GRACE_MS = 60_000;
/** Strays that are remembered at a time. */
const STRAYS_MAX = 1_000;
/** Entries in one list. */
const LIST_MAX = 1_000;

/** A vector that is to be written. */
type StoredVector = WantedVector & { readonly vector: Int8Array };

/**
 * The changes of vector indexes that wait in a shard, and which of its vectors an index does not have yet: these are the
 * *overlay*, and the shard finds them itself. Callers open transactions.
 */
export class ShardOutbox {
  readonly #tables: ShardTables;
  /** Numbers of chunks that an index has found and the shard does not have. */
  readonly #strays = new Set<number>();
  /** Read once from storage. */
  #placement: PlacementRow | null | undefined;

  constructor(tables: ShardTables) {
    this.#tables = tables;
  }

  /** The number of the vector index in which the shard's vectors are; null if they are in none. */
  get index(): VectorIndexNumber | null {
    return this.#row()?.vectorIndex ?? null;
  }

  /** The attribute keys by which the vectors are filtered in their index; null if they cannot be. */
  get filterKeys(): readonly string[] | null {
    const keys = this.#row()?.filterKeys ?? null;
    return keys === null ? null : parseJson(keys);
  }

  /**
   * Places the shard's vectors in another vector index, or in none. They are written to the new one, to be filtered by
   * the attributes `filterKeys`, and deleted from the old one; until the new one has them, the shard finds them itself.
   * A repeated call changes nothing, not the keys either.
   */
  place({ source, index, filterKeys }: ShardPlacing): void {
    const known = this.#row();
    const before = known?.vectorIndex ?? null;
    if (before === index) return;
    const live = this.#tables.chunks.liveRuns();
    this.#tables.outgoing.forgetRewrites(null);
    const { scope, ...names } = source;
    const counters = { nextSeq: known?.nextSeq ?? 1, announcedTo: known?.announcedTo ?? 1 };
    const keys = index === null ? null : toJson(filterKeys);
    this.#save({ vectorIndex: index, ...scope, ...names, ...counters, filterKeys: keys });
    if (before !== null) this.#add({ index: before, kind: "delete" }, live);
    if (index !== null) this.#add({ index, kind: "upsert" }, live);
  }

  /** Takes the shard's vectors out of their index, and forgets all else that the shard has stored. */
  leave(): void {
    const row = this.#row();
    if (!row) return;
    if (row.vectorIndex !== null) {
      const change = { index: row.vectorIndex, kind: "delete" } as const;
      this.#add(change, this.#tables.chunks.liveRuns());
    }
    this.#save({ ...(this.#row() ?? row), vectorIndex: null, filterKeys: null });
    this.#tables.outgoing.keepAlone();
  }

  /** True if no vector index has, or is to have, anything of the shard. */
  isDone(): boolean {
    return this.index === null && (this.#row() === null || this.#tables.outgoing.isEmpty());
  }

  /** Notes that chunks were added to the shard. */
  added(run: NumberRun): void {
    const { index } = this;
    if (index !== null && run.count > 0) this.#add({ index, kind: "upsert" }, [run]);
  }

  /** Notes that the attributes of a file were replaced, whose chunks have these numbers. */
  retagged(run: NumberRun, before: Attributes, after: Attributes): void {
    const { index, filterKeys: keys } = this;
    if (index === null || keys === null || run.count === 0) return;
    if (hasMetadata(metadataOf(keys, 0, before), metadataOf(keys, 0, after))) return;
    this.#add({ index, kind: "upsert", isRewrite: true }, [run]);
  }

  /** Notes that chunks were removed from the shard. */
  removed(run: NumberRun): void {
    const { index } = this;
    if (index !== null && run.count > 0) this.#add({ index, kind: "delete" }, [run]);
  }

  /** Lists the changes of an index behind the one with the number `after`. */
  list(index: VectorIndexNumber, after: number): OutgoingEntry[] {
    return this.#tables.outgoing.list(index, after, LIST_MAX);
  }

  /**
   * Reads the vectors of changes. Those of removed chunks are left out, and vectors of zeros, which are similar to
   * nothing. With no dimensions, as of an erased shard, only those to delete are left.
   */
  read(seqs: readonly number[], dimensions: number): OutgoingVectors {
    const rows = this.#tables.outgoing.find(seqs);
    if (rows.some(({ kind }) => kind === "delete")) {
      const all = rows.flatMap(({ seq, first, count }) =>
        Array.from({ length: count }, (_, at) => ({ seq, number: first + at })),
      );
      const numbers = all.map(({ number }) => number);
      const isLeft = rows.every(({ vectorIndex }) => vectorIndex !== this.index);
      return { ...NO_VECTORS, numbers, seqs: all.map(({ seq }) => seq), undoable: seqs, isLeft };
    }
    if (dimensions === 0) return NO_VECTORS;
    const found = rows.flatMap((row) =>
      this.#readRun(row, dimensions).map((one) => ({ ...one, seq: row.seq })),
    );
    const joined = new Int8Array(found.length * dimensions);
    for (const [at, { vector }] of found.entries()) joined.set(vector, at * dimensions);
    return {
      numbers: found.map(({ number }) => number),
      seqs: found.map(({ seq }) => seq),
      metadata: found.map(({ metadata }) => metadata),
      rows: joined,
      dimensions,
      undoable: this.#tables.outgoing.rewrites(seqs),
      isLeft: false,
    };
  }

  /**
   * Compares what an index has of some chunks with the shard, whose vectors have `dimensions` (0 if it is erased). Vectors
   * that are missing or have old metadata are written again. Leaves out chunks with changes that the index does not have.
   */
  compare(index: VectorIndexNumber, found: FoundVectors, dimensions: number): ComparedVectors {
    const isHere = this.index === index && dimensions > 0;
    const wanted = isHere ? found.runs.flatMap((run) => this.#readRun(run, dimensions)) : [];
    const pending = this.#unconfirmed().filter(({ vectorIndex }) => vectorIndex === index);
    const { wrong, strays } = compareVectors(wanted, found, pending);
    this.#add({ index, kind: "upsert", isRewrite: true }, runsOf(wrong));
    return { strays, amended: wrong.length };
  }

  /** Lists the changes that an index does not have. */
  #unconfirmed(): OutgoingRow[] {
    return this.#tables.outgoing.all().filter(({ confirmedAt }) => confirmedAt === null);
  }

  #readRun(run: NumberRun, dimensions: number): StoredVector[] {
    const keys = this.filterKeys;
    const vectors = this.#tables.vectors.readWithOwn(run, dimensions);
    return this.#tables.outgoing.numbersWithAttributes(run).flatMap(({ number, attributes }) => {
      const from = (number - run.first) * dimensions;
      const vector = vectors.subarray(from, from + dimensions);
      if (vector.every((value) => value === 0)) return [];
      const metadata = keys === null ? {} : metadataOf(keys, number, attributes);
      return [{ number, vector, metadata }];
    });
  }

  /** Notes that an index has changes, at the time `now` (milliseconds since the epoch). */
  confirm(seqs: readonly number[], now: number): void {
    this.#tables.outgoing.confirm(seqs, now);
    // An erased shard is in no index, and has no table of these.
    if (this.index !== null) this.#tables.outgoing.forgetRewrites(seqs);
  }

  /**
   * Counts the vectors in vector indexes whose deletion is not confirmed: those to delete, and the live ones of a shard
   * that is placed. `hasChunks` is false for an erased shard.
   */
  countIndexed(hasChunks: boolean): number {
    if (this.#row() === null) return 0;
    const live = hasChunks && this.index !== null ? this.#tables.chunks.chunkCount() : 0;
    return this.#unconfirmed()
      .filter(({ kind }) => kind === "delete")
      .reduce((sum, { count }) => sum + count, live);
  }

  /** Lists the chunks of the overlay, removed ones included. */
  overlay(): OutgoingRow[] {
    const { index } = this;
    return this.#tables.outgoing
      .all()
      .filter(({ kind, vectorIndex }) => kind === "upsert" && vectorIndex === index);
  }

  /** Returns when `tidy` has something to do, in milliseconds since the epoch; null if never. */
  nextDue(): number | null {
    const oldest = this.#row() ? this.#tables.outgoing.oldestConfirmed() : null;
    return oldest === null ? null : oldest + GRACE_MS;
  }

  /** Forgets the changes that their index has for long enough. */
  tidy(now: number): void {
    if (this.#row()) this.#tables.outgoing.expire(now - GRACE_MS);
  }

  /** Returns the shard's names and the indexes whose writers do not know of all changes; null if they do. */
  unannounced(): { readonly source: VectorSource; readonly indexes: VectorIndexNumber[] } | null {
    const row = this.#row();
    if (!row || row.announcedTo >= row.nextSeq) return null;
    const { projectId, region, storeId, generation, shard } = row;
    const source = { scope: { projectId, region }, storeId, generation, shard };
    return { source, indexes: this.#tables.outgoing.indexesFrom(row.announcedTo) };
  }

  /** The number of the next change: announcing up to it announces all. */
  get nextSeq(): number {
    return this.#row()?.nextSeq ?? 1;
  }

  /**
   * Notes chunks that an index has found and the shard does not have. If no deletion of them is on its way, a write took
   * effect after it; `sweepStrays` deletes them again.
   */
  noteStrays(numbers: readonly number[]): void {
    for (const number of numbers) if (this.#strays.size < STRAYS_MAX) this.#strays.add(number);
  }

  /** True if `sweepStrays` has something to look at. */
  get hasStrays(): boolean {
    return this.#strays.size > 0;
  }

  /** Deletes strays from their index, unless that is on its way. */
  sweepStrays(): void {
    if (!this.hasStrays) return;
    const { index } = this;
    const pending = this.#tables.outgoing.all();
    const gone = [...this.#strays].filter(
      (number) =>
        !pending.some(({ first, count }) => number >= first && number < first + count) &&
        this.#tables.chunks.numbersIn({ first: number, count: 1 }).length === 0,
    );
    this.#strays.clear();
    if (index !== null) this.#add({ index, kind: "delete" }, runsOf(gone));
  }

  /** Notes that the writers know of all changes before the one with the number `seq`. */
  announced(seq: number): void {
    const row = this.#row();
    if (row) this.#save({ ...row, announcedTo: Math.max(row.announcedTo, seq) });
  }

  /** Forgets what it has in memory, after a transaction has failed. */
  forget(): void {
    this.#placement = undefined;
  }

  #add(change: OutgoingChange, runs: readonly NumberRun[]): void {
    const row = this.#row();
    if (!row || runs.length === 0) return;
    this.#save({ ...row, nextSeq: this.#tables.outgoing.add(change, runs, row.nextSeq) });
  }

  #row(): PlacementRow | null {
    this.#placement =
      this.#placement === undefined ? this.#tables.outgoing.placement() : this.#placement;
    return this.#placement;
  }

  #save(row: PlacementRow): void {
    this.#tables.outgoing.save(row);
    this.#placement = row;
  }
}
