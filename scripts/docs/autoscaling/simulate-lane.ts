import { outageDelayMs } from "../../../src/kernel/rules/step/backoff.ts";
import {
  firstWindow,
  type LaneWindow,
  moveWindow,
  windowMax,
} from "../../../src/lanes/lane-window.ts";
import { isProviderDown } from "../../../src/queues/provider-down.ts";
import { ConsumerScaling } from "./consumer-scaling.ts";
import { seededRandom } from "./seeded-random.ts";

const TICK_MS = 100;
const SAMPLE_MS = 10_000;

/** A course of events for the lane default. Times are in milliseconds from the beginning. */
export type Scenario = {
  readonly seed: number;
  readonly durationMs: number;
  /** New answers per second. */
  perSecond(now: number): number;
  isProviderDown(now: number): boolean;
  readonly batchSize: number;
  /** The time of one answer at a consumer, and of a call that the provider refuses. */
  readonly answerMs: number;
  readonly refusedMs: number;
};

/** The state of the lane and its consumers at one moment. Rates are averages since the sample before. */
export type Sample = {
  readonly at: number;
  readonly arrived: number;
  readonly completed: number;
  /** Answers that wait in the lane or the queue, or for their next attempt. */
  readonly waiting: number;
  readonly consumers: number;
};

type Job = { firstAt: number | null; sentAt: number };
type Invocation = {
  readonly endsAt: number;
  readonly jobs: readonly Job[];
  readonly isRefused: boolean;
};

/**
 * Simulates the lane with its own rules (the window of the lane, the delays in an outage, the decision to throw) and a
 * model of the platform's consumers. The same scenario gives the same samples.
 */
export function simulateLane(scenario: Scenario): Sample[] {
  const lane = new SimulatedLane(scenario);
  const samples: Sample[] = [];
  for (let now = TICK_MS; now <= scenario.durationMs; now += TICK_MS) {
    lane.tick(now);
    if (now % SAMPLE_MS === 0) samples.push(lane.takeSample(now));
  }
  return samples;
}

class SimulatedLane {
  readonly #scenario: Scenario;
  readonly #random: () => number;
  readonly #scaling = new ConsumerScaling();
  #window: LaneWindow = firstWindow();
  #inLane: Job[] = [];
  #queue: Job[] = [];
  #delayed: { readonly job: Job; readonly due: number }[] = [];
  #invocations: Invocation[] = [];
  #arrived = 0;
  #completed = 0;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#random = seededRandom(scenario.seed);
  }

  tick(now: number): void {
    this.#arrive(now);
    this.#inLane.push(...this.#takeDue(now));
    this.#endInvocations(now);
    this.#send(now);
    while (this.#queue.length > 0 && this.#invocations.length < this.#scaling.count) {
      this.#beginInvocation(now);
    }
  }

  takeSample(now: number): Sample {
    const seconds = SAMPLE_MS / 1_000;
    const sample = {
      at: now,
      arrived: this.#arrived / seconds,
      completed: this.#completed / seconds,
      waiting: this.#inLane.length + this.#queue.length + this.#delayed.length,
      consumers: this.#invocations.length,
    };
    this.#arrived = 0;
    this.#completed = 0;
    return sample;
  }

  /** Arrivals of a Poisson process, as far as ticks show it: each of 100 slices of a tick has one or none. */
  #arrive(now: number): void {
    const slices = 100;
    const chance = (this.#scenario.perSecond(now) * TICK_MS) / 1_000 / slices;
    for (let slice = 0; slice < slices; slice++) {
      if (this.#random() >= chance) continue;
      this.#inLane.push({ firstAt: null, sentAt: 0 });
      this.#arrived += 1;
    }
  }

  #takeDue(now: number): Job[] {
    const due = this.#delayed.filter((one) => one.due <= now).map(({ job }) => job);
    this.#delayed = this.#delayed.filter((one) => one.due > now);
    return due;
  }

  #send(now: number): void {
    const atWork = this.#invocations.reduce((sum, { jobs }) => sum + jobs.length, 0);
    const room = Math.max(0, this.#window.size - this.#queue.length - atWork);
    for (const job of this.#inLane.splice(0, room)) {
      job.sentAt = now;
      this.#queue.push(job);
    }
  }

  #beginInvocation(now: number): void {
    const { batchSize, answerMs, refusedMs } = this.#scenario;
    const jobs = this.#queue.splice(0, batchSize);
    const isRefused = this.#scenario.isProviderDown(now);
    const isScarce = this.#inLane.length > 0;
    for (const job of jobs) {
      job.firstAt ??= now;
      const waitedMs = now - job.sentAt;
      this.#window = moveWindow(this.#window, { waitedMs, isScarce }, windowMax("default", false));
    }
    // The answers of a batch are made side by side, so the slowest one decides.
    const slowest = Math.max(...jobs.map(() => 0.7 + 0.6 * this.#random()));
    const endsAt = now + (isRefused ? refusedMs : answerMs * slowest);
    this.#invocations.push({ endsAt, jobs, isRefused });
  }

  #endInvocations(now: number): void {
    const { batchSize, answerMs } = this.#scenario;
    const perConsumer = batchSize / (answerMs / 1_000);
    const busy = this.#invocations.length;
    const ended = this.#invocations.filter(({ endsAt }) => endsAt <= now);
    this.#invocations = this.#invocations.filter(({ endsAt }) => endsAt > now);
    for (const { jobs, isRefused } of ended) {
      if (isRefused) for (const job of jobs) this.#delay(job, now);
      else this.#completed += jobs.length;
      const hasThrown = isProviderDown(jobs.length, isRefused ? jobs.length : 0);
      const backlog = this.#queue.length;
      this.#scaling.endInvocation(hasThrown, { backlog, perConsumer, busy }, now);
    }
  }

  #delay(job: Job, now: number): void {
    const delayMs = outageDelayMs(now - (job.firstAt ?? now), this.#random);
    this.#delayed.push({ job, due: now + delayMs });
  }
}
