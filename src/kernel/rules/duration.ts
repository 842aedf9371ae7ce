import { z } from "zod";

export const MINUTE_MS = 60_000;
export const DAY_MS = 24 * 60 * MINUTE_MS;

const UNITS_MS = { ms: 1, s: 1_000, m: MINUTE_MS, h: 60 * MINUTE_MS, d: DAY_MS } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A duration as workflows write it, "500ms", "30s", "5m", "24h", "7d", in whole milliseconds; null when it is none. */
export function durationMs(text: string): number | null {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) return null;
  return Math.round(Number(amount) * UNITS_MS[unit]);
}

/** Text that is a duration between two others, which the message of a refusal names. */
export const durationText = (min: string, max: string) =>
  z.string().superRefine((text, context) => {
    const message = durationProblem(text, min, max);
    if (message !== null) context.addIssue({ code: "custom", message });
  });

/** The same, read: milliseconds. For `with`, which is parsed when it has been filled in. */
export const duration = (min: string, max: string) =>
  durationText(min, max).transform((text) => durationMs(text) ?? 0);

function durationProblem(text: string, min: string, max: string): string | null {
  const ms = durationMs(text);
  if (ms === null) {
    return `"${text.slice(0, 40)}" is not a duration: write a number with ms, s, m, h or d, such as "30s"`;
  }
  const tooShort = ms < (durationMs(min) ?? 0);
  if (tooShort || ms > (durationMs(max) ?? 0)) {
    return `${text} is too ${tooShort ? "short" : "long"}: write ${min} to ${max}`;
  }
  return null;
}

const isUnit = (unit: string | undefined): unit is keyof typeof UNITS_MS =>
  unit !== undefined && Object.hasOwn(UNITS_MS, unit);
