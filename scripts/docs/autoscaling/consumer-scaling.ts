/** The maximum number of consumers of a queue at a time (documented). */
export const CONSUMERS_MAX = 250;

/** Time between two changes of the number, in milliseconds. Assumed: the platform documents none. */
const CHECK_MS = 10_000;
/** The time in which a backlog is to be worked on, in milliseconds. Assumed. */
const CATCH_UP_MS = 60_000;
/** The share by which the number of consumers grows at least while any message waits. Assumed. */
const MORE_MIN = 0.25;
/** The number of consumers grows at most by this factor in one change. Assumed. */
const GROWTH_MAX = 2;

/** The state of a queue when its number of consumers is reviewed. */
export type QueueState = {
  /** Messages in the queue that no consumer has. */
  readonly backlog: number;
  /** Messages that one consumer works on per second. */
  readonly perConsumer: number;
  /** Consumers at work. */
  readonly busy: number;
};

/**
 * A model of the number of consumers that Cloudflare Queues starts. What is documented (as read on 2026-11-30 at
 * developers.cloudflare.com/queues/configuration/consumer-concurrency): the number is reviewed after batches, follows
 * the backlog and its growth, falls with the share of invocations that throw, and is at most 250. How much it changes,
 * and when, is not documented; the figures above are assumptions.
 */
export class ConsumerScaling {
  #count = 1;
  #reviewedAt = 0;
  #backlogBefore = 0;
  #ended = 0;
  #thrown = 0;

  /** The number of consumers that may be at work. */
  get count(): number {
    return this.#count;
  }

  /** Counts the end of an invocation, and reviews the number of consumers. `now` is in milliseconds. */
  endInvocation(hasThrown: boolean, queue: QueueState, now: number): void {
    this.#ended += 1;
    if (hasThrown) this.#thrown += 1;
    if (now - this.#reviewedAt < CHECK_MS) return;
    this.#count = this.#decide(queue, (now - this.#reviewedAt) / 1_000);
    this.#reviewedAt = now;
    this.#backlogBefore = queue.backlog;
    this.#ended = 0;
    this.#thrown = 0;
  }

  #decide({ backlog, perConsumer, busy }: QueueState, seconds: number): number {
    const failedShare = this.#thrown / this.#ended;
    if (failedShare > 0) return Math.max(1, Math.floor(this.#count * (1 - failedShare)));
    const growing = (backlog - this.#backlogBefore) / seconds;
    const toCatchUp = backlog / (CATCH_UP_MS / 1_000);
    const more = Math.max((growing + toCatchUp) / perConsumer, backlog > 0 ? MORE_MIN * busy : 0);
    const most = Math.min(CONSUMERS_MAX, this.#count * GROWTH_MAX);
    return Math.max(1, Math.min(most, Math.ceil(busy + more)));
  }
}
