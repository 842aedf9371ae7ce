import { describe, expect, it } from "vitest";

import { correctAhead } from "../../../console/state/clock.ts";

const DAY_MS = 86_400_000;
const date = "Mon, 30 Nov 2026 12:00:00 GMT";
const at = Date.parse(date);

describe("the difference of the clocks", () => {
  it("is found to within the time of the request and a second", () => {
    const slow = at - 400 * DAY_MS;

    expect(correctAhead(0, { date, sentAt: slow, receivedAt: slow + 200 })).toBe(
      400 * DAY_MS + 400,
    );
    expect(correctAhead(0, { date, sentAt: at + DAY_MS, receivedAt: at + DAY_MS })).toBe(
      -DAY_MS + 500,
    );
  });

  it("stays while a response agrees with it, however slow that is", () => {
    expect(correctAhead(0, { date, sentAt: at + 300, receivedAt: at + 900 })).toBe(0);
    expect(correctAhead(5_000, { date, sentAt: at - 9_000, receivedAt: at + 9_000 })).toBe(5_000);
  });

  it("is not taken from a response without a date, or across a change of the browser's clock", () => {
    expect(correctAhead(7, { date: null, sentAt: at, receivedAt: at })).toBe(7);
    expect(correctAhead(7, { date: "soon", sentAt: at, receivedAt: at })).toBe(7);
    expect(correctAhead(7, { date, sentAt: at + DAY_MS, receivedAt: at })).toBe(7);
  });
});
