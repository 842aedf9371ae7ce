import { ATTEMPT_TIMEOUT_MS, type Timeouts, TOTAL_TIMEOUT_MS } from "../definition.ts";
import {
  again,
  cancelled,
  completed,
  type Effect,
  explainOutOfTime,
  explainStrikes,
  giveUp,
  pickTries,
  releasedMs,
  type StepSurroundings,
} from "./end-attempt.ts";
import { isQueuedLease } from "./lease.ts";
import {
  type Claimed,
  type Held,
  PAUSED_MS_MAX,
  type Ready,
  readyStep,
  type StepEvent,
  type StepState,
  type Waiting,
  selectWork,
} from "./step-state.ts";

/** Longest wait of a step for a worker to begin its first attempt: 24 hours, in milliseconds. */
const WAIT_MS_MAX = 24 * 60 * 60_000;
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
  const attempt = state.attempt + 1;
  const firstAt = state.firstAt ?? now;
  const end = endOf({ firstAt, attempt, lease }, timeout);
  if (end <= now) return giveUp(state, explainOutOfTime(state.message), "none", surroundings);
  // The attempt of a step that a worker takes begins then. Until then it only has the limits of a wait.
  const deadline = isQueuedLease(lease)
    ? Math.min(state.queueBy ?? Infinity, end)
    : Math.min(now + (timeout?.attemptMs ?? ATTEMPT_TIMEOUT_MS), end);
  const due = Math.min(now + leaseMs, deadline);
  return { ...pickTries(state), phase: "claimed", due, attempt, firstAt, deadline, lease };
}

/** Returns the end of a step's time; of one that waits for a worker for the first time, the end of that wait. */
function endOf(
  { firstAt, attempt, lease }: Pick<Claimed, "firstAt" | "attempt" | "lease">,
  timeout: Timeouts | undefined,
): number {
  const waits = isQueuedLease(lease) && attempt === 1;
  return firstAt + (waits ? WAIT_MS_MAX : (timeout?.totalMs ?? TOTAL_TIMEOUT_MS));
}

function moveClaimed(state: Claimed, event: StepEvent, surroundings: StepSurroundings): StepState {
  const { attempt } = state;
  switch (event.type) {
    case "renewed":
      return { ...state, due: Math.min(surroundings.now + event.leaseMs, state.deadline) };
    case "taken":
      return take(state, event, surroundings);
    case "completed":
      return completed(state, event.output);
    case "failed":
      return giveUp(state, event.message, "none", surroundings);
    case "retried":
      return again({ ...state, strikes: 0 }, event.message, event.afterMs ?? 0, surroundings);
    case "released":
      return again(
        {
          ...state,
          // Attempt 1 stays, since the time of the step began with it.
          attempt: event.afterMs === undefined ? attempt - 1 : Math.max(1, attempt - 1),
          strikes: event.afterMs === undefined ? state.strikes : 0,
        },
        event.message,
        releasedMs(state, event, surroundings),
        surroundings,
      );
    case "orphaned":
      return { ...state, strikes: state.strikes + 1, due: surroundings.now };
    case "expired":
      if (isQueuedLease(state.lease)) return sendAgain(state, surroundings);
      if (state.strikes < surroundings.strikesMax) {
        return again(state, event.message, 0, surroundings);
      }
      return giveUp(state, explainStrikes(state.strikes), "possible", surroundings);
    case "postponed":
      return { ...state, due: event.due };
    case "cancelled":
      return cancelled({ ...state, certain: state.certain && isQueuedLease(state.lease) });
    case "claimed":
    case "waited":
    case "held":
    case "resumed":
      return state;
  }
}

/**
 * A worker begins the attempt, under a lease of its own. The step's time begins with its first attempt. It counts as a
 * strike until the worker reports: a step that ends the process of every worker is given up.
 */
function take(
  state: Claimed,
  { lease, leaseMs }: Extract<StepEvent, { type: "taken" }>,
  { now, definition }: StepSurroundings,
): StepState {
  if (state.deadline <= now) return state;
  const { timeout } = selectWork(definition, state.choice);
  const isFirst = isQueuedLease(state.lease) && state.attempt === 1;
  const taken = { ...state, lease, firstAt: isFirst ? now : state.firstAt };
  const attemptEnd = now + (timeout?.attemptMs ?? ATTEMPT_TIMEOUT_MS);
  const deadline = Math.min(attemptEnd, endOf(taken, timeout));
  const due = Math.min(now + leaseMs, deadline);
  return { ...taken, deadline, strikes: state.strikes + 1, due };
}

/** Ends the lease of a step that no worker has taken: it is sent again, and that does not count as an attempt. */
function sendAgain(state: Claimed, surroundings: StepSurroundings): StepState {
  const { now, definition } = surroundings;
  const { attempt, deadline } = state;
  if (deadline <= now) {
    const message = attempt === 1 ? QUEUED_TOO_LONG : explainOutOfTime(state.message);
    return giveUp(state, message, "none", surroundings);
  }
  const end = endOf(state, selectWork(definition, state.choice).timeout);
  const queueBy = deadline < end ? deadline : null;
  return { ...pickTries(state), attempt: attempt - 1, phase: "ready", due: now, queueBy };
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

/** Continues after a pause, which does not count as time that the step took. */
function goOn(state: Held, now: number): StepState {
  const pausedMs = Math.max(0, now - (state.due - PAUSED_MS_MAX));
  const firstAt = state.firstAt === null ? null : state.firstAt + pausedMs;
  return { ...pickTries(state), firstAt, phase: "ready", due: now, queueBy: null };
}
