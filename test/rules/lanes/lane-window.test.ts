import { describe, it } from "vitest";

import {
  firstWindow,
  type LaneWindow,
  moveWindow,
  projectWindow,
  windowMax,
} from "../../../src/lanes/lane-window.ts";

/** Moves a window by the same wait, several times. */
function move(window: LaneWindow, times: number, waitedMs: number, isScarce = true): LaneWindow {
  let moved = window;
  for (let time = 0; time < times; time++) {
    moved = moveWindow(moved, { waitedMs, isScarce }, 1_000);
  }
  return moved;
}

describe("the window of a lane", () => {
  it("grows while messages do not wait and jobs do, up to what consumers can work on", ({
    expect,
  }) => {
    expect(move(firstWindow(), 10, 20).size).toBe(firstWindow().size + 10);
    expect(move(firstWindow(), 10_000, 20).size).toBe(1_000);
  });

  it("does not grow while no job waits for room", ({ expect }) => {
    expect(move(firstWindow(), 100, 20, false)).toEqual(firstWindow());
  });

  it("stays while messages wait some seconds", ({ expect }) => {
    expect(move(firstWindow(), 100, 3_000)).toEqual(firstWindow());
  });

  it("shrinks once for the messages that were sent before, not for each of them", ({ expect }) => {
    const large: LaneWindow = { size: 300, fixedFor: 0 };

    expect(move(large, 1, 60_000).size).toBe(200);
    expect(move(large, 301, 60_000).size).toBe(200);
    expect(move(large, 302, 60_000).size).toBe(133);
  });

  it("never closes", ({ expect }) => {
    expect(move(firstWindow(), 100_000, 60_000).size).toBe(8);
  });

  it("leaves room for another project, and lets each have something", ({ expect }) => {
    expect(projectWindow({ size: 32, fixedFor: 0 })).toBe(24);
    expect(projectWindow({ size: 1, fixedFor: 0 })).toBe(1);
  });

  it("is at most as large as one process or the platform's consumers can use", ({ expect }) => {
    expect(windowMax("batch", true)).toBe(32);
    expect(windowMax("batch", false)).toBe(1_250);
    expect(windowMax("interactive", false)).toBe(250);
  });
});
