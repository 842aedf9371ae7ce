import { describe, it } from "vitest";

import { DrainRate } from "../../../src/lanes/drain-rate.ts";

/** Counts ends at a steady rate, from the time 0 on. */
function drain(perSecond: number, seconds: number): DrainRate {
  const rate = new DrainRate(0);
  for (let end = 1; end <= perSecond * seconds; end++) rate.add((end * 1_000) / perSecond);
  return rate;
}

describe("the rate at which jobs end", () => {
  it.for([5, 30, 300])("is right after %s seconds of a steady rate", (seconds, { expect }) => {
    const rate = drain(10, seconds).perSecond(seconds * 1_000);

    expect(rate).toBeGreaterThan(9.5);
    expect(rate).toBeLessThan(10.5);
  });

  it("falls when nothing ends any more", ({ expect }) => {
    const rate = drain(10, 60);

    expect(rate.perSecond(90_000)).toBeLessThan(4);
    expect(rate.perSecond(600_000)).toBeLessThan(0.01);
  });

  it("is zero before the first end, and a number when the clock jumps back", ({ expect }) => {
    expect(new DrainRate(0).perSecond(0)).toBe(0);
    const rate = drain(10, 60);
    rate.add(-3_600_000);
    expect(rate.perSecond(-3_600_000)).toBeGreaterThan(0);
    expect(Number.isFinite(rate.perSecond(-3_600_000))).toBe(true);
  });
});
