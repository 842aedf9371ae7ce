import { toJson } from "../../src/columns.ts";
import { isMigrated, migrate } from "../../src/kernel/rows/migrate.ts";
import { DrainRate } from "../../src/lanes/drain-rate.ts";
import {
  LANE_FULL,
  type LaneEnd,
  type LaneJob,
  type LaneJobs,
  type LaneLoad,
} from "../../src/lanes/lane-client.ts";
import { firstWindow, moveWindow, projectWindow } from "../../src/lanes/lane-window.ts";
import { reviewSent } from "../../src/lanes/review-sent.ts";
import { LaneCounts } from "./lane-counts.ts";
import { LANE_MIGRATIONS, LaneTables, type StoredJob } from "./lane-tables.ts";

/** Maximum number of jobs that wait in a lane: their order is in memory. */
const WAITING_MAX = 100_000;

/**
 * The jobs of a lane object: their rows, and their order and counts in memory. Decides which jobs are sent, and leaves
 * the sending to its caller. Each change is one transaction.
 */
export class JobsOfLane {
  readonly #storage: DurableObjectStorage;
  readonly #tables: LaneTables;
  readonly #drained = new DrainRate(Date.now());
  #counts = new LaneCounts();
  #window = firstWindow();
  #pausedUntil = 0;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#tables = new LaneTables(storage.sql);
    if (!isMigrated(storage)) return;
    migrate(storage, LANE_MIGRATIONS);
    this.#read();
  }

  /** Tests whether there are no jobs. */
  get isEmpty(): boolean {
    return this.#counts.sent + this.#counts.turns.size === 0;
  }

  /**
   * Adds jobs, except those that it has under the same lease. Returns those that are to be sent now: there is room for
   * them, or their step was sent before.
   */
  add({ lane, projectId, jobs }: LaneJobs): StoredJob[] {
    if (this.#counts.turns.size + jobs.length > WAITING_MAX) throw new Error(LANE_FULL);
    return this.#change(() => {
      migrate(this.#storage, LANE_MIGRATIONS);
      const unknown = jobs.filter((job) => this.#tables.find(job)?.lease !== job.lease);
      const added = unknown.map((job) => this.#admit(job, { lane, projectId }));
      return added.filter(({ sentAt }) => sentAt !== null);
    });
  }

  /** Takes the next `most` jobs in their turns, as far as there is room, and marks them as sent. */
  takeNext(most: number): StoredJob[] {
    return this.#change(() => {
      const taken: StoredJob[] = [];
      while (taken.length < most) {
        const next = this.#counts.turns.next((projectId) => this.#hasRoom(projectId));
        const job = next && this.#tables.find(next);
        if (!job) return taken;
        taken.push(this.#replace(job, { ...job, sentAt: Date.now(), sends: 1 }));
      }
      return taken;
    });
  }

  /** Lets jobs wait again that could not be sent, in their place. None is sent before `until`. */
  putBack(jobs: readonly StoredJob[], until: number): void {
    this.#pausedUntil = until;
    this.#change(() => {
      for (const { runId, step, lease } of jobs) {
        const job = this.#tables.find({ runId, step });
        if (job?.lease === lease) this.#tables.save({ ...job, sentAt: null, sends: 0 });
      }
    });
    // Restores the order of arrival: these jobs come before those that have arrived since.
    this.#read();
  }

  /** Lets all sent jobs wait again. For a queue that has lost its messages. */
  putBackAll(): void {
    this.putBack(this.#tables.sent(), 0);
  }

  /** Erases a job that has ended, unless it has another lease by now. `windowMax` is the largest window. */
  end(ended: LaneEnd, windowMax: number): void {
    const { waitedMs } = ended;
    if (waitedMs !== null) {
      const isScarce = this.#counts.turns.size > 0;
      this.#window = moveWindow(this.#window, { waitedMs, isScarce }, windowMax);
      this.#drained.add(Date.now());
    }
    if (this.isEmpty) return;
    this.#change(() => {
      const job = this.#tables.find(ended);
      if (job?.lease === ended.lease) this.#erase(job);
    });
  }

  /** Lists the sent jobs whose end is overdue, so that `reviewSent` must decide about them. */
  listSilent(): StoredJob[] {
    const now = Date.now();
    return this.#tables.sent().filter(({ sentAt, sends }) => {
      return reviewSent({ sentAt: sentAt ?? now, sends }, now, null) !== "keep";
    });
  }

  /**
   * Reviews the sent jobs whose end is overdue. Returns the jobs to send again, and drops those that were already sent
   * again. `oldestInQueue` is the time at which the oldest message in the queue was sent, in milliseconds since the
   * epoch; null for an empty queue.
   */
  reviewSent(oldestInQueue: number | null): StoredJob[] {
    return this.#change(() => {
      const again: StoredJob[] = [];
      const now = Date.now();
      for (const job of this.#tables.sent()) {
        const sentAt = job.sentAt ?? now;
        const decision = reviewSent({ sentAt, sends: job.sends }, now, oldestInQueue);
        if (decision === "drop") this.#erase(job);
        if (decision === "restart") this.#tables.save({ ...job, sentAt: now });
        if (decision === "resend") {
          again.push(this.#replace(job, { ...job, sentAt: now, sends: job.sends + 1 }));
        }
      }
      return again;
    });
  }

  /** Returns the place of the next job of a run, from 1; 0 if it was sent, null if the run has no job. */
  place(runId: string): number | null {
    if (this.isEmpty) return null;
    const { turns } = this.#counts;
    const places = this.#tables.ofRun(runId).map((job) => turns.place(job.projectId, job) ?? 0);
    return places.length === 0 ? null : Math.min(...places);
  }

  /** Counts the jobs. */
  load(): LaneLoad {
    const now = Date.now();
    const { turns, sent } = this.#counts;
    return {
      waiting: turns.size,
      sent,
      oldestAgeMs: Math.max(0, now - (turns.oldest() ?? now)),
      drainPerSecond: this.#drained.perSecond(now),
      room: turns.size > 0 || now < this.#pausedUntil ? 0 : Math.max(0, this.#window.size - sent),
    };
  }

  /** Stores a job. It is sent at once if there is room, so that no other job waits that could be sent. */
  #admit(job: LaneJob, of: Pick<LaneJobs, "lane" | "projectId">): StoredJob {
    const earlier = this.#tables.find(job);
    const now = Date.now();
    const isSent = earlier ? earlier.sentAt !== null : this.#hasRoom(of.projectId);
    const stored = {
      ...of,
      runId: job.runId,
      step: job.step,
      seq: earlier?.seq ?? this.#counts.nextSeq(),
      lease: job.lease,
      tokens: Math.ceil(job.tokens),
      message: toJson(job.message),
      cameAt: earlier?.cameAt ?? now,
      sentAt: isSent ? now : null,
      sends: isSent ? 1 : 0,
    };
    return this.#replace(earlier, stored);
  }

  #hasRoom(projectId: string): boolean {
    if (Date.now() < this.#pausedUntil) return false;
    const [all, own] = [this.#window.size, projectWindow(this.#window)];
    return this.#counts.sent < all && this.#counts.sentOf(projectId) < own;
  }

  #replace(before: StoredJob | null, job: StoredJob): StoredJob {
    this.#tables.save(job);
    // A job that still waits keeps its place.
    const waits = before?.sentAt === null && job.sentAt === null;
    if (before && !waits) this.#counts.remove(before);
    this.#counts.add(job);
    return job;
  }

  #erase(job: StoredJob): void {
    this.#tables.erase(job);
    this.#counts.remove(job);
  }

  /** Runs a change in a transaction. If it is rolled back, reads the rows again. */
  #change<T>(change: () => T): T {
    try {
      return this.#storage.transactionSync(change);
    } catch (error) {
      if (isMigrated(this.#storage)) this.#read();
      throw error;
    }
  }

  #read(): void {
    this.#counts = new LaneCounts();
    for (const job of this.#tables.all()) this.#counts.add(job);
  }
}
