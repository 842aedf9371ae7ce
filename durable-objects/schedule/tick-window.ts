/** Ticks that one isolate handles at a time. */
const SLOTS = 2;
/** A slot stays taken for so long after a tick, in which the run that it started gets its turn. */
const PAUSE_MS = 50;
/**
 * A slot is free again after this time, also while its tick goes on: such a tick waits for something else, or its
 * object has died.
 */
const SLOT_MS_MAX = 5_000;
/** A tick that waits looks for a slot after this time for each one that waits, so that looking stays cheap. */
const LOOK_MS = 25;
const LOOK_MS_MAX = 5_000;
/** A timer that is later than this shows that the isolate is busy with earlier work. */
const LATE_MS = 50;
/** A tick that found a free slot so often begins, however busy the isolate is. */
const LOOKS_MAX = 50;
/** The time over which ticks are counted. */
const COUNTED_MS = 60_000;
/** Ticks in this time that need no spreading. */
const CROWD = 60;
/** The delay that each tick of the last minute adds to the range of a schedule's delay. */
const SPREAD_MS = 30;
/** The longest delay of a tick, to spread ticks. */
const JITTER_MS_MAX = 30_000;

/**
 * The clock, random numbers and timer of a `TickWindow`, which tests replace. `now` returns milliseconds since the
 * epoch; `wait` takes a delay in milliseconds.
 */
export type WindowClock = {
  now(): number;
  random(): number;
  wait(ms: number): Promise<unknown>;
};

/**
 * Limits how many ticks (times at which schedules start runs) of all schedules in one isolate are handled at the same
 * time. Many schedules tick in the same second, and after a restart all missed ticks are due; locally, ticks share one
 * thread with all requests.
 */
export class TickWindow {
  readonly #clock: WindowClock;
  /** The slots that are taken, each with the time at which it is free again. */
  readonly #taken: { until: number }[] = [];
  #waiting = 0;
  /** The times of the ticks of the last minute. */
  #recent: number[] = [];

  constructor(clock: WindowClock) {
    this.#clock = clock;
  }

  /**
   * Calls `work`, which handles a tick, as soon as fewer ticks than the allowed number are being handled in this
   * isolate. Returns its result.
   */
  async run<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#count();
    if (!this.#hasFree() || this.#waiting > 0) await this.#untilFree();
    const slot = { until: this.#clock.now() + SLOT_MS_MAX };
    this.#taken.push(slot);
    try {
      return await work();
    } finally {
      slot.until = this.#clock.now() + PAUSE_MS;
    }
  }

  /**
   * Returns a delay for a schedule's next tick, in milliseconds, so that the ticks of many schedules do not all come at
   * once. It is 0 if this isolate had few ticks in the last minute; otherwise it is the fraction `share` (0 to 1) of a
   * range that grows with their number.
   */
  jitterMs(share: number): number {
    this.#forget();
    const ticks = this.#recent.length;
    if (ticks <= CROWD) return 0;
    return Math.floor(share * Math.min(JITTER_MS_MAX, ticks * SPREAD_MS));
  }

  /**
   * Waits with timers of the caller: a promise that another object settles would belong to that object, and would be
   * lost with it.
   */
  async #untilFree(): Promise<void> {
    this.#waiting++;
    try {
      for (let looks = 0; looks < LOOKS_MAX;) {
        const most = Math.min(LOOK_MS_MAX, LOOK_MS * (this.#waiting + 1));
        const ms = LOOK_MS + this.#clock.random() * most;
        const from = this.#clock.now();
        await this.#clock.wait(ms);
        if (!this.#hasFree()) continue;
        if (this.#clock.now() - from - ms < LATE_MS) return;
        looks++;
      }
    } finally {
      this.#waiting--;
    }
  }

  #hasFree(): boolean {
    const now = this.#clock.now();
    for (let at = this.#taken.length - 1; at >= 0; at--) {
      if ((this.#taken[at]?.until ?? 0) <= now) this.#taken.splice(at, 1);
    }
    return this.#taken.length < SLOTS;
  }

  #count(): void {
    this.#forget();
    this.#recent.push(this.#clock.now());
  }

  #forget(): void {
    const since = this.#clock.now() - COUNTED_MS;
    const first = this.#recent.findIndex((at) => at > since);
    this.#recent = first < 0 ? [] : this.#recent.slice(first);
  }
}

/** The limit on ticks that all schedule objects in this isolate share. */
export const ticksOfIsolate = new TickWindow({
  now: () => Date.now(),
  random: () => Math.random(),
  wait: (ms) => scheduler.wait(ms),
});

/**
 * Computes the argument of `jitterMs` for a schedule: a number from 0 to 1 that is a hash of the schedule's random id,
 * so it is always the same for a schedule.
 */
export function shareOf(id: string): number {
  let hash = 2_166_136_261;
  for (const character of id) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  }
  return (hash >>> 0) / 2 ** 32;
}
