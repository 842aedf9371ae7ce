import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

import { type NodeRow, rowReader, sqlStorageOf } from "../../node-sql.ts";

/** Thrown in place of a statement's result, as if the process ended there. */
export class ProcessEnded extends Error {
  override readonly name = "ProcessEnded";
}

const FOLDER = "migrations/search-shard";
const created = readdirSync(FOLDER)
  .toSorted()
  .map((file) => readFileSync(`${FOLDER}/${file}`, "utf8"));

/**
 * The storage of a search shard in Node's SQLite, with the tables as a shard has them after its migrations. A
 * transaction can be ended at any of its statements.
 */
export class ShardStorage {
  readonly sql: SqlStorage;
  /** The statement of the next transaction before which the process ends, counted from 1; 0 if it does not end. */
  endAt = 0;
  /** Number of statements of the last transaction. */
  executed = 0;
  readonly #database = new DatabaseSync(":memory:", { enableForeignKeyConstraints: false });

  constructor() {
    for (const statements of created) this.#database.exec(statements);
    this.#database.exec(
      "DROP TABLE posting_instance; DROP TABLE posting_count; DROP TABLE posting",
    );
    const read = rowReader(this.#database);
    this.sql = sqlStorageOf((query, given) => {
      if (++this.executed === this.endAt) throw new ProcessEnded(query);
      return read(query, given).map(copyBlobs);
    });
  }

  /** Runs a call in a transaction, of which nothing remains if it throws. */
  transaction<Value>(call: () => Value): Value {
    this.executed = 0;
    this.#database.exec("BEGIN");
    try {
      const value = call();
      this.#database.exec("COMMIT");
      return value;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    } finally {
      this.endAt = 0;
    }
  }
}

/** Gives blobs as ArrayBuffers of their own, as workerd does. */
function copyBlobs(row: NodeRow): NodeRow {
  for (const [key, value] of Object.entries(row)) {
    if (value instanceof Uint8Array) row[key] = value.slice().buffer;
  }
  return row;
}
