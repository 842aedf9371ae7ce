import { newId } from "../../src/ids.ts";
import { writeDeadLetters } from "../../src/platform/databases/dead-letter-catalog.ts";
import { logger } from "../../src/platform/logger.ts";
import { contentHash } from "../../src/workflow/content-hash.ts";
import { LETTER_KEPT_MS, type LetterEntry } from "../../src/workflow/dead-letters/dead-letter.ts";
import { DeadLetterTable, type ObjectLetter, type StoredDeath } from "./dead-letter-table.ts";

/** Pause after D1 could not be written, in milliseconds. */
const RETRY_MS = 5_000;

/** The parts of the object that owns the jobs which `DeadLetterOutbox` uses. */
export type LetterSource = {
  readonly catalog: D1Database;
  /** Runs a change and sets the object's alarm, in one transaction. */
  readonly change: (change: () => void) => void;
  readonly now: () => number;
};

/**
 * Writes the dead letters of an object's jobs to D1 (the outbox pattern, as `SummaryOutbox`). The transaction that ends a
 * job stores its letter, which the alarm copies to D1: a process that dies in between, or a D1 that is away, only delays
 * it. A letter has one id for all ends of its job, so that a copy that is written twice is one row.
 */
export class DeadLetterOutbox {
  readonly #table: DeadLetterTable;
  readonly #source: LetterSource;

  constructor(sql: SqlStorage, source: LetterSource) {
    this.#table = new DeadLetterTable(sql);
    this.#source = source;
  }

  /** Records that a job was given up. Call this in the transaction that ends the job. */
  addDeath(job: string, body: StoredDeath): void {
    const known = this.#table.find(job);
    const { diedAt } = body;
    const id = known?.id ?? newId("dl_");
    const version = (known?.version ?? 0) + 1;
    this.#table.save({ job, id, status: "open", version, body, diedAt, due: this.#source.now() });
    this.#table.forgetOld(diedAt - LETTER_KEPT_MS);
  }

  /**
   * Records that a job has ended without being given up. Does nothing for a job without a letter, as almost every job
   * is. Call this in the transaction that ends the job.
   */
  addEnd(job: string, status: "completed" | "cancelled"): void {
    const known = this.#table.find(job);
    if (known === null || known.status !== "open") return;
    const version = known.version + 1;
    this.#table.save({ ...known, status, version, due: this.#source.now() });
  }

  /** Returns when a letter must next be written to D1, in milliseconds since the epoch; null if all are. */
  due(): number | null {
    return this.#table.firstDue();
  }

  /** Writes the letters that are due to D1; the object's alarm calls this. If D1 fails, they are due again later. */
  async writeDue(): Promise<void> {
    const { catalog, change, now } = this.#source;
    const letters = this.#table.due(now());
    if (letters.length === 0) return;
    try {
      await writeDeadLetters(catalog, await Promise.all(letters.map(toEntry)));
    } catch (error) {
      logger.warn("dead_letter.deferred", { letterId: letters[0]?.id ?? "" }, error);
      change(() => letters.forEach((letter) => this.#table.setDue(letter, now() + RETRY_MS)));
      return;
    }
    change(() => {
      for (const letter of letters) {
        if (letter.status === "open") this.#table.setDue(letter, null);
        else this.#table.forget(letter);
      }
    });
    for (const { status, id, body } of letters) {
      const { scope, step } = body;
      const fields = { projectId: scope.projectId, letterId: id, step };
      if (status === "open") logger.warn("dead_letter.written", fields);
    }
  }
}

async function toEntry({ id, status, version, body }: ObjectLetter): Promise<LetterEntry> {
  const { definition, scope, ...death } = body;
  const definitionHash = "hash" in definition ? definition.hash : await contentHash(definition);
  return { id, scope, status, version, death: { ...death, definitionHash } };
}
