import type { StepDefinition } from "../../../../../src/kernel/rules/definition.ts";
import type {
  StepEvent,
  StepState,
  Wait,
} from "../../../../../src/kernel/rules/step/step-state.ts";

/** The definition of a step with a retry policy and timeouts, for tests of step states. */
export const STEP: StepDefinition = {
  use: "any@1",
  retry: { attemptsMax: 3, baseMs: 100, capMs: 150 },
  timeout: { attemptMs: 2_000, totalMs: 10_000 },
};
/** Makes the surroundings of `moveStep` at a time in milliseconds, with changes of the step's definition in `more`. */
export const at = (now: number, more: Partial<StepDefinition> = {}) => ({
  now,
  random: () => 0.5,
  definition: { ...STEP, ...more },
  strikesMax: 3,
});
/** An event that claims a step with a lease of a second. */
export const CLAIM: Extract<StepEvent, { type: "claimed" }> = {
  type: "claimed",
  lease: "lease",
  leaseMs: 1_000,
};
/** The history of a live step after its first attempt. */
export const tries = {
  attempt: 1,
  choice: 0,
  strikes: 0,
  firstAt: 0,
  message: null,
  certain: true,
} as const;
/** Makes the state of a step that is claimed for its attempt number `attempt`. */
export const claimed = (attempt: number, more = {}): StepState => ({
  ...tries,
  attempt,
  phase: "claimed",
  due: 1_000,
  deadline: 2_000,
  lease: "lease",
  ...more,
});
/** Makes the state of a step that is ready for an attempt at `due`, in milliseconds. */
export const ready = (due: number, more = {}): StepState => ({
  ...tries,
  phase: "ready",
  due,
  queueBy: null,
  ...more,
});
/** Makes the state of a step that waits for a thing until 1,000 ms. */
export const waiting = (wait: Wait): StepState => ({
  ...tries,
  phase: "waiting",
  due: 1_000,
  wait,
});
/** Makes the state of a step that is held for a reason until 1,000 ms. */
export const held = (because: "paused" | "exhausted" | "human", more = {}): StepState => ({
  ...tries,
  phase: "held",
  due: 1_000,
  because,
  message: "busy",
  ...more,
});
/** Makes the state of a step that has failed for good. `effect` says whether its work may have had an effect. */
export const failed = (
  attempt: number,
  message: string,
  effect: "no effect" | "maybe an effect",
  choice = 0,
): StepState => ({
  phase: "failed",
  attempt,
  choice,
  message,
  certain: effect === "no effect",
});
