import { describe, expect, it } from "vitest";

import {
  shareOf,
  TickWindow,
  type WindowClock,
} from "../../../durable-objects/schedule/tick-window.ts";
import { newId } from "../../../src/ids.ts";

/** A clock that jumps to the next timer when nothing else can run. `lateMs` delays every timer. */
function fakeClock(lateMs = () => 0) {
  let time = 1_000_000;
  let seed = 1;
  const timers: { at: number; fire: () => void }[] = [];
  const clock: WindowClock = {
    now: () => time,
    random: () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    },
    wait: (ms) =>
      new Promise<void>((fire) => {
        timers.push({ at: time + ms + lateMs(), fire });
      }),
  };
  const runUntil = async (isDone: () => boolean) => {
    for (let round = 0; round < 200_000 && !isDone(); round++) {
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      timers.sort((left, right) => left.at - right.at);
      const next = timers.shift();
      if (!next) continue;
      time = Math.max(time, next.at);
      next.fire();
    }
  };
  return { clock, runUntil, elapsed: () => time - 1_000_000 };
}

/** Runs ticks that all are due at once and take 20 ms each. */
async function runTicks(count: number, lateMs?: () => number) {
  const { clock, runUntil, elapsed } = fakeClock(lateMs);
  const window = new TickWindow(clock);
  const seen = { done: 0, running: 0, most: 0 };
  const ticks = Array.from({ length: count }, async () => {
    await window.run(async () => {
      seen.running++;
      seen.most = Math.max(seen.most, seen.running);
      await clock.wait(20);
      seen.running--;
    });
    seen.done++;
  });
  await runUntil(() => seen.done === count);
  await Promise.all(ticks);
  return { ...seen, elapsedMs: elapsed() };
}

describe("TickWindow", () => {
  it("runs a few ticks at once", async () => {
    expect(await runTicks(2)).toEqual({ done: 2, running: 0, most: 2, elapsedMs: 20 });
  });

  it("runs all of a thousand due ticks, a few at a time", async () => {
    const { done, most, elapsedMs } = await runTicks(1_000);

    expect({ done, most }).toEqual({ done: 1_000, most: 2 });
    expect(elapsedMs).toBeLessThan(120_000);
  });

  it("waits for an isolate whose timers are late, but not for ever", async () => {
    const { done, most } = await runTicks(12, () => 500);

    expect({ done, most }).toEqual({ done: 12, most: 2 });
  });

  it("begins no tick while timers are late", async () => {
    let timers = 0;
    const { clock, runUntil, elapsed } = fakeClock(() => (++timers <= 10 ? 500 : 0));
    const window = new TickWindow(clock);
    let done = 0;
    const ticks = [1, 2, 3].map(() => window.run(async () => void done++));
    await runUntil(() => done === 3);
    await Promise.all(ticks);

    expect(elapsed()).toBeGreaterThan(10 * 500);
    expect(elapsed()).toBeLessThan(10_000);
  });

  it("frees the slot of a tick that failed, and later that of a tick that died", async () => {
    const { clock, runUntil } = fakeClock();
    const window = new TickWindow(clock);
    const fail = window.run(() => Promise.reject(new Error("failed")));
    void window.run(() => new Promise(() => {}));
    void window.run(() => new Promise(() => {}));
    let isDone = false;
    const last = window.run(async () => {
      isDone = true;
    });

    await expect(fail).rejects.toThrow("failed");
    await runUntil(() => isDone);
    await last;
    expect(isDone).toBe(true);
  });

  it("delays no tick where few schedules tick, and spreads those of many", async () => {
    const { clock } = fakeClock();
    const quiet = new TickWindow(clock);
    await quiet.run(async () => {});
    expect(quiet.jitterMs(0.9)).toBe(0);

    const { clock: crowded, runUntil } = fakeClock();
    const window = new TickWindow(crowded);
    let done = 0;
    for (let tick = 0; tick < 1_000; tick++) void window.run(async () => void done++);
    expect(window.jitterMs(0)).toBe(0);
    expect(window.jitterMs(0.5)).toBe(15_000);
    expect(window.jitterMs(0.999)).toBeLessThan(30_000);

    await runUntil(() => done === 1_000);
  });

  it("gives each schedule its own place", () => {
    const shares = Array.from({ length: 1_000 }, () => shareOf(newId("sched_")));

    expect(new Set(shares).size).toBe(1_000);
    const tenths = Map.groupBy(shares, (share) => Math.floor(share * 10));
    expect(tenths.size).toBe(10);
    expect(Math.max(...Array.from(tenths.values(), (places) => places.length))).toBeLessThan(200);
  });
});
