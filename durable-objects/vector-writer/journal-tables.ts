import createJournal from "../../migrations/vector-writer/0001_journal.sql";
import createWatched from "../../migrations/vector-writer/0002_watched.sql";
import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../src/columns.ts";
import type { ProjectId, VectorStoreId } from "../../src/ids.ts";
import type { Migration } from "../../src/kernel/rows/migrate.ts";
import type { Region } from "../../src/knowledge/scope.ts";
import type { SearchShardNumber } from "../../src/knowledge/shard-numbers.ts";
import type {
  JournalMutation,
  PlannedMutation,
} from "../../src/retrieval/vectorize/mutation-rules.ts";
import type { ChangeKind } from "../../src/retrieval/vectorize/outgoing.ts";
import type { VectorIndexNumber } from "../../src/retrieval/vectorize/placement.ts";

/** The SQL migrations of the writer of a vector index. */
export const WRITER_MIGRATIONS: readonly Migration[] = [
  { id: "0001_journal", sql: createJournal },
  { id: "0002_watched", sql: createWatched },
];

/** The columns of the table of shards that have changes for the index. */
export const SOURCE = columns("source", {
  name: text(),
  projectId: text<ProjectId>(),
  region: text<Region>(),
  storeId: text<VectorStoreId>(),
  generation: integer(),
  shard: integer<SearchShardNumber>(),
  plannedTo: integer(),
  turn: integer(),
});
/** A shard that has changes for the index. */
export type SourceRow = RowOf<typeof SOURCE>;

/** The columns of the table of mutations. */
export const MUTATION = columns("mutation", {
  id: integer(),
  kind: text<ChangeKind>(),
  mutationId: nullable(text()),
  place: integer(),
  acceptedAt: nullable(integer()),
  seenAt: nullable(integer()),
  dueAt: integer(),
  attempts: integer(),
});

/** The columns of the table of the parts of mutations. */
export const PART = columns("mutation_part", {
  mutation: integer(),
  source: text(),
  seqs: json<readonly number[]>(),
});

const READ_INDEX = "SELECT vector_index AS number FROM writer";
const SET_INDEX = "INSERT OR IGNORE INTO writer (singleton, vector_index) VALUES (1, ?)";
const LIST_SOURCES = `SELECT ${SOURCE.select()} FROM source ORDER BY turn LIMIT ?`;
const FIND_SOURCE = `SELECT ${SOURCE.select()} FROM source WHERE name = ?`;
const PUT_SOURCE = `INSERT OR REPLACE INTO source (${SOURCE.names}) VALUES (${SOURCE.marks})`;
const DROP_SOURCE = "DELETE FROM source WHERE name = ?";
const HAS_NAMESPACE =
  "SELECT 1 AS found FROM source WHERE store_id || ':' || generation = ? LIMIT 1";
const NEXT_TURN = "SELECT coalesce(max(turn), 0) + 1 AS next FROM source";
const LIST_MUTATIONS = `SELECT ${MUTATION.select()} FROM mutation ORDER BY id`;
const PUT_MUTATION = `INSERT OR REPLACE INTO mutation (${MUTATION.names}) VALUES (${MUTATION.marks})`;
const DROP_MUTATION = "DELETE FROM mutation WHERE id = ?";
const NEXT_ID = "SELECT coalesce(max(id), 0) + 1 AS next FROM mutation";
const NEXT_PLACE = "SELECT coalesce(max(place), 0) + 1 AS next FROM mutation";
const PARTS_OF = `SELECT ${PART.select()} FROM mutation_part WHERE mutation = ? ORDER BY source`;
const PUT_PART = `INSERT INTO mutation_part (${PART.names}) VALUES (${PART.marks})`;
const DROP_PARTS = "DELETE FROM mutation_part WHERE mutation = ?";
const OPEN_KINDS = `SELECT DISTINCT source, kind FROM mutation_part
  JOIN mutation ON mutation.id = mutation_part.mutation`;

/** Reads and writes the journal of a vector index. It makes no decisions; callers open transactions. */
export class JournalTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the number of the index; null before the first shard was announced. */
  index(): VectorIndexNumber | null {
    return this.#sql.exec<{ number: number }>(READ_INDEX).toArray()[0]?.number ?? null;
  }

  /** Sets the number of the index, once. */
  setIndex(index: VectorIndexNumber): void {
    this.#sql.exec(SET_INDEX, index);
  }

  /** Lists at most `limit` shards, the one first that has waited longest. */
  sources(limit: number): SourceRow[] {
    return this.#sql.exec<SourceRow>(LIST_SOURCES, limit).toArray();
  }

  /** Finds a shard by its name; null if it has no changes. */
  findSource(name: string): SourceRow | null {
    return this.#sql.exec<SourceRow>(FIND_SOURCE, name).toArray()[0] ?? null;
  }

  /** Inserts or replaces a shard, behind the others. */
  putSource(source: Omit<SourceRow, "turn">): void {
    this.#sql.exec(PUT_SOURCE, ...SOURCE.bind({ ...source, turn: this.#next(NEXT_TURN) }));
  }

  /** Tests whether a shard with vectors in a namespace has changes. */
  hasNamespace(namespace: string): boolean {
    return this.#sql.exec(HAS_NAMESPACE, namespace).toArray().length > 0;
  }

  /** Deletes a shard. */
  dropSource(name: string): void {
    this.#sql.exec(DROP_SOURCE, name);
  }

  /** Lists all mutations in the order in which they were planned. */
  mutations(): JournalMutation[] {
    return this.#sql.exec<RowOf<typeof MUTATION>>(LIST_MUTATIONS).toArray();
  }

  /** Adds a planned mutation with its parts. */
  plan({ kind, parts }: PlannedMutation, due: Pick<JournalMutation, "dueAt" | "attempts">): void {
    const id = this.#next(NEXT_ID);
    const planned = { mutationId: null, place: 0, acceptedAt: null, seenAt: null };
    this.save({ id, kind, ...planned, ...due });
    for (const { source, seqs } of parts) {
      this.#sql.exec(PUT_PART, ...PART.bind({ mutation: id, source, seqs: toJson(seqs) }));
    }
  }

  /** Writes a mutation, without its parts. */
  save(mutation: JournalMutation): void {
    this.#sql.exec(PUT_MUTATION, ...MUTATION.bind(mutation));
  }

  /** Returns the place of the mutation that is accepted next. */
  nextPlace(): number {
    return this.#next(NEXT_PLACE);
  }

  /** Lists the parts of a mutation. */
  parts(mutation: number): PlannedMutation["parts"] {
    const rows = this.#sql.exec<RowOf<typeof PART>>(PARTS_OF, mutation).toArray();
    return rows.map(({ source, seqs }) => ({ source, seqs: parseJson(seqs) }));
  }

  /** Deletes a mutation with its parts. */
  drop(mutation: number): void {
    this.#sql.exec(DROP_MUTATION, mutation);
    this.#sql.exec(DROP_PARTS, mutation);
  }

  /** Returns the kinds of the mutations of each shard. */
  openKinds(): Map<string, Set<ChangeKind>> {
    const open = new Map<string, Set<ChangeKind>>();
    type Row = { source: string; kind: ChangeKind };
    for (const { source, kind } of this.#sql.exec<Row>(OPEN_KINDS)) {
      open.set(source, (open.get(source) ?? new Set<ChangeKind>()).add(kind));
    }
    return open;
  }

  #next(statement: string): number {
    return this.#sql.exec<{ next: number }>(statement).one().next;
  }
}
