import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { nextAlarm } from "../../../../src/kernel/rules/next-alarm.ts";

describe("nextAlarm", () => {
  it("is the earliest time at which work can be done", () => {
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
