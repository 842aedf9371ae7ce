import {
  ATTEMPT_TIMEOUT_MS,
  RETRY_BACKGROUND,
  type RetryPolicy,
  type StepDefinition,
  TOTAL_TIMEOUT_MS,
} from "../definition.ts";
import { backoffMs } from "./backoff.ts";
import {
  type Claimed,
  type Held,
  HUMAN_MS_MAX,
  PAUSED_MS_MAX,
  type Ready,
  readyStep,
  type StepEvent,
  type StepState,
  type Tries,
  type Waiting,
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
type Effect = "none" | "possible";

const OUT_OF_TIME = "The step ran out of time before its next attempt";
const QUEUED_TOO_LONG = "The step waited too long for its first attempt";

/**
 * Returns the state of a step after an event. An event that has no meaning in the current phase returns the same state
 * object.
 */
export function moveStep(
  state: StepState,
  event: StepEvent,
  surroundings: StepSurroundings,
): StepState {
  switch (state.phase) {
    case "ready":
      return moveReady(state, event, surroundings);
    case "claimed":
      return moveClaimed(state, event, surroundings);
    case "waiting":
      return moveWaiting(state, event, surroundings);
    case "held":
      return moveHeld(state, event, surroundings);
    case "pending":
      return event.type === "cancelled" ? { phase: "cancelled", attempt: 0, certain: true } : state;
    case "completed":
    case "failed":
    case "skipped":
    case "cancelled":
      return state;
  }
}

function moveReady(state: Ready, event: StepEvent, surroundings: StepSurroundings): StepState {
  const { now } = surroundings;
  switch (event.type) {
    case "cancelled":
      return cancelled(state);
    case "postponed":
      // The queue timeout moves too. Otherwise it would be due at once, again and again.
      return {
        ...state,
        due: event.due,
        queueBy: state.queueBy && Math.max(state.queueBy, event.due),
      };
    case "held":
      return { ...pickTries(state), phase: "held", due: now + PAUSED_MS_MAX, because: "paused" };
    case "waited":
      return { ...pickTries(state), phase: "waiting", wait: event.wait, due: event.due };
    case "completed":
      return completed(state, event.output);
    case "failed":
      return giveUp(state, event.message, "none", surroundings);
    case "claimed":
      return state.due > now ? state : claim(state, event, surroundings);
    case "expired":
      return state.queueBy === null || state.queueBy > now || state.attempt > 0
        ? state
        : giveUp(state, QUEUED_TOO_LONG, "none", surroundings);
    case "renewed":
    case "taken":
    case "retried":
    case "released":
    case "orphaned":
    case "resumed":
      return state;
  }
}

function claim(
  state: Ready,
  { lease, leaseMs }: Extract<StepEvent, { type: "claimed" }>,
  surroundings: StepSurroundings,
): StepState {
  const { now, definition } = surroundings;
  if (state.queueBy !== null && state.queueBy <= now && state.attempt === 0) {
    return giveUp(state, QUEUED_TOO_LONG, "none", surroundings);
  }
  const { timeout } = selectWork(definition, state.choice);
  const firstAt = state.firstAt ?? now;
  const end = firstAt + (timeout?.totalMs ?? TOTAL_TIMEOUT_MS);
  if (end <= now) return giveUp(state, state.message ?? OUT_OF_TIME, "none", surroundings);
  const deadline = Math.min(now + (timeout?.attemptMs ?? ATTEMPT_TIMEOUT_MS), end);
  return {
    ...pickTries(state),
    phase: "claimed",
    due: Math.min(now + leaseMs, deadline),
    attempt: state.attempt + 1,
    firstAt,
    deadline,
    lease,
  };
}

function moveClaimed(state: Claimed, event: StepEvent, surroundings: StepSurroundings): StepState {
  const { attempt } = state;
  switch (event.type) {
    case "renewed":
    case "taken":
      return renew(state, event, surroundings.now);
    case "completed":
      return completed(state, event.output);
    case "failed":
      return giveUp(state, event.message, "none", surroundings);
    case "retried":
      return again({ ...state, strikes: 0 }, event.message, event.afterMs ?? 0, surroundings);
    case "released":
      return again({ ...state, attempt: attempt - 1 }, event.message, 0, surroundings);
    case "orphaned":
      return { ...state, strikes: state.strikes + 1, due: surroundings.now };
    case "expired":
      if (state.strikes < surroundings.strikesMax) {
        return again(state, event.message, 0, surroundings);
      }
      return giveUp(state, struckOut(state.strikes), "possible", surroundings);
    case "postponed":
      return { ...state, due: event.due };
    case "cancelled":
      return cancelled({ ...state, certain: false });
    case "claimed":
    case "waited":
    case "held":
    case "resumed":
      return state;
  }
}

/** Moves the end of a lease; one that a worker takes gets another name. */
function renew(
  state: Claimed,
  event: Extract<StepEvent, { type: "renewed" | "taken" }>,
  now: number,
): StepState {
  const { lease } = event.type === "taken" ? event : state;
  return { ...state, lease, due: Math.min(now + event.leaseMs, state.deadline) };
}

function moveWaiting(state: Waiting, event: StepEvent, surroundings: StepSurroundings): StepState {
  switch (event.type) {
    case "waited":
      return { ...state, wait: event.wait, due: event.due };
    case "completed":
      return completed(state, event.output);
    case "failed":
    case "expired":
      return giveUp(state, event.message, judgeEffect(state), surroundings);
    case "postponed":
      return { ...state, due: event.due };
    case "cancelled":
      return cancelled({ ...state, certain: state.certain && judgeEffect(state) === "none" });
    case "claimed":
    case "renewed":
    case "taken":
    case "retried":
    case "released":
    case "orphaned":
    case "held":
    case "resumed":
      return state;
  }
}

/** A run that was waited for may have left an effect; time and signals have none. */
const judgeEffect = ({ wait }: Waiting): Effect => (wait.for === "run" ? "possible" : "none");

function moveHeld(state: Held, event: StepEvent, { now, definition }: StepSurroundings): StepState {
  const { attempt, choice, certain } = state;
  switch (event.type) {
    case "resumed":
      return state.because === "paused"
        ? goOn(state, now)
        : { ...readyStep(now, definition), certain };
    case "completed":
      return completed(state, event.output);
    case "failed":
    case "expired":
      return { phase: "failed", attempt, choice, message: event.message, certain };
    case "postponed":
      return { ...state, due: event.due };
    case "cancelled":
      return cancelled(state);
    case "claimed":
    case "renewed":
    case "taken":
    case "waited":
    case "retried":
    case "released":
    case "orphaned":
    case "held":
      return state;
  }
}

const completed = ({ attempt, choice }: Tries, output: string): StepState => ({
  phase: "completed",
  attempt,
  choice,
  output,
});

const cancelled = ({ attempt, certain }: Tries): StepState => {
  return { phase: "cancelled", attempt, certain };
};

/** Continues after a pause, which does not count as time that the step took. */
function goOn(state: Held, now: number): StepState {
  const pausedMs = Math.max(0, now - (state.due - PAUSED_MS_MAX));
  const firstAt = state.firstAt === null ? null : state.firstAt + pausedMs;
  return { ...pickTries(state), firstAt, phase: "ready", due: now, queueBy: null };
}

const pickTries = ({ attempt, choice, strikes, firstAt, message, certain }: Tries): Tries => ({
  attempt,
  choice,
  strikes,
  firstAt,
  message,
  certain,
});

/** Schedules the next attempt, or gives up if no attempt or time is left for it. */
function again(
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
  if (attempt >= retry.attemptsMax || due >= firstAt + (timeout?.totalMs ?? TOTAL_TIMEOUT_MS)) {
    return giveUp(state, message, "possible", surroundings);
  }
  return { ...pickTries(state), phase: "ready", due, message, certain: false, queueBy: null };
}

/** Ends the current way of doing the work, which has failed for good. `effect` is that of its last attempt. */
function giveUp(
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

const struckOut = (strikes: number) =>
  `The object died ${strikes} times while it was at this step, so the step is not tried again. It may need more memory than there is`;
