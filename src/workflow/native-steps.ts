import { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW } from "../kernel/definition.ts";
import { duration } from "./language/duration.ts";

/** What there is to `use`, by `name@major`. */
export type StepTypes = Readonly<Record<string, StepType>>;

export type StepType = {
  /** What its `with` looks like once it is filled in; `{}` stands in for none. Without it, anything goes. */
  readonly with?: z.ZodType;
  /** Nothing is done, only waited: it has no attempts, no items, and is no way to do or to undo anything. */
  readonly waits?: boolean;
};

const SIGNAL_NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}$/;
const WORKFLOW_REFERENCE = /^[a-zA-Z][a-zA-Z0-9_-]{0,63}(?:@[1-9][0-9]{0,8})?$/;

export const SleepWith = z
  .strictObject({
    for: duration("0ms", "30d").exactOptional(),
    /** RFC 3339; a time in the past is over at once. */
    until: z.iso.datetime({ offset: true }).exactOptional(),
  })
  .refine(
    (sleep) => (sleep.for === undefined) !== (sleep.until === undefined),
    'needs either for, such as "10m", or until, a time such as "2030-01-31T09:00:00Z"',
  );

export const SignalWith = z.strictObject({
  name: z.string().regex(SIGNAL_NAME, "must be letters, digits, _ and -, and begin with a letter"),
  /** What a signal must carry to be accepted. */
  requires: z
    .array(z.enum(["actor", "reason"]))
    .max(2)
    .default([]),
  timeout: duration("1ms", "30d").default(24 * 3_600_000),
  /** Whether the step fails or completes when nobody sends the signal in time. */
  on_timeout: z.enum(["fail", "complete"]).default("fail"),
});

export const SubworkflowWith = z.strictObject({
  /** A name, which means its latest version when the step begins, or `name@version`. */
  workflow: z
    .string()
    .regex(WORKFLOW_REFERENCE, 'must be the name of a workflow, such as "refund" or "refund@3"'),
  input: z.unknown().default({}),
});

/** The steps that the kernel itself is. Their `with` says milliseconds once it has been read. */
export const NATIVE_STEPS = {
  [SLEEP]: { with: SleepWith, waits: true },
  [SIGNAL]: { with: SignalWith, waits: true },
  [SUBWORKFLOW]: { with: SubworkflowWith },
} satisfies StepTypes;
