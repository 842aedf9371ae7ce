import { describe, expect, it } from "vitest";

import { duration, durationMs } from "../../../../src/kernel/rules/duration.ts";

describe("durations", () => {
  it.each([
    ["500ms", 500],
    ["30s", 30_000],
    ["5m", 300_000],
    ["24h", 86_400_000],
    ["7d", 604_800_000],
    ["1.5s", 1_500],
    ["0s", 0],
  ])("reads %s", (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(["", "30", "s", "-5s", "5 m", "1h30m", "1e3s", "5M", "constructor", "5constructor"])(
    "refuses %j",
    (text) => {
      expect(durationMs(text)).toBeNull();
    },
  );

  it("explains the format of a duration and its limits", () => {
    const messages = ["soon", "31d", "0ms"].map(
      (text) => duration("1ms", "30d").safeParse(text).error?.issues[0]?.message,
    );

    expect(messages).toEqual([
      '"soon" is not a duration: write a number with ms, s, m, h or d, such as "30s"',
      "31d is too long: write 1ms to 30d",
      "0ms is too short: write 1ms to 30d",
    ]);
  });
});
