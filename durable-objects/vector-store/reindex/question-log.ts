import { columns, json, parseJson, toJson, withBound } from "../../../src/columns.ts";
import { readProjectSettings } from "../../../src/platform/databases/project-settings.ts";
import type { VectorStoreTables } from "../tables/store-tables.ts";

/** Questions that are kept, the last ones. A question that is asked again moves to the end. */
const QUESTIONS_MAX = 200;
/** Longer questions are not kept. */
const QUESTION_LENGTH_MAX = 1_000;
/** Time after which the questions of the memory are written: one row for all of them. */
const WRITE_MS = 30_000;

/** The columns of the table with the questions that were asked last. */
export const ASKED_QUESTIONS = columns(
  "asked_questions",
  { texts: withBound(json<readonly string[]>(), 4 * QUESTIONS_MAX * QUESTION_LENGTH_MAX) },
  ["singleton"],
);
const READ = `SELECT ${ASKED_QUESTIONS.select()} FROM asked_questions`;
const SAVE = `INSERT OR REPLACE INTO asked_questions (${ASKED_QUESTIONS.names}, singleton)
  VALUES (${ASKED_QUESTIONS.marks}, 1)`;
const ERASE = "DELETE FROM asked_questions";

/**
 * The questions that a store was asked last, by which a reindex compares its generations. A search costs no write: they
 * are kept in memory and written together, so those of the last seconds before the object ends are lost. A project that
 * has turned `keep_questions` off has none.
 */
export class QuestionLog {
  readonly #sql: SqlStorage;
  readonly #env: Env;
  readonly #tables: VectorStoreTables;
  readonly #asked = new Set<string>();
  #due: number | null = null;

  constructor(sql: SqlStorage, env: Env, tables: VectorStoreTables) {
    this.#sql = sql;
    this.#env = env;
    this.#tables = tables;
  }

  /** The time at which `write` must be called, in milliseconds since the epoch; null if nothing is to be written. */
  due(): number | null {
    return this.#due;
  }

  /**
   * Remembers questions. Returns true if they are the first ones since the last write, so that the alarm has to be set.
   * `now` is in milliseconds since the epoch.
   */
  note(texts: readonly string[], now: number): boolean {
    for (const text of texts) {
      if (text === "" || text.length > QUESTION_LENGTH_MAX) continue;
      this.#asked.delete(text);
      this.#asked.add(text);
      const [oldest] = this.#asked;
      if (this.#asked.size > QUESTIONS_MAX && oldest !== undefined) this.#asked.delete(oldest);
    }
    if (this.#due !== null || this.#asked.size === 0) return false;
    this.#due = now + WRITE_MS;
    return true;
  }

  /** Writes the remembered questions. Erases all instead if the project has turned them off, or the store has ended. */
  async write(): Promise<void> {
    const { projectId } = this.#tables.readStore();
    const settings = await readProjectSettings(this.#env.CATALOG, projectId);
    const isKept = settings.keep_questions;
    const fresh = [...this.#asked];
    this.#asked.clear();
    this.#due = null;
    if (!isKept || this.#tables.readStore().phase !== "live") this.#sql.exec(ERASE);
    else if (fresh.length > 0) this.#save(fresh);
  }

  /** Returns the questions, the newest last, after it has written those in memory. */
  async read(): Promise<readonly string[]> {
    await this.write();
    return this.#stored();
  }

  #save(fresh: readonly string[]): void {
    const again = new Set(fresh);
    const older = this.#stored().filter((text) => !again.has(text));
    const texts = toJson([...older, ...fresh].slice(-QUESTIONS_MAX));
    this.#sql.exec(SAVE, ...ASKED_QUESTIONS.bind({ texts }));
  }

  #stored(): readonly string[] {
    const row = this.#sql.exec<{ texts: string }>(READ).toArray()[0];
    return row ? parseJson<readonly string[]>(row.texts) : [];
  }
}
