import {
  RETRY_BACKGROUND,
  type RetryPolicy,
  type StepDefinition,
  TOTAL_TIMEOUT_MS,
} from "../definition.ts";
import { backoffMs, outageDelayMs } from "./backoff.ts";
import {
  type Claimed,
  HUMAN_MS_MAX,
  PAUSED_MS_MAX,
  readyStep,
  type StepEvent,
  type StepState,
  type Tries,
  selectWork,
} from "./step-state.ts";

/** The inputs of `moveStep` besides the state and the event: the time, the random numbers and the step's definition. */
export type StepSurroundings = {
  readonly now: number;
  readonly random: () => number;
  readonly definition: StepDefinition;
  /**
   * A step fails when this many isolates in a row have died during its attempts. Such a step probably needs more memory
   * than an isolate has.
   */
  readonly strikesMax: number;
};

/** The effect outside that an attempt may have had. */
export type Effect = "none" | "possible";

/** Selects the history of a step's attempts from its state. */
export const pickTries = ({
  attempt,
  choice,
  strikes,
  firstAt,
  message,
  certain,
}: Tries): Tries => ({
  attempt,
  choice,
  strikes,
  firstAt,
  message,
  certain,
});

/** Makes the state of a step that has completed. */
export const completed = ({ attempt, choice }: Tries, output: string): StepState => ({
  phase: "completed",
  attempt,
  choice,
  output,
});

/** Makes the state of a step that was cancelled. */
export const cancelled = ({ attempt, certain }: Tries): StepState => {
  return { phase: "cancelled", attempt, certain };
};

/** Time that is left to the last attempt of a step in an outage, which begins so long before the step's time is over. */
const LAST_ATTEMPT_MS = 30_000;

/**
 * Returns the minimum delay after an attempt that does not count: none after a deploy, a growing one in an outage. A
 * delay that would exceed the step's time, such as one that a provider asks for, ends with a last attempt before that.
 */
export function releasedMs(
  { firstAt, choice }: Claimed,
  { afterMs }: Extract<StepEvent, { type: "released" }>,
  { now, random, definition }: StepSurroundings,
): number {
  if (afterMs === undefined) return 0;
  const delay = Math.max(afterMs, outageDelayMs(now - firstAt, random));
  const totalMs = selectWork(definition, choice).timeout?.totalMs ?? TOTAL_TIMEOUT_MS;
  const left = firstAt + totalMs - LAST_ATTEMPT_MS - now;
  return left > 0 ? Math.min(delay, left) : delay;
}

/** Schedules the next attempt, or gives up if no attempt or time is left for it. */
export function again(
  state: Claimed,
  message: string,
  afterMs: number,
  surroundings: StepSurroundings,
): StepState {
  const { now, random, definition } = surroundings;
  const { attempt, firstAt, choice } = state;
  const { timeout, retry: own } = selectWork(definition, choice);
  const retry: RetryPolicy = own ?? RETRY_BACKGROUND;
  // A handler's own number may be any. Rows take whole ones, and an attempt is not lost because of it.
  const pauseMs = Math.ceil(Math.max(afterMs || 0, backoffMs(retry, attempt, random)));
  const due = now + pauseMs;
  if (attempt >= retry.attemptsMax) return giveUp(state, message, "possible", surroundings);
  if (due >= firstAt + (timeout?.totalMs ?? TOTAL_TIMEOUT_MS)) {
    return giveUp(state, explainOutOfTime(message), "possible", surroundings);
  }
  return { ...pickTries(state), phase: "ready", due, message, certain: false, queueBy: null };
}

/** Ends the current way of doing the work, which has failed for good. `effect` is that of its last attempt. */
export function giveUp(
  state: Tries,
  message: string,
  effect: Effect,
  { now, definition }: StepSurroundings,
): StepState {
  const { attempt, choice } = state;
  const certain = state.certain && effect === "none";
  const fallback = definition.fallback?.[choice];
  if (fallback) return { ...readyStep(now, fallback, choice + 1), message, certain };
  const held = { ...pickTries(state), message, certain, phase: "held" } as const;
  switch (definition.onExhausted ?? "fail") {
    case "fail":
      return { phase: "failed", attempt, choice, message, certain };
    case "pause":
      return { ...held, due: now + PAUSED_MS_MAX, because: "exhausted" };
    case "human":
      return { ...held, due: now + HUMAN_MS_MAX, because: "human" };
  }
}

/** Explains why a step is given up at which too many processes have died. */
export const explainStrikes = (strikes: number) =>
  `The process died ${strikes} times while it was at this step, so the step is not tried again. It may need more memory than there is`;

/** Explains why a step is given up whose time is over. `message` is that of its last attempt; null if it had none. */
export const explainOutOfTime = (message: string | null) =>
  `The step ran out of time before its next attempt${message === null ? "" : `. The last attempt failed: ${message}`}`;
