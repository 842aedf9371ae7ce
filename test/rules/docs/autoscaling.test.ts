import { readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, it } from "vitest";

import {
  CONSUMERS_MAX,
  ConsumerScaling,
} from "../../../scripts/docs/autoscaling/consumer-scaling.ts";
import { drawAutoscaling, SCENARIO } from "../../../scripts/docs/autoscaling/draw-autoscaling.ts";
import { simulateLane } from "../../../scripts/docs/autoscaling/simulate-lane.ts";
import { ROOT } from "./pages.ts";

/** Works on batches from a queue for a time, and returns the average number of consumers of its second half. */
function consume(perSecond: number, batchSize: number, batchSeconds: number): number {
  const scaling = new ConsumerScaling();
  let [backlog, ends, sum, count] = [0, [] as number[], 0, 0];
  for (let second = 1; second <= 3_600; second++) {
    backlog += perSecond;
    const busy = ends.length;
    const ended = ends.filter((end) => end <= second);
    ends = ends.filter((end) => end > second);
    while (ends.length < scaling.count && backlog > 0) {
      backlog = Math.max(0, backlog - batchSize);
      ends.push(second + batchSeconds);
    }
    const state = { backlog, perConsumer: batchSize / batchSeconds, busy };
    ended.forEach(() => scaling.endInvocation(false, state, second * 1_000));
    if (second > 1_800) [sum, count] = [sum + ends.length, count + 1];
  }
  return sum / count;
}

describe("the model of the platform's consumers", () => {
  it("gives the figure of the documentation: 100 messages a second in batches of 5 s need five", ({
    expect,
  }) => {
    expect(Math.round(consume(100, 100, 5))).toBe(5);
  });

  it("has no more than 250 consumers", ({ expect }) => {
    expect(consume(10_000, 10, 5)).toBe(CONSUMERS_MAX);
  });

  it("falls with the share of invocations that throw", ({ expect }) => {
    const scaling = new ConsumerScaling();
    const state = { backlog: 10_000, perConsumer: 1, busy: 1 };
    for (let now = 10_000; now <= 100_000; now += 10_000) {
      scaling.endInvocation(false, { ...state, busy: scaling.count }, now);
    }
    const before = scaling.count;
    scaling.endInvocation(true, { ...state, busy: before }, 105_000);
    scaling.endInvocation(false, { ...state, busy: before }, 110_000);
    expect(scaling.count).toBe(Math.floor(before / 2));
  });
});

describe("the simulation of the lane default", () => {
  const samples = simulateLane(SCENARIO);
  const minute = (at: number) => samples.find((sample) => sample.at === at * 60_000);

  it("keeps up with a burst, and with the end of it, by the number of consumers", ({ expect }) => {
    expect(minute(4)?.consumers).toBeLessThan(40);
    expect(minute(14)?.consumers).toBeGreaterThan(60);
    expect(minute(14)?.waiting).toBeLessThan(100);
    expect(minute(20)?.consumers).toBeLessThan(40);
  });

  it("has one consumer left in an outage, and loses no answer", ({ expect }) => {
    expect(minute(29)?.consumers).toBeLessThanOrEqual(2);
    expect(minute(40)?.waiting).toBeLessThan(100);
    const sum = (read: "arrived" | "completed") =>
      samples.reduce((all, sample) => all + sample[read] * 10, 0);
    const last = samples.at(-1);
    const open = Math.round(sum("arrived") - sum("completed"));
    expect(open).toBeGreaterThanOrEqual(last?.waiting ?? 0);
    expect(open).toBeLessThanOrEqual((last?.waiting ?? 0) + (last?.consumers ?? 0) * 5);
  });

  it("is the picture in the docs: run npm run docs:autoscaling", ({ expect }) => {
    const picture = readFileSync(join(ROOT, "docs/autoscaling.svg"), "utf8");
    expect(picture === drawAutoscaling()).toBe(true);
  });
});
