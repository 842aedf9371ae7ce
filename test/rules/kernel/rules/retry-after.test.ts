import { describe, expect, it } from "vitest";

import { retryAfterMs } from "../../../../src/kernel/rules/retry-after.ts";

describe("retryAfterMs", () => {
  const now = Date.parse("2026-11-23T10:00:00Z");

  it.each([
    ["2", 2_000],
    ["Mon, 23 Nov 2026 10:00:03 GMT", 3_000],
    ["Mon, 23 Nov 2026 09:00:00 GMT", 0],
    ["soon", 0],
    [null, 0],
    [undefined, 0],
  ])("reads %s as %i ms", (value, ms) => {
    expect(retryAfterMs(value, now)).toBe(ms);
  });
});
