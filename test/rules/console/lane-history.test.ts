import { describe, it } from "vitest";

import {
  addSample,
  HISTORY_MS,
  type LaneHistory,
  readCurve,
  readRange,
} from "../../../console/pages/queue/lane-history.ts";

const MINUTE = 60_000;
const seen = (...samples: [at: number, jobs: number | null][]): LaneHistory =>
  samples.map(([at, jobs]) => ({ at, jobs: jobs === null ? null : { default: jobs } }));

describe("the curve of a lane", () => {
  it("holds each value until the next, and the last one until now", ({ expect }) => {
    const history = seen([0, 2], [10_000, 5]);
    expect(readCurve(history, "default", 30_000)).toEqual({
      at: [-30, -20, 0],
      jobs: [2, 5, 5],
    });
    expect(readCurve(history, "batch", 30_000).jobs).toEqual([null, null, null]);
  });

  it("has a gap where nobody has looked, up to which the value before holds", ({ expect }) => {
    const history = seen([0, 2], [10_000, null], [20_000, 4]);
    expect(readCurve(history, "default", 20_000)).toEqual({
      at: [-20, -10.001, -10, 0],
      jobs: [2, 2, null, 4],
    });
  });

  it("begins at the edge of the window with the value that held there", ({ expect }) => {
    const history = seen([0, 2], [MINUTE, 3], [HISTORY_MS, 4]);
    const now = HISTORY_MS + 2 * MINUTE;
    expect(readCurve(history, "default", now)).toEqual({ at: [-900, -120, 0], jobs: [3, 4, 4] });
    expect(addSample(history, { at: now, jobs: null })).toHaveLength(3);
  });

  it("is of its own time, though more was seen since", ({ expect }) => {
    const curve = readCurve(seen([0, 2], [10_000, 5], [20_000, 6]), "default", 15_000);
    expect(curve).toEqual({ at: [-15, -5, 0], jobs: [2, 5, 5] });
  });

  it("is empty before anything is seen", ({ expect }) => {
    expect(readCurve([], "default", 5)).toEqual({ at: [], jobs: [] });
  });
});

describe("the range of a curve", () => {
  const curve = readCurve(seen([0, 7], [90_000, 1], [100_000, null]), "default", 120_000);

  it("counts the value that holds from before", ({ expect }) => {
    expect(readRange(curve, -60, 0)).toEqual({ least: 1, most: 7 });
    expect(readRange(curve, -120, -60)).toEqual({ least: 7, most: 7 });
  });

  it("is not known where nobody has looked", ({ expect }) => {
    expect(readRange(curve, -10, 0)).toBeNull();
  });
});
