import { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW } from "../definition.ts";
import { HUMAN_MS_MAX } from "../step/step-state.ts";
import { parseDuration } from "./duration.ts";

const Duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue(
    `"${text.slice(0, 40)}" is no duration; write it like 500ms, 30s, 5m, 24h or 7d`,
  );
  return z.NEVER;
});

/** Names of signals; they stand in a path of the API. */
export const SignalName = z.string().regex(/^[\w.-]{1,64}$/, {
  error: "a signal's name has 1 to 64 letters, digits, dots, dashes and underscores",
});

/** What `sleep@1` is given. */
export const SleepWith = z.union(
  [z.strictObject({ for: Duration }), z.strictObject({ until: z.iso.datetime({ offset: true }) })],
  { error: 'write {"for": "10m"} or {"until": "2027-01-31T09:00:00Z"}' },
);

/** What `signal@1` is given. */
export const SignalWith = z.strictObject({
  name: SignalName,
  /** What a sender must say besides. */
  requires: z.array(z.enum(["actor", "reason"])).default([]),
  timeout: Duration.default(HUMAN_MS_MAX),
  on_timeout: z.enum(["fail", "complete"]).default("fail"),
});

/** What `workflow@1` is given. */
export const SubworkflowWith = z.strictObject({
  workflow: z.string().min(1),
  input: z.unknown().default(null),
});

/** Handlers that are waits of the kernel's own, with the schema of what they are given. */
export const NATIVE_STEPS = {
  [SLEEP]: SleepWith,
  [SIGNAL]: SignalWith,
  [SUBWORKFLOW]: SubworkflowWith,
} as const;

export const isNative = (use: string): use is keyof typeof NATIVE_STEPS =>
  Object.hasOwn(NATIVE_STEPS, use);

/** A signal that timed out, as the step's output. */
export const timedOutSignal = (at: number) => ({
  status: "timed_out",
  payload: null,
  actor: null,
  reason: null,
  event: null,
  at: Math.floor(at / 1000),
});
