import { FairTurns } from "../../src/lanes/fair-turns.ts";
import type { StoredJob } from "./lane-tables.ts";

/** The jobs of a lane object as it keeps them in memory: the order of those that wait, and counts of those sent. */
export class LaneCounts {
  readonly turns = new FairTurns();
  #lastSeq = 0;
  #sent = 0;
  readonly #sentOf = new Map<string, number>();

  /** The number of jobs that are in the queue or at consumers. */
  get sent(): number {
    return this.#sent;
  }

  /** Returns the number of jobs of a project that are in the queue or at consumers. */
  sentOf(projectId: string): number {
    return this.#sentOf.get(projectId) ?? 0;
  }

  /** Returns the number of the next job in the order in which jobs come. */
  nextSeq(): number {
    return this.#lastSeq + 1;
  }

  /** Adds a stored job. */
  add(job: StoredJob): void {
    this.#lastSeq = Math.max(this.#lastSeq, job.seq);
    if (job.sentAt === null) this.turns.add(job.projectId, { ...job, since: job.cameAt });
    else this.#count(job.projectId, 1);
  }

  /** Removes a job that is erased, or changes from waiting to sent. */
  remove(job: StoredJob): void {
    if (job.sentAt === null) this.turns.remove(job.projectId, job);
    else this.#count(job.projectId, -1);
  }

  #count(projectId: string, change: number): void {
    const sent = this.sentOf(projectId) + change;
    if (sent > 0) this.#sentOf.set(projectId, sent);
    else this.#sentOf.delete(projectId);
    this.#sent += change;
  }
}
