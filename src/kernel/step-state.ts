import { backoffMs } from "./backoff.ts";
import { type RetryPolicy, RETRY_BACKGROUND, type StepDefinition } from "./definition.ts";

/**
 * The life of one step. Everything alive has `due`: a ready step waits for it (backoff), a claimed step's
 * lease ends at it. A step without a state is pending: it waits for the steps that it needs.
 */
export type StepState =
  | {
      readonly phase: "ready";
      readonly due: number;
      /** Attempts made so far. */
      readonly attempt: number;
      readonly firstAt: number | null;
      readonly message: string | null;
    }
  | {
      readonly phase: "claimed";
      readonly due: number;
      readonly attempt: number;
      readonly firstAt: number;
      readonly deadline: number;
      readonly lease: string;
      readonly message: string | null;
    }
  | { readonly phase: "completed"; readonly attempt: number; readonly output: string }
  | { readonly phase: "failed"; readonly attempt: number; readonly message: string }
  | { readonly phase: "cancelled"; readonly attempt: number };

export type StepEvent =
  | { readonly type: "claimed"; readonly lease: string; readonly leaseMs: number }
  | { readonly type: "renewed"; readonly leaseMs: number }
  | { readonly type: "completed"; readonly output: string }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "retried"; readonly message: string; readonly afterMs?: number }
  /** The platform took the attempt away (a deploy): it does not count. */
  | { readonly type: "released"; readonly message: string }
  /** The lease ended and nobody reported. */
  | { readonly type: "expired" }
  /** Looked at again at another time: sooner for a lease whose holder is known to be gone, later after an error. */
  | { readonly type: "postponed"; readonly due: number }
  | { readonly type: "cancelled" };

export type StepSurroundings = {
  readonly now: number;
  readonly random: () => number;
  readonly definition: Pick<StepDefinition, "retry" | "timeoutMs">;
};

export const LOST = "lost";
const OUT_OF_TIME = "The step ran out of time before its next attempt";

/** A claimed step's bound on one attempt when its definition has none. */
export const ATTEMPT_TIMEOUT_MS = 15 * 60_000;

export const readyStep = (now: number): StepState => ({
  phase: "ready",
  due: now,
  attempt: 0,
  firstAt: null,
  message: null,
});

export const isLive = (state: StepState): boolean =>
  state.phase === "ready" || state.phase === "claimed";

/** State in, event in, state out. An event that the phase does not expect changes nothing. */
export function moveStep(
  state: StepState,
  event: StepEvent,
  surroundings: StepSurroundings,
): StepState {
  if (state.phase === "ready") return moveReady(state, event, surroundings);
  if (state.phase === "claimed") return moveClaimed(state, event, surroundings);
  return state;
}

type Ready = Extract<StepState, { phase: "ready" }>;
type Claimed = Extract<StepState, { phase: "claimed" }>;

function moveReady(
  state: Ready,
  event: StepEvent,
  { now, definition }: StepSurroundings,
): StepState {
  if (event.type === "cancelled") return cancelled(state);
  if (event.type === "postponed") return { ...state, due: event.due };
  if (event.type !== "claimed" || state.due > now) return state;
  const firstAt = state.firstAt ?? now;
  const end = firstAt + retryOf(definition).totalMs;
  if (end <= now) {
    return { phase: "failed", attempt: state.attempt, message: state.message ?? OUT_OF_TIME };
  }
  const deadline = Math.min(now + (definition.timeoutMs ?? ATTEMPT_TIMEOUT_MS), end);
  return {
    phase: "claimed",
    due: Math.min(now + event.leaseMs, deadline),
    attempt: state.attempt + 1,
    firstAt,
    deadline,
    lease: event.lease,
    message: state.message,
  };
}

function moveClaimed(state: Claimed, event: StepEvent, surroundings: StepSurroundings): StepState {
  const { attempt } = state;
  switch (event.type) {
    case "claimed":
      return state;
    case "renewed":
      return { ...state, due: Math.min(surroundings.now + event.leaseMs, state.deadline) };
    case "completed":
      return { phase: "completed", attempt, output: event.output };
    case "failed":
      return { phase: "failed", attempt, message: event.message };
    case "retried":
      return again(state, event.message, event.afterMs ?? 0, surroundings);
    case "released":
      return again({ ...state, attempt: attempt - 1 }, event.message, 0, surroundings);
    case "expired":
      return again(state, LOST, 0, surroundings);
    case "postponed":
      return { ...state, due: event.due };
    case "cancelled":
      return cancelled(state);
  }
}

const cancelled = ({ attempt }: StepState): StepState => ({ phase: "cancelled", attempt });

/** The next attempt, or the end when attempts or time are used up: a step never waits for what cannot come. */
function again(
  { attempt, firstAt }: Claimed,
  message: string,
  afterMs: number,
  { now, random, definition }: StepSurroundings,
): StepState {
  const retry = retryOf(definition);
  const due = now + Math.max(afterMs, backoffMs(retry, attempt, random));
  if (attempt >= retry.attemptsMax || due >= firstAt + retry.totalMs) {
    return { phase: "failed", attempt, message };
  }
  return { phase: "ready", due, attempt, firstAt, message };
}

const retryOf = (definition: StepSurroundings["definition"]): RetryPolicy =>
  definition.retry ?? RETRY_BACKGROUND;
