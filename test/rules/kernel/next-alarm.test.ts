import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { nextAlarm } from "../../../src/kernel/next-alarm.ts";
import { formatDuration, parseDuration } from "../../../src/kernel/run/duration.ts";

describe("nextAlarm", () => {
  it("is the earliest time at which something can be done", () => {
    const due = fc.option(fc.nat());
    fc.assert(
      fc.property(fc.array(fc.record({ due, claimable: fc.boolean() })), (reasons) => {
        const times = reasons.flatMap((reason) =>
          reason.claimable && reason.due !== null ? [reason.due] : [],
        );
        expect(nextAlarm(reasons)).toBe(times.length === 0 ? null : Math.min(...times));
      }),
    );
  });
});

describe("a duration", () => {
  it.each([
    ["500ms", 500],
    ["1.5m", 90_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["0s", 0],
  ])("%s is %i ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(["", "5", "s", "-1s", "1 s", "1e3s", "5w", "1h30m"])("is not %j", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it("reads what was written", () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});
