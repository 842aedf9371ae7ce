import { DurableObject } from "cloudflare:workers";

import { parseJson } from "../src/columns.ts";
import { isMigrated } from "../src/kernel/rows/migrate.ts";
import type { Lane } from "../src/kernel/rules/definition.ts";
import type { LaneClient, LaneEnd, LaneJobs, LaneLoad } from "../src/lanes/lane-client.ts";
import { windowMax } from "../src/lanes/lane-window.ts";
import { logger } from "../src/platform/logger.ts";
import { generateQueue } from "../src/wiring/generate-queue.ts";
import { JobsOfLane } from "./lane/lane-jobs.ts";
import type { StoredJob } from "./lane/lane-tables.ts";

/** Maximum number of messages in one call of a queue. */
const SEND_MAX = 100;
/** Time between two reviews of the sent jobs, in milliseconds. */
const REVIEW_MS = 60_000;
/** Pause after the queue has refused messages, in milliseconds. */
const PAUSE_MS = 2_000;

/** The lane objects that have started in this process, where queues are in its memory (`LOCAL`). */
const started = new Set<string>();

/**
 * The Durable Object class of a lane in a region, through which the steps of all projects of the region reach the lane's
 * queue. Projects with waiting steps take turns, and only a window of steps is in the queue at a time. The objects of
 * the steps keep the state of their work; this one only keeps the order. Its rules are in src/lanes.
 */
export class LaneObject extends DurableObject<Env> implements LaneClient {
  readonly #jobs = new JobsOfLane(this.ctx.storage);
  /** When the alarm is set, in milliseconds since the epoch. */
  #alarmAt = Infinity;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const id = ctx.id.toString();
    const isLost = env.LOCAL !== "" && isMigrated(ctx.storage) && !started.has(id);
    started.add(id);
    if (isLost) this.#jobs.putBackAll();
    // An alarm may have been lost with the isolate before.
    if (!this.#jobs.isEmpty) this.#arm(Date.now() + (isLost ? 0 : REVIEW_MS));
  }

  /** Reviews the sent jobs, and sends waiting ones. The platform calls it at the time of the alarm. */
  override async alarm(): Promise<void> {
    this.#alarmAt = Infinity;
    if (this.#jobs.isEmpty) return;
    // Before the work, so that an alarm that fails is not the last one.
    this.#arm(Date.now() + REVIEW_MS);
    await this.#send(await this.#review());
    await this.#sendNext();
  }

  /** Adds jobs, and sends those for which there is room. */
  async submit(jobs: LaneJobs): Promise<void> {
    const sent = this.#jobs.add(jobs);
    this.#arm(Date.now() + REVIEW_MS);
    await this.#send(sent);
  }

  /** Removes jobs of a lane that have ended, and sends the next ones. */
  leave(lane: Lane, ends: readonly LaneEnd[]): void {
    const most = windowMax(lane, this.env.LOCAL !== "");
    for (const end of ends) this.#jobs.end(end, most);
    this.ctx.waitUntil(this.#sendNext());
  }

  /** Returns the place of the next job of a run: 0 if it was sent, null if there is none. */
  place(runId: string): number | null {
    return this.#jobs.place(runId);
  }

  /** Counts the jobs. */
  load(): LaneLoad {
    return this.#jobs.load();
  }

  /** Returns the sent jobs that are to be sent again, since their messages are probably lost. */
  async #review(): Promise<readonly StoredJob[]> {
    const [silent] = this.#jobs.listSilent();
    if (!silent) return [];
    try {
      const { oldestMessageTimestamp } = await generateQueue(this.env, silent.lane).metrics();
      return this.#jobs.reviewSent(oldestMessageTimestamp?.getTime() ?? null);
    } catch (error) {
      logger.warn("lane.review.failed", { lane: silent.lane }, error);
      return [];
    }
  }

  async #sendNext(): Promise<void> {
    for (;;) {
      const jobs = this.#jobs.takeNext(SEND_MAX);
      if (jobs.length === 0) return;
      await this.#send(jobs);
    }
  }

  /** Sends jobs to the queue. Never rejects: if the queue refuses them, they wait again. */
  async #send(jobs: readonly StoredJob[]): Promise<void> {
    for (let from = 0; from < jobs.length; from += SEND_MAX) {
      const some = jobs.slice(from, from + SEND_MAX);
      const [first] = some;
      if (!first) return;
      try {
        const messages = some.map(({ message }) => ({ body: parseJson(message) }));
        await generateQueue(this.env, first.lane).sendBatch(messages);
      } catch (error) {
        logger.warn("lane.send.failed", { lane: first.lane, count: some.length }, error);
        const until = Date.now() + PAUSE_MS;
        this.#jobs.putBack(some, until);
        this.#arm(until);
      }
    }
  }

  /** Sets the alarm, unless it is set to an earlier time: each call costs a row. */
  #arm(at: number): void {
    if (this.#alarmAt <= at) return;
    this.#alarmAt = at;
    void this.ctx.storage.setAlarm(at);
  }
}
