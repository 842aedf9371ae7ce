import { describe, expect, it } from "vitest";

import {
  COUNTED_MAX,
  nextTimes,
  parseCron,
  type TickTimes,
} from "../../../../src/workflow/schedule/cron-times.ts";

const at = (text: string) => Date.parse(text);
const iso = (time: number) => new Date(time).toISOString().replace(":00.000Z", "Z");

function parseTimes(cron: string, zone = "UTC"): TickTimes {
  const times = parseCron(cron, zone);
  if (times.ok) return times.value;
  throw new Error(times.error.message);
}

describe("parseCron", () => {
  it.each([
    ["*/15 * * * *", "2026-12-01T00:15Z"],
    ["0 9 * * MON-FRI", "2026-12-01T09:00Z"],
    ["  0   9  1 1 *  ", "2027-01-01T09:00Z"],
    ["0 0 L * *", "2026-12-31T00:00Z"],
    ["0 0 29 2 *", "2028-02-29T00:00Z"],
    ["@hourly", "2026-12-01T01:00Z"],
    ["@Daily", "2026-12-02T00:00Z"],
    ["@weekly", "2026-12-06T00:00Z"],
    ["@monthly", "2027-01-01T00:00Z"],
    ["@annually", "2027-01-01T00:00Z"],
  ])("reads %j", (cron, expected) => {
    expect(nextTimes(parseTimes(cron), at("2026-12-01T00:00Z"), 1).map(iso)).toEqual([expected]);
  });

  it.each([
    ["0 0 * * * *", "it has 6 fields, but a schedule has no seconds and no years"],
    ["* * * *", "it has 4 fields instead of 5"],
    ["", "it has 0 fields instead of 5"],
    ["2027-01-01T00:00:00", "it has 1 fields instead of 5"],
    ["60 * * * *", "Invalid value for minute: 60"],
    ["0 9 * * FOO", "illegal characters"],
    ["*/0 * * * *", "illegal stepping: 0"],
    ["0 0 30 2 *", "it matches no date"],
    ["@reboot", "the nicknames are @hourly, @daily"],
    ["@daily 5", "the nicknames are"],
    [`${"0,".repeat(200)}0 * * * *`, "more than 256 characters"],
  ])("refuses %j with the reason", (cron, reason) => {
    const refused = parseCron(cron, "UTC");
    expect(refused).toMatchObject({ ok: false, error: { code: "invalid_request", param: "cron" } });
    expect(!refused.ok && refused.error.message).toContain(reason);
  });

  it.each(["Mars/Olympus", "+01:00", "", " UTC", "Europe/Berlin; DROP"])(
    "refuses the time zone %j",
    (zone) => {
      const refused = parseCron("@daily", zone);
      expect(refused).toMatchObject({ ok: false, error: { param: "time_zone" } });
      expect(!refused.ok && refused.error.message).toContain("IANA");
    },
  );
});

describe("when clocks change", () => {
  it.each<[string, string, string, string, string[]]>([
    [
      "runs a fixed time that does not exist right after the gap",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-03-28T12:00Z",
      ["2026-03-29T01:00Z", "2026-03-30T00:30Z"],
    ],
    [
      "runs a fixed time that does not exist right after the gap, in another year",
      "30 2 * * *",
      "Europe/Berlin",
      "2027-03-27T12:00Z",
      ["2027-03-28T01:00Z", "2027-03-29T00:30Z"],
    ],
    [
      "runs a fixed time that exists twice at the first of them",
      "30 2 * * *",
      "Europe/Berlin",
      "2026-10-24T12:00Z",
      ["2026-10-25T00:30Z", "2026-10-26T01:30Z"],
    ],
    [
      "runs each of several fixed times once",
      "30 2,14 * * *",
      "Europe/Berlin",
      "2027-10-30T20:00Z",
      ["2027-10-31T00:30Z", "2027-10-31T13:30Z", "2027-11-01T01:30Z"],
    ],
    [
      "skips the steps inside the gap",
      "*/30 * * * *",
      "Europe/Berlin",
      "2026-03-29T00:00Z",
      ["2026-03-29T00:30Z", "2026-03-29T01:00Z", "2026-03-29T01:30Z"],
    ],
    [
      "steps through the repeated hour twice",
      "*/30 2 * * *",
      "Europe/Berlin",
      "2026-10-24T12:00Z",
      ["2026-10-25T00:00Z", "2026-10-25T00:30Z", "2026-10-25T01:00Z", "2026-10-25T01:30Z"],
    ],
    [
      "runs a fixed time in New York's gap right after it",
      "15 2 * * *",
      "America/New_York",
      "2026-03-07T12:00Z",
      ["2026-03-08T07:00Z", "2026-03-09T06:15Z"],
    ],
    [
      "runs a fixed time in New York's gap right after it, in another year",
      "15 2 * * *",
      "America/New_York",
      "2027-03-13T12:00Z",
      ["2027-03-14T07:00Z", "2027-03-15T06:15Z"],
    ],
    [
      "runs a fixed time in New York's repeated hour once",
      "30 1 * * *",
      "America/New_York",
      "2026-10-31T12:00Z",
      ["2026-11-01T05:30Z", "2026-11-02T06:30Z"],
    ],
    [
      "runs hourly through New York's repeated hour",
      "0 * * * *",
      "America/New_York",
      "2027-11-07T04:30Z",
      ["2027-11-07T05:00Z", "2027-11-07T06:00Z", "2027-11-07T07:00Z"],
    ],
  ])("%s: %s in %s", (_name, cron, zone, from, expected) => {
    expect(nextTimes(parseTimes(cron, zone), at(from), expected.length).map(iso)).toEqual(expected);
  });

  it.each(["Europe/Berlin", "America/New_York"])("never goes back, in %s", (zone) => {
    for (const cron of ["*/20 * * * *", "30 1,2 * * *", "0 0-23/3 * * *"]) {
      const times = nextTimes(parseTimes(cron, zone), at("2026-03-01T00:00Z"), 500);
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    }
  });
});

describe("the ticks between two times", () => {
  it("include both ends", () => {
    const between = parseTimes("0 * * * *").between(
      at("2026-12-01T10:00Z"),
      at("2026-12-01T12:00Z"),
      100,
    );
    expect(between.newest.map(iso)).toEqual([
      "2026-12-01T10:00Z",
      "2026-12-01T11:00Z",
      "2026-12-01T12:00Z",
    ]);
    expect(between.count).toBe(3);
  });

  it("are the newest ones when there are many, and all are counted", () => {
    const from = at("2026-12-01T00:00Z");
    const between = parseTimes("* * * * *").between(from, from + 299 * 60_000, 100);
    expect(between.count).toBe(300);
    expect(between.newest).toHaveLength(100);
    expect(between.newest.at(0)).toBe(from + 200 * 60_000);
    expect(between.newest.at(-1)).toBe(from + 299 * 60_000);
  });

  it.each(["2029-12-01T00:00:00Z", "2029-12-01T00:00:59Z"])(
    "are counted up to a bound after years: %s",
    (end) => {
      const [from, now] = [at("2026-12-01T00:00Z"), at(end)];
      const between = parseTimes("* * * * *", "Europe/Berlin").between(from, now, 100);
      expect(between.count).toBe(COUNTED_MAX);
      expect(between.newest).toHaveLength(100);
      expect(between.newest.at(-1)).toBe(at("2029-12-01T00:00Z"));
      expect(between.newest.at(0)).toBe(at("2029-11-30T22:21Z"));
    },
  );
});
