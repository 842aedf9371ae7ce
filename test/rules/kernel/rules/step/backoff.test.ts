import { describe, expect, it } from "vitest";

import { RETRY_BACKGROUND, RETRY_INTERACTIVE } from "../../../../../src/kernel/rules/definition.ts";
import { backoffMs } from "../../../../../src/kernel/rules/step/backoff.ts";

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
