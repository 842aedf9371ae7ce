import { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW } from "../definition.ts";
import { duration } from "../duration.ts";

const SIGNAL_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const WORKFLOW_REFERENCE = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}(?:@[1-9][0-9]{0,8})?$/;

export const SleepWith = z
  .strictObject({
    for: duration("0ms", "365d").exactOptional(),
    /** RFC 3339; a time in the past is over at once. */
    until: z.iso.datetime({ offset: true }).exactOptional(),
  })
  .refine(
    (sleep) => (sleep.for === undefined) !== (sleep.until === undefined),
    'needs either for, such as "10m", or until, a time such as "2030-01-31T09:00:00Z"',
  );

export const SignalWith = z.strictObject({
  name: z.string().regex(SIGNAL_NAME, "must be letters, digits, _ and -, and begin with a letter"),
  /** Fields that a signal must carry. One that refers to an `event` cannot come early: it answers the wait's own event. */
  requires: z
    .array(z.enum(["actor", "reason", "event"]))
    .max(3)
    .default([]),
  timeout: duration("1ms", "365d").default(24 * 3_600_000),
  /** How the step ends when nobody sends the signal in time. */
  on_timeout: z.enum(["fail", "complete"]).default("fail"),
});

export const SubworkflowWith = z.strictObject({
  /** A name, which means its latest version when the step begins, or `name@version`. */
  workflow: z
    .string()
    .regex(WORKFLOW_REFERENCE, 'must be the name of a workflow, such as "refund" or "refund@3"'),
  input: z.unknown().default({}),
});

/** The kernel's own waits, by handler, with the schemas of their `with`. Durations are milliseconds once parsed. */
export const NATIVE_WAITS = {
  [SLEEP]: SleepWith,
  [SIGNAL]: SignalWith,
  [SUBWORKFLOW]: SubworkflowWith,
} as const;

export const isNative = (use: string): use is keyof typeof NATIVE_WAITS =>
  Object.hasOwn(NATIVE_WAITS, use);

/** A signal that timed out, as the step's output. */
export const timedOutSignal = (at: number) => ({
  status: "timed_out",
  payload: null,
  actor: null,
  reason: null,
  event: null,
  at: Math.floor(at / 1000),
});
