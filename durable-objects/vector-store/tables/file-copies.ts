import { arrange, ATTACHMENT, type Attachment, type CopyState } from "./attachment-row.ts";

const COLUMNS = ATTACHMENT.select("a");
/** The columns of a copy in the other generation. */
const COPY = ATTACHMENT.pick(
  "otherShard",
  "otherChunkCount",
  "otherUsageBytes",
  "shard",
  "chunkCount",
  "usageBytes",
  "takes",
  "copyState",
  "copyError",
);
const SAVE_COPY = `UPDATE attachment SET ${COPY.assigned} WHERE seq = ?`;
const LIST_COPIES = `SELECT ${COLUMNS} FROM attachment a
  WHERE a.copy_state IS NOT NULL AND a.copy_state = ? ORDER BY a.seq LIMIT ?`;
/** A file that is in progress is copied when that has ended. */
const LIST_TO_COPY = `SELECT ${COLUMNS} FROM attachment a
  WHERE a.copy_state IS NOT NULL AND a.copy_state = 'waiting' AND a.status <> 'in_progress'
  ORDER BY a.seq LIMIT ?`;
const COUNT_COPIES = `SELECT count(*) AS count FROM attachment
  WHERE copy_state IS NOT NULL AND copy_state = ?`;
const RETRY_COPIES = `UPDATE attachment SET copy_state = 'waiting', copy_error = NULL
  WHERE copy_state IS NOT NULL AND copy_state = 'failed'`;

/**
 * Reads and writes the copies of files in the generation that does not serve, as far as they are missing. It makes no
 * decisions.
 */
export class FileCopies {
  readonly #sql: SqlStorage;
  readonly #serving: () => number;

  /** `serving` returns the number of the generation that serves. */
  constructor(sql: SqlStorage, serving: () => number) {
    this.#sql = sql;
    this.#serving = serving;
  }

  /** Writes the columns of a file's places and of its copy in the other generation. */
  save(file: Attachment): void {
    this.#sql.exec(SAVE_COPY, ...COPY.bind(arrange(file, this.#serving())), file.seq);
  }

  /** Lists the files whose copy in the other generation is missing, by the state of that, at most `limit`. */
  list(state: CopyState, limit: number): Attachment[] {
    return this.#read(LIST_COPIES, state, limit);
  }

  /** Lists the files that can be copied now, at most `limit`. */
  listReady(limit: number): Attachment[] {
    return this.#read(LIST_TO_COPY, limit);
  }

  /** Counts the files whose copy in the other generation is missing, by the state of that. */
  count(state: CopyState): number {
    return this.#sql.exec<{ count: number }>(COUNT_COPIES, state).one().count;
  }

  /** Has the files copied again whose copy was given up. */
  retry(): void {
    this.#sql.exec(RETRY_COPIES);
  }

  #read(sql: string, ...bindings: SqlStorageValue[]): Attachment[] {
    const rows = this.#sql.exec<Attachment>(sql, ...bindings).toArray();
    return rows.map((row) => arrange(row, this.#serving()));
  }
}
