import { z } from "zod";

/** Milliseconds of a minute. */
const MINUTE_MS = 60_000;
/** Milliseconds of a day. */
const DAY_MS = 24 * 60 * MINUTE_MS;

const UNITS_MS = { ms: 1, s: 1_000, m: MINUTE_MS, h: 60 * MINUTE_MS, d: DAY_MS } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * Parses a duration such as "500ms", "30s", "5m", "24h" or "7d" to whole milliseconds. Returns null if the text is not
 * a duration.
 */
export function durationMs(text: string): number | null {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) return null;
  return Math.round(Number(amount) * UNITS_MS[unit]);
}

/**
 * Makes a zod schema for a duration from `min` to `max`, such as "1s" and "24h". It parses to the same text. The error
 * message names the bounds.
 */
export const durationText = (min: string, max: string) =>
  z.string().superRefine((text, context) => {
    const message = durationProblem(text, min, max);
    if (message !== null) context.addIssue({ code: "custom", message });
  });

/**
 * Makes a zod schema for a duration from `min` to `max`, such as "1s" and "24h", which it parses to milliseconds. Used
 * for parameters of a step, once their templates are filled in.
 */
export const duration = (min: string, max: string) =>
  durationText(min, max).transform((text) => durationMs(text) ?? 0);

function durationProblem(text: string, min: string, max: string): string | null {
  const ms = durationMs(text);
  if (ms === null) {
    return `"${text.slice(0, 40)}" is not a duration: write a number with ms, s, m, h or d, such as "30s"`;
  }
  const tooShort = ms < (durationMs(min) ?? 0);
  if (tooShort || ms > (durationMs(max) ?? 0)) {
    return `${text.slice(0, 40)} is too ${tooShort ? "short" : "long"}: write ${min} to ${max}`;
  }
  return null;
}

const isUnit = (unit: string | undefined): unit is keyof typeof UNITS_MS =>
  unit !== undefined && Object.hasOwn(UNITS_MS, unit);
