import { describe, expect, it } from "vitest";

import { RETRY_BACKGROUND, RETRY_INTERACTIVE } from "../../../../../src/kernel/rules/definition.ts";
import { backoffMs, outageDelayMs } from "../../../../../src/kernel/rules/step/backoff.ts";

describe("backoffMs", () => {
  it.each([
    [1, 0, 0],
    [1, 0.999, 199],
    [2, 0.5, 200],
    [6, 0.5, 2_500],
    [60, 0.999, 4_995],
  ])("after attempt %i with the random number %f is %i ms", (attempt, dice, expected) => {
    expect(backoffMs(RETRY_INTERACTIVE, attempt, () => dice)).toBe(expected);
  });

  it("never exceeds the cap", () => {
    expect(backoffMs(RETRY_BACKGROUND, 10_000, () => 1)).toBe(RETRY_BACKGROUND.capMs);
  });
});

describe("outageDelayMs", () => {
  it.each([
    ["begins with a second", 0, 0, 1_000],
    ["waits a quarter of the time so far at least", 60_000, 0, 15_000],
    ["waits a half at most", 60_000, 0.999_99, 30_000],
    ["never waits longer than 10 minutes", 20 * 3_600_000, 0.5, 600_000],
  ])("%s", (_name, sinceFirstMs, dice, expected) => {
    expect(outageDelayMs(sinceFirstMs, () => dice)).toBe(expected);
  });

  it("tries at most 200 times in the 24 hours of a step", () => {
    let [now, attempts] = [0, 0];
    for (; now < 24 * 3_600_000; attempts++) now += outageDelayMs(now, () => 0);
    expect(attempts).toBeLessThan(200);
  });
});
