import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
} from "../../../src/columns.ts";
import type { FileId, ProjectId, VectorStoreId } from "../../../src/ids.ts";
import type { Attributes } from "../../../src/knowledge/attributes.ts";
import type { Region } from "../../../src/knowledge/scope.ts";
import type { SearchShardNumber } from "../../../src/knowledge/shard-numbers.ts";
import type { NumberRun } from "../../../src/retrieval/segment/columns.ts";
import {
  type ChangeKind,
  ENTRY_VECTORS_MAX,
  type OutgoingEntry,
} from "../../../src/retrieval/vectorize/outgoing.ts";
import type { VectorIndexNumber } from "../../../src/retrieval/vectorize/placement.ts";

/** The columns of the table with the place of the shard's vectors. */
export const PLACEMENT = columns(
  "placement",
  {
    vectorIndex: nullable(integer()),
    projectId: text<ProjectId>(),
    region: text<Region>(),
    storeId: text<VectorStoreId>(),
    generation: integer(),
    shard: integer<SearchShardNumber>(),
    nextSeq: integer(),
    announcedTo: integer(),
    filterKeys: nullable(json<readonly string[]>()),
  },
  ["singleton"],
);
/** The place of the shard's vectors, and how many changes it had. */
export type PlacementRow = RowOf<typeof PLACEMENT>;

/** The columns of the table of changes of vector indexes. */
export const OUTGOING = columns("outgoing", {
  seq: integer(),
  vectorIndex: integer(),
  kind: text<ChangeKind>(),
  first: integer(),
  count: integer(),
  confirmedAt: nullable(integer()),
});
/** A change to be made in a vector index. */
export type OutgoingChange = {
  readonly index: VectorIndexNumber;
  readonly kind: ChangeKind;
  /** True if the index has the vectors with other metadata. */
  readonly isRewrite?: boolean;
};
/** A change of a vector index: that of chunks with consecutive numbers. */
export type OutgoingRow = RowOf<typeof OUTGOING>;

const READ = `SELECT ${PLACEMENT.select()} FROM placement`;
const SAVE = `INSERT OR REPLACE INTO placement (${PLACEMENT.names}, singleton)
  VALUES (${PLACEMENT.marks}, 1)`;
const ADD = `INSERT INTO outgoing (${OUTGOING.names}) VALUES (${OUTGOING.marks})`;
const ADD_REWRITE = "INSERT INTO rewrite (seq) VALUES (?)";
const REWRITES =
  "SELECT seq FROM rewrite WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq";
const DROP_REWRITES = "DELETE FROM rewrite WHERE seq IN (SELECT value FROM json_each(?))";
const DROP_ALL_REWRITES = "DELETE FROM rewrite";
const LIST = `SELECT seq, kind, count FROM outgoing
  WHERE seq > ?1 AND vector_index = ?2 AND confirmed_at IS NULL ORDER BY seq LIMIT ?3`;
const FIND = `SELECT ${OUTGOING.select()} FROM outgoing
  WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq`;
const ALL = `SELECT ${OUTGOING.select()} FROM outgoing ORDER BY seq`;
const CONFIRM = `UPDATE outgoing SET confirmed_at = ?1
  WHERE confirmed_at IS NULL AND seq IN (SELECT value FROM json_each(?2))`;
const EXPIRE = "DELETE FROM outgoing WHERE confirmed_at <= ?";
const OLDEST = `SELECT min(confirmed_at) AS oldest FROM outgoing
  WHERE confirmed_at IS NOT NULL`;
const IS_EMPTY = "SELECT NOT EXISTS (SELECT 1 FROM outgoing) AS isEmpty";
const ATTRIBUTES_OF = "SELECT attributes FROM file WHERE file_id = ?";
const NUMBERS_WITH_ATTRIBUTES = `SELECT number, attributes FROM chunk JOIN file USING (file_id)
  WHERE number >= ? AND number < ? ORDER BY number`;
const OTHERS = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
  AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\' AND name NOT IN ('_migrations', 'placement', 'outgoing')`;
const INDEXES = "SELECT DISTINCT vector_index AS number FROM outgoing WHERE seq >= ?";

/** Reads and writes the changes of vector indexes that a shard has. It makes no decisions; callers open transactions. */
export class OutgoingTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the place of the vectors; null if the shard was never in a vector index. */
  placement(): PlacementRow | null {
    return this.#sql.exec<PlacementRow>(READ).toArray()[0] ?? null;
  }

  /** Writes the place of the vectors. */
  save(row: PlacementRow): void {
    this.#sql.exec(SAVE, ...PLACEMENT.bind(row));
  }

  /** Adds changes of chunks, from the number `seq` on, in entries of limited size. Returns the next free number. */
  add({ index, kind, isRewrite }: OutgoingChange, runs: readonly NumberRun[], seq: number): number {
    const change = { vectorIndex: index, kind, confirmedAt: null };
    let next = seq;
    for (const { first, count } of runs) {
      for (let from = 0; from < count; from += ENTRY_VECTORS_MAX) {
        const some = { first: first + from, count: Math.min(ENTRY_VECTORS_MAX, count - from) };
        this.#sql.exec(ADD, ...OUTGOING.bind({ ...change, ...some, seq: next }));
        if (isRewrite) this.#sql.exec(ADD_REWRITE, next);
        next++;
      }
    }
    return next;
  }

  /** Lists at most `limit` changes of an index behind the one with the number `after` that it does not have yet. */
  list(index: VectorIndexNumber, after: number, limit: number): OutgoingEntry[] {
    return this.#sql.exec<OutgoingEntry>(LIST, after, index, limit).toArray();
  }

  /** Reads changes by their numbers, in order. */
  find(seqs: readonly number[]): OutgoingRow[] {
    return this.#sql.exec<OutgoingRow>(FIND, JSON.stringify(seqs)).toArray();
  }

  /** Lists which of some changes write vectors again. */
  rewrites(seqs: readonly number[]): number[] {
    const rows = this.#sql.exec<{ seq: number }>(REWRITES, JSON.stringify(seqs)).toArray();
    return rows.map(({ seq }) => seq);
  }

  /** Forgets that changes write vectors again: some of them, or all. */
  forgetRewrites(seqs: readonly number[] | null): void {
    if (seqs === null) this.#sql.exec(DROP_ALL_REWRITES);
    else this.#sql.exec(DROP_REWRITES, JSON.stringify(seqs));
  }

  /** Reads all changes, in order. */
  all(): OutgoingRow[] {
    return this.#sql.exec<OutgoingRow>(ALL).toArray();
  }

  /** Lists the numbers in a run under which there are chunks, ascending, with the attributes of their files. */
  numbersWithAttributes({ first, count }: NumberRun): { number: number; attributes: Attributes }[] {
    type Row = { number: number; attributes: string };
    const rows = this.#sql.exec<Row>(NUMBERS_WITH_ATTRIBUTES, first, first + count).toArray();
    return rows.map(({ number, attributes }) => ({ number, attributes: parseJson(attributes) }));
  }

  /** Reads the attributes of a file; none for an unknown one. */
  attributesOf(fileId: FileId): Attributes {
    const [row] = this.#sql.exec<{ attributes: string }>(ATTRIBUTES_OF, fileId).toArray();
    return row ? parseJson(row.attributes) : {};
  }

  /** Notes that an index has changes since `now`, in milliseconds since the epoch. */
  confirm(seqs: readonly number[], now: number): void {
    this.#sql.exec(CONFIRM, now, JSON.stringify(seqs));
  }

  /** Deletes the changes that an index had at the time `before`, in milliseconds since the epoch. */
  expire(before: number): void {
    this.#sql.exec(EXPIRE, before);
  }

  /** Returns when an index had the first of the changes that it has, in milliseconds since the epoch; null without any. */
  oldestConfirmed(): number | null {
    return this.#sql.exec<{ oldest: number | null }>(OLDEST).one().oldest;
  }

  /** Drops all other tables of the shard. */
  keepAlone(): void {
    for (const { name } of this.#sql.exec<{ name: string }>(OTHERS).toArray()) {
      this.#sql.exec(`DROP TABLE IF EXISTS "${name}"`);
    }
  }

  /** Tests whether there are no changes. */
  isEmpty(): boolean {
    return this.#sql.exec<{ isEmpty: number }>(IS_EMPTY).one().isEmpty === 1;
  }

  /** Lists the indexes that have changes with numbers from `seq` on. */
  indexesFrom(seq: number): VectorIndexNumber[] {
    const rows = this.#sql.exec<{ number: VectorIndexNumber }>(INDEXES, seq).toArray();
    return rows.map(({ number }) => number);
  }
}
