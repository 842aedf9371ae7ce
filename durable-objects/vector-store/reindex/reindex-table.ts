import { columns, flag, integer, json, nullable, type RowOf, text } from "../../../src/columns.ts";
import type { GenerationSettings } from "../../../src/knowledge/reindex/generation.ts";
import type { GenerationLayout } from "../../../src/knowledge/reindex/layout.ts";
import type {
  Comparison,
  ErasedGeneration,
  ReindexState,
} from "../../../src/knowledge/reindex/reindex.ts";

/** The columns of the table with the last reindex of the store, of one row at most. */
export const REINDEX = columns(
  "reindex",
  {
    state: text<ReindexState>(),
    fromGeneration: integer(),
    toGeneration: integer(),
    fromSettings: json<GenerationSettings>(),
    toSettings: json<GenerationSettings>(),
    createdAt: integer(),
    readyAt: nullable(integer()),
    switchedAt: nullable(integer()),
    revertedAt: nullable(integer()),
    keptUntil: nullable(integer()),
    endedAt: nullable(integer()),
    /** The place in the list of files up to which the build has come; null once it has passed all. */
    cursor: nullable(integer()),
    checked: integer(),
    copied: integer(),
    comparison: nullable(json<Comparison>()),
    erased: nullable(json<ErasedGeneration>()),
    fromLayout: nullable(json<GenerationLayout>()),
    toLayout: nullable(json<GenerationLayout>()),
    /** 1 if the store has begun it by itself. */
    isAutomatic: flag(),
  },
  ["singleton"],
);
/** The row of the last reindex of the store. Times are Unix seconds. */
export type ReindexRow = RowOf<typeof REINDEX>;

const READ = `SELECT ${REINDEX.select()} FROM reindex`;
const SAVE = `INSERT OR REPLACE INTO reindex (${REINDEX.names}, singleton) VALUES (${REINDEX.marks}, 1)`;

/** Reads and writes the table of the last reindex of the store. It makes no decisions. */
export class ReindexTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads the last reindex; null if there was none. */
  read(): ReindexRow | null {
    return this.#sql.exec<ReindexRow>(READ).toArray()[0] ?? null;
  }

  /** Writes the last reindex. */
  save(row: ReindexRow): void {
    this.#sql.exec(SAVE, ...REINDEX.bind(row));
  }
}
