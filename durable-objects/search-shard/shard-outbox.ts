import { joinRuns, type NumberRun } from "../../src/retrieval/segment/columns.ts";
import type { OutgoingEntry, OutgoingVectors } from "../../src/retrieval/vectorize/outgoing.ts";
import type { VectorIndexNumber, VectorSource } from "../../src/retrieval/vectorize/placement.ts";
import type { OutgoingRow, PlacementRow } from "./tables/outgoing-tables.ts";
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

  /**
   * Places the shard's vectors in another vector index, or in none. They are written to the new one and deleted from the
   * old one; until the new one has them, the shard finds them itself. A repeated call changes nothing.
   */
  place(source: VectorSource, index: VectorIndexNumber | null): void {
    const known = this.#row();
    const before = known?.vectorIndex ?? null;
    if (before === index) return;
    const live = this.#tables.chunks.liveRuns();
    const { scope, ...names } = source;
    const counters = { nextSeq: known?.nextSeq ?? 1, announcedTo: known?.announcedTo ?? 1 };
    this.#save({ vectorIndex: index, ...scope, ...names, ...counters });
    if (before !== null) this.#add(before, "delete", live);
    if (index !== null) this.#add(index, "upsert", live);
  }

  /** Takes the shard's vectors out of their index, and forgets all else that the shard has stored. */
  leave(): void {
    const row = this.#row();
    if (!row) return;
    if (row.vectorIndex !== null) {
      this.#add(row.vectorIndex, "delete", this.#tables.chunks.liveRuns());
    }
    this.#save({ ...(this.#row() ?? row), vectorIndex: null });
    this.#tables.outgoing.keepAlone();
  }

  /** True if no vector index has, or is to have, anything of the shard. */
  isDone(): boolean {
    return this.index === null && (this.#row() === null || this.#tables.outgoing.isEmpty());
  }

  /** Notes that chunks were added to the shard. */
  added(run: NumberRun): void {
    const { index } = this;
    if (index !== null && run.count > 0) this.#add(index, "upsert", [run]);
  }

  /** Notes that chunks were removed from the shard. */
  removed(run: NumberRun): void {
    const { index } = this;
    if (index !== null && run.count > 0) this.#add(index, "delete", [run]);
  }

  /** Lists the changes of an index behind the one with the number `after`. */
  list(index: VectorIndexNumber, after: number): OutgoingEntry[] {
    return this.#tables.outgoing.list(index, after, LIST_MAX);
  }

  /**
   * Reads the vectors of changes. Those of removed chunks are left out, and vectors of zeros, which are similar to
   * nothing.
   */
  read(seqs: readonly number[], dimensions: number): OutgoingVectors {
    const rows = this.#tables.outgoing.find(seqs);
    if (rows.some(({ kind }) => kind === "delete")) {
      const numbers = rows.flatMap(({ first, count }) =>
        Array.from({ length: count }, (_, at) => first + at),
      );
      return { numbers, rows: new Int8Array(), dimensions: 0 };
    }
    const numbers: number[] = [];
    const found: Int8Array[] = [];
    for (const run of rows) {
      const vectors = this.#tables.vectors.readWithOwn(run, dimensions);
      for (const number of this.#tables.chunks.numbersIn(run)) {
        const from = (number - run.first) * dimensions;
        const vector = vectors.subarray(from, from + dimensions);
        if (vector.every((value) => value === 0)) continue;
        numbers.push(number);
        found.push(vector);
      }
    }
    const joined = new Int8Array(numbers.length * dimensions);
    for (const [at, vector] of found.entries()) joined.set(vector, at * dimensions);
    return { numbers, rows: joined, dimensions };
  }

  /** Notes that an index has changes, at the time `now` (milliseconds since the epoch). */
  confirm(seqs: readonly number[], now: number): void {
    this.#tables.outgoing.confirm(seqs, now);
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
    const runs = gone.toSorted((a, b) => a - b).map((first) => ({ first, count: 1 }));
    if (index !== null && runs.length > 0) this.#add(index, "delete", joinRuns(runs));
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

  #add(index: VectorIndexNumber, kind: OutgoingRow["kind"], runs: readonly NumberRun[]): void {
    const row = this.#row();
    if (row) {
      this.#save({ ...row, nextSeq: this.#tables.outgoing.add(index, kind, runs, row.nextSeq) });
    }
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
