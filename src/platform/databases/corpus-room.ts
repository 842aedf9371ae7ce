import { columns, integer, type RowOf } from "../../columns.ts";
import type { FileId, ProjectId } from "../../ids.ts";
import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";

/** A corpus database accepts new files up to this size. D1's limit is 10 GB; what is indexed meanwhile takes the rest. */
const STORED_BYTES_MAX = 9_000_000_000;
/** Time for which a database that has refused a write gets no files, in seconds. */
const FULL_SECONDS = 600;
/** The size of a database is recorded in steps, so that few writes of chunks record it. */
const STEP_BYTES = 64 * 1024 * 1024;

/** The columns of the table of corpus databases. */
export const CORPUS_SHARD = columns("corpus_shard", { number: integer<CorpusShardNumber>() }, [
  "bytes",
  "stored_bytes",
  "full_at",
  "has_runs",
]);
/** A row of a list of corpus databases. */
export type NumberRow = RowOf<typeof CORPUS_SHARD>;
const NUMBER = CORPUS_SHARD.select();

/** A condition on `corpus_shard` for databases that take files. */
export const HAS_ROOM = `stored_bytes < ${STORED_BYTES_MAX}
  AND coalesce(full_at, 0) <= unixepoch() - ${FULL_SECONDS}`;
/** The order of `corpus_shard` by room. Uploads decide between databases of the same size, before they are indexed. */
export const MOST_ROOM = "stored_bytes, bytes, number";
/** Adds the rows of databases that are new in the deployment. */
export const ENSURE_SHARDS =
  "INSERT OR IGNORE INTO corpus_shard (number) SELECT value FROM json_each(?1)";

const NOTE = "UPDATE corpus_shard SET stored_bytes = ?2 WHERE number = ?1 AND stored_bytes <> ?2";
const SET_FULL = "UPDATE corpus_shard SET full_at = unixepoch() WHERE number = ?1";
const CHOOSE = `SELECT ${NUMBER} FROM corpus_shard
  WHERE ${HAS_ROOM} AND number IN (SELECT value FROM json_each(?1)) ORDER BY ${MOST_ROOM} LIMIT 1`;
const MOVING = `project_id = ?1 AND corpus_shard = ?3 AND id IN (SELECT value FROM json_each(?2))`;
const MOVE_BYTES = `UPDATE corpus_shard SET bytes = max(0, bytes + iif(number = ?3, -1, 1) *
    (SELECT coalesce(sum(file.bytes), 0) FROM file WHERE ${MOVING}))
  WHERE number IN (?3, ?4)`;
const MOVE_FILES = `UPDATE file SET corpus_shard = ?4 WHERE ${MOVING}`;

const MARK_RUNS = "UPDATE corpus_shard SET has_runs = 1 WHERE number = ?1 AND has_runs = 0";
/** Lists the databases that have archived runs. */
export const LIST_WITH_RUNS = `SELECT ${NUMBER} FROM corpus_shard WHERE has_runs = 1 ORDER BY number`;

/** The sizes of databases that this isolate has recorded. */
const recorded = new Map<CorpusShardNumber, number>();

/** The files whose chunks a full database has refused. */
type Refused = { readonly projectId: ProjectId; readonly fileIds: readonly FileId[] };

/** Keeps the record of how full the corpus databases are, in the catalog database, and chooses by it. */
export class CorpusRoom {
  readonly #catalog: D1Database;

  constructor(catalog: D1Database) {
    this.#catalog = catalog;
  }

  /** Records the size of a database in bytes, unless it is about the one that this isolate has recorded last. */
  async note(number: CorpusShardNumber, bytes: number): Promise<void> {
    const size = Math.floor(bytes / STEP_BYTES) * STEP_BYTES;
    if ((recorded.get(number) ?? 0) === size) return;
    await this.#catalog.prepare(NOTE).bind(number, size).run();
    recorded.set(number, size);
  }

  /** Chooses the database among `numbers` with the most room; null if every one is full. */
  async choose(numbers: readonly CorpusShardNumber[]): Promise<CorpusShardNumber | null> {
    const among = JSON.stringify(numbers);
    const results = await this.#catalog.batch<NumberRow>([
      this.#catalog.prepare(ENSURE_SHARDS).bind(among),
      this.#catalog.prepare(CHOOSE).bind(among),
    ]);
    return results.at(-1)?.results[0]?.number ?? null;
  }

  /** Records that a database has refused a write, so that it gets no files for some time. */
  async close(number: CorpusShardNumber): Promise<void> {
    await this.#catalog.prepare(SET_FULL).bind(number).run();
  }

  /** Records that a database gets archived runs. */
  async markRuns(number: CorpusShardNumber): Promise<void> {
    await this.#catalog.prepare(MARK_RUNS).bind(number).run();
  }

  /** Lists the numbers of the databases that may have archived runs. */
  async listWithRuns(): Promise<CorpusShardNumber[]> {
    const { results } = await this.#catalog.prepare(LIST_WITH_RUNS).all<NumberRow>();
    return results.map(({ number }) => number);
  }

  /**
   * Records that the database `full` has refused the chunks of files. Chooses the one among `numbers` with the most
   * room for them, which is also recorded as their database, for stores that they are attached to later. Returns null
   * if every database is full.
   */
  async leave(
    full: CorpusShardNumber,
    numbers: readonly CorpusShardNumber[],
    { projectId, fileIds }: Refused,
  ): Promise<CorpusShardNumber | null> {
    await this.close(full);
    const chosen = await this.choose(numbers);
    if (chosen === null) return null;
    const moved = [projectId, JSON.stringify(fileIds), full, chosen];
    await this.#catalog.batch(
      [MOVE_BYTES, MOVE_FILES].map((sql) => this.#catalog.prepare(sql).bind(...moved)),
    );
    return chosen;
  }
}
