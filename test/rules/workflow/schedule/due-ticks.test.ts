import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { TickTimes } from "../../../../src/workflow/schedule/cron-times.ts";
import {
  CATCH_UPS,
  dueTicks,
  LATE_MS,
  OVERLAPS,
  TICKS_MAX,
  type TickState,
} from "../../../../src/workflow/schedule/due-ticks.ts";

/** Ticks at every multiple of `step`. */
function every(step: number): TickTimes {
  const after = (time: number) => (Math.floor(time / step) + 1) * step;
  return {
    after,
    between: (from, now, max) => {
      const count = Math.floor((now - from) / step) + 1;
      const kept = Math.min(count, max);
      const last = from + (count - 1) * step;
      return {
        newest: Array.from({ length: kept }, (_, i) => last - (kept - 1 - i) * step),
        count,
      };
    },
  };
}

const HOUR = 3_600_000;
const HOURLY = every(HOUR);
const state = (changes: Partial<TickState>): TickState => ({
  now: 0,
  nextAt: HOUR,
  catchUp: "all",
  overlap: "allow",
  isBusy: false,
  startingCount: 0,
  queue: [],
  ...changes,
});
const hours = (...numbers: number[]) => numbers.map((number) => number * HOUR);

describe("dueTicks", () => {
  it("does nothing before the next tick", () => {
    expect(dueTicks(state({ now: HOUR - 1 }), HOURLY)).toEqual({
      start: [],
      queue: [],
      skipped: 0,
      nextAt: HOUR,
    });
  });

  it.each<[string, Partial<TickState>, ReturnType<typeof dueTicks>]>([
    [
      "starts a tick at its time",
      { now: HOUR },
      { start: hours(1), queue: [], skipped: 0, nextAt: 2 * HOUR },
    ],
    [
      "catches up all that was missed, in order",
      { now: 3.5 * HOUR },
      { start: hours(1, 2, 3), queue: [], skipped: 0, nextAt: 4 * HOUR },
    ],
    [
      "catches up the latest that was missed",
      { now: 3.5 * HOUR, catchUp: "latest" },
      { start: hours(3), queue: [], skipped: 2, nextAt: 4 * HOUR },
    ],
    [
      "skips what was missed",
      { now: 3.5 * HOUR, catchUp: "skip" },
      { start: [], queue: [], skipped: 3, nextAt: 4 * HOUR },
    ],
    [
      "does not count a slightly late tick as missed",
      { now: 2 * HOUR + LATE_MS, catchUp: "skip" },
      { start: hours(2), queue: [], skipped: 1, nextAt: 3 * HOUR },
    ],
    [
      "counts a later tick as missed",
      { now: 2 * HOUR + LATE_MS + 1, catchUp: "skip" },
      { start: [], queue: [], skipped: 2, nextAt: 3 * HOUR },
    ],
    [
      "skips a tick while a run is open",
      { now: HOUR, overlap: "skip", isBusy: true },
      { start: [], queue: [], skipped: 1, nextAt: 2 * HOUR },
    ],
    [
      "starts a tick while a run is open when that is allowed",
      { now: HOUR, overlap: "allow", isBusy: true },
      { start: hours(1), queue: [], skipped: 0, nextAt: 2 * HOUR },
    ],
    [
      "keeps a tick for later while a run is open",
      { now: 2 * HOUR, nextAt: 2 * HOUR, overlap: "queue", isBusy: true, queue: hours(1) },
      { start: [], queue: hours(1, 2), skipped: 0, nextAt: 3 * HOUR },
    ],
    [
      "starts the tick that has waited longest when the run has ended",
      { now: 2.5 * HOUR, nextAt: 3 * HOUR, overlap: "queue", queue: hours(1, 2) },
      { start: hours(1), queue: hours(2), skipped: 0, nextAt: 3 * HOUR },
    ],
    [
      "starts the first missed tick, and skips the ones that would overlap with it",
      { now: 3.5 * HOUR, overlap: "skip" },
      { start: hours(1), queue: [], skipped: 2, nextAt: 4 * HOUR },
    ],
    [
      "skips waiting ticks when ticks may no longer wait",
      { now: 2.5 * HOUR, nextAt: 3 * HOUR, overlap: "skip", isBusy: true, queue: hours(1, 2) },
      { start: [], queue: [], skipped: 2, nextAt: 3 * HOUR },
    ],
    [
      "does nothing more when there is no further tick",
      { now: 9 * HOUR, nextAt: null },
      { start: [], queue: [], skipped: 0, nextAt: null },
    ],
    [
      "skips a tick when too many runs are about to start",
      { now: HOUR, startingCount: TICKS_MAX },
      { start: [], queue: [], skipped: 1, nextAt: 2 * HOUR },
    ],
  ])("%s", (_name, changes, expected) => {
    expect(dueTicks(state(changes), HOURLY)).toEqual(expected);
  });

  it("catches up a bounded number of ticks, the newest", () => {
    const { start, skipped } = dueTicks(state({ now: 250 * HOUR }), HOURLY);
    expect(start).toHaveLength(TICKS_MAX);
    expect(start.at(-1)).toBe(250 * HOUR);
    expect(skipped).toBe(150);
  });
});

type Move = { wait: number; isBusy: boolean; startingCount: number };
const Moves = fc.array(
  fc.record({
    // From less than a tick to far more than the limit.
    wait: fc.oneof(fc.integer({ min: 0, max: 150_000 }), fc.integer({ min: 0, max: 20_000_000 })),
    isBusy: fc.boolean(),
    startingCount: fc.integer({ min: 0, max: 120 }),
  }),
  { maxLength: 40 },
);
const Rules = fc.record({
  catchUp: fc.constantFrom(...CATCH_UPS),
  overlap: fc.constantFrom(...OVERLAPS),
  step: fc.constantFrom(60_000, 300_000, HOUR),
});

/** Wakes the schedule repeatedly and records each decision. */
function live(
  rules: { catchUp: TickState["catchUp"]; overlap: TickState["overlap"]; step: number },
  moves: readonly Move[],
) {
  const times = every(rules.step);
  const rounds: { before: TickState; after: ReturnType<typeof dueTicks> }[] = [];
  let now = 0;
  let nextAt: number | null = rules.step;
  let queue: readonly number[] = [];
  for (const { wait, isBusy, startingCount } of moves) {
    now += wait;
    const before: TickState = { ...rules, now, nextAt, queue, isBusy, startingCount };
    const after = dueTicks(before, times);
    rounds.push({ before, after });
    ({ nextAt, queue } = after);
  }
  return { rounds, now, queue, nextAt };
}

describe("any sequence of events of a schedule", () => {
  it("decides about every tick exactly once", () => {
    fc.assert(
      fc.property(Rules, Moves, (rules, moves) => {
        const { rounds, now, queue, nextAt } = live(rules, moves);
        const started = rounds.flatMap(({ after }) => after.start);
        const skipped = rounds.reduce((sum, { after }) => sum + after.skipped, 0);
        expect(new Set([...started, ...queue]).size).toBe(started.length + queue.length);
        expect(started.length + queue.length + skipped).toBe(Math.floor(now / rules.step));
        expect(nextAt).toBeGreaterThan(now);
      }),
    );
  });

  it("starts ticks in order, never early, and waiting ticks before new ones", () => {
    fc.assert(
      fc.property(Rules, Moves, (rules, moves) => {
        const { rounds } = live(rules, moves);
        const started = rounds.flatMap(({ after }) => after.start);
        expect(started).toEqual(started.toSorted((a, b) => a - b));
        for (const { before, after } of rounds) {
          expect(Math.max(0, ...after.start, ...after.queue)).toBeLessThanOrEqual(before.now);
          expect(after.queue).toEqual(after.queue.toSorted((a, b) => a - b));
          expect(after.queue.length).toBeLessThanOrEqual(TICKS_MAX);
          expect(after.start.length).toBeLessThanOrEqual(TICKS_MAX);
        }
      }),
    );
  });

  it("starts at most one run, and none while one is open, unless runs may overlap", () => {
    fc.assert(
      fc.property(Rules, Moves, (rules, moves) => {
        fc.pre(rules.overlap !== "allow");
        for (const { before, after } of live(rules, moves).rounds) {
          expect(after.start.length).toBeLessThanOrEqual(before.isBusy ? 0 : 1);
        }
      }),
    );
  });

  it("loses nothing under `all` and `queue` below the limit", () => {
    const few = fc.array(
      fc.record({
        wait: fc.integer({ min: 0, max: 150_000 }),
        isBusy: fc.boolean(),
        startingCount: fc.constant(0),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(few, (moves) => {
        const rules = { catchUp: "all", overlap: "queue", step: 60_000 } as const;
        const { rounds, queue, now } = live(rules, moves);
        const started = rounds.flatMap(({ after }) => after.start);
        const expected = Array.from(
          { length: Math.floor(now / 60_000) },
          (_, i) => (i + 1) * 60_000,
        );
        expect([...started, ...queue]).toEqual(expected);
      }),
    );
  });

  it("never starts a tick older than a minute under `skip`", () => {
    fc.assert(
      fc.property(Rules, Moves, (rules, moves) => {
        for (const { before, after } of live({ ...rules, catchUp: "skip" }, moves).rounds) {
          const fresh = [...after.start, ...after.queue].filter((t) => !before.queue.includes(t));
          for (const tick of fresh) expect(before.now - tick).toBeLessThanOrEqual(LATE_MS);
        }
      }),
    );
  });

  it("catches up at most one tick at a time under `latest`, the newest", () => {
    fc.assert(
      fc.property(Rules, Moves, (rules, moves) => {
        for (const { before, after } of live({ ...rules, catchUp: "latest" }, moves).rounds) {
          const fresh = [...after.start, ...after.queue].filter((t) => !before.queue.includes(t));
          expect(fresh.length).toBeLessThanOrEqual(1);
          const newest = Math.floor(before.now / rules.step) * rules.step;
          for (const tick of fresh) expect(tick).toBe(newest);
        }
      }),
    );
  });
});
