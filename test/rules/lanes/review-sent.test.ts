import { describe, it } from "vitest";

import { reviewSent } from "../../../src/lanes/review-sent.ts";

const NOW = 1_000_000_000;
const MINUTE = 60_000;

describe("a job that was sent and whose end is not reported", () => {
  it.for([
    ["is waited for", 7, 1, null, "keep"],
    ["is sent again after eight minutes", 9, 1, null, "resend"],
    ["is sent again when the queue only holds later messages", 11, 1, 5, "resend"],
    ["is not doubled while its message may wait in the queue", 500, 1, 501, "keep"],
    ["is dropped when the second message had no end either", 11, 2, null, "drop"],
    ["is waited for from now on when the clock has jumped back", -60, 1, null, "restart"],
  ] as const)("%s", ([_name, ageMinutes, sends, oldestMinutes, decision], { expect }) => {
    const oldest = oldestMinutes === null ? null : NOW - oldestMinutes * MINUTE;

    expect(reviewSent({ sentAt: NOW - ageMinutes * MINUTE, sends }, NOW, oldest)).toBe(decision);
  });
});
