import { describe, it } from "vitest";

import type { EventDetail, RunEventType } from "../../../../src/kernel/rules/run/event.ts";
import { StepTimesCollector } from "../../../../src/workflow/runs/step-times.ts";

type TestEvent = readonly [type: RunEventType, detail?: EventDetail];

/** Returns the times of the step `a` after these events, one per millisecond, starting at 1. */
function timesAfter(...events: readonly TestEvent[]) {
  const book = new StepTimesCollector();
  for (const [index, [type, detail = null]] of events.entries()) {
    book.add({ seq: index + 1, at: index + 1, type, step: "a", detail });
  }
  return book;
}

const started = (attempt: number): TestEvent => ["step.started", { attempt }];

describe("the times of a step", () => {
  it("span its attempts", ({ expect }) => {
    const book = timesAfter(
      started(1),
      ["step.retried", { message: "no", attempt: 1 }],
      started(2),
      ["step.lost", { message: "lost", attempt: 2 }],
      started(3),
      ["step.completed"],
    );
    expect(book.of("a")).toEqual({
      startedAt: 1,
      endedAt: 6,
      attempts: [
        { attempt: 1, startedAt: 1, endedAt: 2, error: "no" },
        { attempt: 2, startedAt: 3, endedAt: 4, error: "lost" },
        { attempt: 3, startedAt: 5, endedAt: 6, error: null },
      ],
    });
  });

  it("start over when the step is retried", ({ expect }) => {
    const book = timesAfter(
      started(1),
      ["step.failed", { message: "no" }],
      ["run.retried"],
      started(1),
    );
    expect(book.of("a")).toEqual({
      startedAt: 4,
      endedAt: null,
      attempts: [{ attempt: 1, startedAt: 4, endedAt: null, error: null }],
    });
  });

  it("have no start for a step without external effects", ({ expect }) => {
    expect(timesAfter(["step.completed"]).of("a")).toEqual({
      startedAt: null,
      endedAt: 1,
      attempts: [],
    });
    expect(timesAfter(["step.completed"], ["step.completed"]).of("a")).toMatchObject({
      endedAt: 2,
    });
    expect(timesAfter().of("a")).toEqual({ startedAt: null, endedAt: null, attempts: [] });
  });

  it("include a wait, and record undo work separately", ({ expect }) => {
    const book = timesAfter(["step.waiting"], ["step.completed"], ["step.undone"]);
    expect(book.of("a")).toMatchObject({ startedAt: 1, endedAt: 2 });
    expect(book.of("a~undo")).toMatchObject({ endedAt: 3 });
  });

  it("keep the last ten attempts", ({ expect }) => {
    const events = Array.from({ length: 24 }, (_none, n): TestEvent =>
      n % 2 === 0 ? started(n / 2 + 1) : ["step.retried", { message: "no" }],
    );
    const { attempts, startedAt } = timesAfter(...events).of("a");
    expect(attempts.map(({ attempt }) => attempt)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(startedAt).toBe(1);
  });
});
