import { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW } from "../definition.ts";
import { duration } from "../duration.ts";

const SIGNAL_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const WORKFLOW_REFERENCE = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}(?:@[1-9][0-9]{0,8})?$/;

/** The schema of the parameters of `sleep@1`: a duration, or a time to wait for. */
export const SleepWith = z
  .strictObject({
    for: duration("0ms", "365d").exactOptional(),
    /** RFC 3339. A time in the past ends the wait at once. */
    until: z.iso.datetime({ offset: true }).exactOptional(),
  })
  .refine(
    (sleep) => (sleep.for === undefined) !== (sleep.until === undefined),
    'needs either for, such as "10m", or until, a time such as "2030-01-31T09:00:00Z"',
  );

/**
 * The schema of the parameters of `signal@1`: the signal's name, the fields it must have, and what happens on timeout.
 */
export const SignalWith = z.strictObject({
  name: z.string().regex(SIGNAL_NAME, "must be letters, digits, _ and -, and begin with a letter"),
  /**
   * Fields that the signal must have. A signal with an `event` cannot arrive early, since it refers to the event of the
   * wait.
   */
  requires: z
    .array(z.enum(["actor", "reason", "event"]))
    .max(3)
    .default([]),
  timeout: duration("1ms", "365d").default(24 * 3_600_000),
  /** The end of the step if the signal does not arrive in time. */
  on_timeout: z.enum(["fail", "complete"]).default("fail"),
});

/** The schema of the parameters of `workflow@1`: the workflow to run, and the input of that run. */
export const SubworkflowWith = z.strictObject({
  /** A name, which means its latest version when the run begins, or `name@version`. */
  workflow: z
    .string()
    .regex(WORKFLOW_REFERENCE, 'must be the name of a workflow, such as "refund" or "refund@3"'),
  input: z.unknown().default({}),
});

/**
 * The schemas of the parameters of the waits that the kernel implements, by step type. They parse durations to
 * milliseconds.
 */
export const NATIVE_WAITS = {
  [SLEEP]: SleepWith,
  [SIGNAL]: SignalWith,
  [SUBWORKFLOW]: SubworkflowWith,
} as const;

/** Tests whether a step type is a wait that the kernel implements itself (for a time, a signal or a run). */
export const isNative = (use: string): use is keyof typeof NATIVE_WAITS =>
  Object.hasOwn(NATIVE_WAITS, use);

/**
 * Makes the output of a `signal@1` step whose signal did not arrive in time. The argument `at` is in milliseconds since
 * the epoch; the output has it as `at` in Unix seconds.
 */
export const timedOutSignal = (at: number) => ({
  status: "timed_out",
  payload: null,
  actor: null,
  reason: null,
  event: null,
  at: Math.floor(at / 1000),
});
