import { describe, expect, it } from "vitest";

import {
  numbersOf,
  passWatch,
  repeatWatch,
  runsOf,
  WATCH_MS,
} from "../../../../src/retrieval/vectorize/late-effects.ts";

const SINCE = 1_800_000_000_000;
const DAY = 86_400_000;

describe("the times at which an index is asked again", () => {
  it("come later and later, the last one a day after the change", () => {
    const asked: number[] = [];
    for (let times = passWatch(SINCE, SINCE); times; times = passWatch(SINCE, times.dueAt)) {
      asked.push(times.dueAt - SINCE);
    }
    expect(asked).toEqual(WATCH_MS);
    expect(asked.at(-1)).toBe(DAY);
  });

  it("undo an effect before it is four times as old as it was when it came", () => {
    for (let delay = 20_000; delay <= DAY; delay += 7_000) {
      const undone = WATCH_MS.find((ms) => ms >= delay) ?? Infinity;
      expect(undone).toBeLessThan(4 * delay);
    }
  });

  it("are not made up for, but for the last one", () => {
    expect(passWatch(SINCE, SINCE + 0.9 * DAY)).toEqual({ since: SINCE, dueAt: SINCE + DAY });
    expect(passWatch(SINCE, SINCE + 2 * DAY)).toBeNull();
  });

  it("have another one soon after something was wrong, also after the last", () => {
    const now = SINCE + DAY;
    expect(repeatWatch(SINCE, now)).toEqual({ since: SINCE, dueAt: now + 60_000 });
  });
});

describe("numbers of chunks", () => {
  it("are joined to runs, each once", () => {
    const runs = runsOf([7, 1, 2, 9, 8, 2]);
    expect(runs).toEqual([
      { first: 1, count: 2 },
      { first: 7, count: 3 },
    ]);
    expect(numbersOf(runs)).toEqual([1, 2, 7, 8, 9]);
  });
});
