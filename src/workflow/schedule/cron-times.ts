import { Cron } from "croner";

import type { Refusal } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";

/** The times of a cron expression (ticks), at which a schedule starts runs, in milliseconds since the epoch. */
export type TickTimes = {
  /** Returns the first tick after `time`, both in milliseconds since the epoch; null if there is none. */
  after(time: number): number | null;
  /**
   * Returns the last `max` of the ticks from `from`, which must be a tick, to `now`, both included, oldest first; and
   * the number of all ticks in that period, at most `COUNTED_MAX`. All are in milliseconds since the epoch.
   */
  between(from: number, now: number, max: number): { newest: readonly number[]; count: number };
};

/**
 * Maximum number of ticks (times of a cron expression) that `TickTimes.between` counts; if there are more, its `count`
 * is this number. Finding a tick takes 0.1 ms, so counting takes at most half a second, however long the period is.
 */
export const COUNTED_MAX = 5_000;

/** Long enough for a list of every second minute. */
const CRON_LENGTH_MAX = 256;

/**
 * Parses a cron expression of five fields, or a nickname such as `@daily`, in an IANA time zone. When clocks change, an
 * expression with fixed times gives one tick: at the first of two equal times, or right after a gap that skipped its
 * time. An expression with a wildcard or a step in its minutes or hours follows real time, so it gives the ticks of a
 * repeated hour twice.
 */
export function parseCron(expression: string, timeZone: string): Result<TickTimes, Refusal> {
  const zone = checkZone(timeZone);
  if (zone !== null) return err(zone);
  const fields = expression.trim().split(/\s+/);
  const problem = checkFields(expression, fields);
  if (problem !== null) return err(badCron(expression, problem));
  try {
    // Without a callback, the library only calculates and starts no timer.
    const cron = new Cron(fields.join(" "), {
      timezone: timeZone,
      mode: "5-part",
      fixedTimeRule: "no-wildcard",
    });
    if (!cron.nextRun()) return err(badCron(expression, "it matches no date"));
    return ok(toTickTimes(cron));
  } catch (error) {
    return err(badCron(expression, readReason(error)));
  }
}

/**
 * Returns the first `count` ticks (times of the cron expression) after `time`, or fewer if there are no more. All times
 * are in milliseconds since the epoch.
 */
export function nextTimes(times: TickTimes, time: number, count: number): number[] {
  const found: number[] = [];
  let next = times.after(time);
  while (next !== null && found.length < count) {
    found.push(next);
    next = times.after(next);
  }
  return found;
}

function toTickTimes(cron: Cron): TickTimes {
  const after = (time: number) => cron.nextRun(new Date(time))?.getTime() ?? null;
  return {
    after,
    between(from, now, max) {
      let newest: number[] = [];
      let count = 0;
      for (let tick: number | null = from; tick !== null && tick <= now; tick = after(tick)) {
        if (count === COUNTED_MAX) return { newest: lastBefore(cron, now, max), count };
        count++;
        newest.push(tick);
        if (newest.length > 2 * max) newest = newest.slice(-max);
      }
      return { newest: newest.slice(-max), count };
    },
  };
}

/** Calls the library, which finds times before its reference, to the second. */
const lastBefore = (cron: Cron, now: number, max: number) =>
  cron
    .previousRuns(max, new Date(now + 1_000))
    .map((date) => date.getTime())
    .filter((tick) => tick <= now)
    .toReversed();

function checkZone(timeZone: string): Refusal | null {
  if (/^[A-Za-z]/.test(timeZone) && isZone(timeZone)) return null;
  return {
    code: "invalid_request",
    message: `Invalid 'time_zone': '${shorten(timeZone, QUOTED_MAX)}' is not the name of an IANA time zone, such as 'Europe/Berlin' or 'UTC'.`,
    param: "time_zone",
  };
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

function checkFields(expression: string, fields: readonly string[]): string | null {
  if (expression.length > CRON_LENGTH_MAX) return `it has more than ${CRON_LENGTH_MAX} characters`;
  const [first = ""] = fields;
  if (first.startsWith("@")) {
    const isKnown = fields.length === 1 && NICKNAMES.some((name) => name === first.toLowerCase());
    return isKnown ? null : `the nicknames are ${NICKNAMES.join(", ")}`;
  }
  if (fields.length === 6) {
    return "it has 6 fields, but a schedule has no seconds and no years; the finest step is a minute";
  }
  if (fields.length === 5) return null;
  const count = first === "" ? 0 : fields.length;
  return `it has ${count} fields instead of 5: minute, hour, day of month, month, day of week`;
}

const NICKNAMES = ["@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually"];

function badCron(expression: string, problem: string): Refusal {
  const message = `Invalid 'cron': '${shorten(expression, QUOTED_MAX)}' cannot be used: ${problem}.`;
  return { code: "invalid_request", message, param: "cron" };
}

/** Returns the library's message without its prefix and its full stop. */
function readReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Cron\w+: /, "").replace(/\.$/, "");
}

const QUOTED_MAX = 60;
