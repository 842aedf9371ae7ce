import type { StepDefinition, Work } from "../definition.ts";

/**
 * The state of a step: its phase, with the data of that phase. A state that ends by itself has `due`, in milliseconds
 * since the epoch: the time of the next attempt of a ready step, the end of a claimed step's lease, or the end of a
 * wait. A pending step waits for the steps that it needs.
 */
export type StepState =
  | { readonly phase: "pending" }
  | Ready
  | Claimed
  | Waiting
  | Held
  | {
      readonly phase: "completed";
      readonly attempt: number;
      /** 0 if the step's own work completed, n if its nth fallback did. */
      readonly choice: number;
      readonly output: string;
    }
  | Failed
  | { readonly phase: "skipped"; readonly reason: SkipReason }
  | {
      readonly phase: "cancelled";
      readonly attempt: number;
      /**
       * True if the work certainly had no effect before it was cancelled. Otherwise it is undone like completed work.
       */
      readonly certain: boolean;
    };

/** The name of a step's state, such as `ready` or `completed`. */
export type StepPhase = StepState["phase"];

/** The history of the attempts of a live step (one that has begun and not ended). Each state of a live step has it. */
export type Tries = {
  /** Number of attempts at the current work. */
  readonly attempt: number;
  /** The current work: 0 is the step's own, n its nth fallback. */
  readonly choice: number;
  /** Number of isolates in a row that died during attempts of the step. */
  readonly strikes: number;
  readonly firstAt: number | null;
  readonly message: string | null;
  /**
   * True while it is certain that no attempt has had an effect, neither at the current work nor, if that is a fallback,
   * at the work before it. A failed step is undone unless this is true.
   */
  readonly certain: boolean;
};

/** The state of a step that waits for its next attempt. */
export type Ready = Tries & {
  readonly phase: "ready";
  readonly due: number;
  /** The latest time at which the first attempt may begin, in milliseconds since the epoch; null without a limit. */
  readonly queueBy: number | null;
};
/** The state of a step whose attempt runs under a lease, which ends at `due`. */
export type Claimed = Tries & {
  readonly phase: "claimed";
  readonly due: number;
  readonly firstAt: number;
  readonly deadline: number;
  readonly lease: string;
};
/**
 * The state of a step that waits for a time, a signal, another run, or the items of its own `map`. `due` is the end of the wait, in
 * milliseconds since the epoch, or null if the wait has no limit.
 */
export type Waiting = Tries & {
  readonly phase: "waiting";
  readonly due: number | null;
  readonly wait: Wait;
};
/**
 * The state of a step that waits until its paused run is resumed or, if its work failed for good, until the run is
 * resumed or a person decides about the step.
 */
export type Held = Tries & {
  readonly phase: "held";
  readonly due: number;
  readonly because: "paused" | "exhausted" | "human";
};
/** The state of a step that has failed for good. */
export type Failed = {
  readonly phase: "failed";
  readonly attempt: number;
  readonly choice: number;
  readonly message: string;
  /** True if the work certainly had no effect. Otherwise it is undone like completed work. */
  readonly certain: boolean;
};

/**
 * The reason why a step was skipped: its condition was false, a needed step was skipped or failed, or nothing failed
 * although its trigger is `one_failed`.
 */
export type SkipReason = "condition" | "upstream_skipped" | "upstream_failed" | "nothing_failed";

/** The thing that a step in the state `Waiting` waits for. */
export type Wait =
  | { readonly for: "time" }
  | {
      readonly for: "signal";
      readonly name: string;
      readonly requires: readonly string[];
      readonly onTimeout: "fail" | "complete";
      /**
       * The number, in the run's log, of the event that began the wait. A decision that refers to an earlier event is
       * refused.
       */
      readonly event: number;
    }
  | { readonly for: "run"; readonly runId: string }
  | {
      readonly for: "items";
      readonly total: number;
      readonly begun: number;
      readonly ended: number;
      /** The reason why the step fails when its running items have stopped. */
      readonly failure?: string;
    };

/** An event that changes the state of a step, through `moveStep`. */
export type StepEvent =
  | { readonly type: "claimed"; readonly lease: string; readonly leaseMs: number }
  | { readonly type: "renewed"; readonly leaseMs: number }
  /** A worker outside of the object has begun, under a lease of its own. */
  | { readonly type: "taken"; readonly lease: string; readonly leaseMs: number }
  | { readonly type: "waited"; readonly wait: Wait; readonly due: number | null }
  | { readonly type: "completed"; readonly output: string }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "retried"; readonly message: string; readonly afterMs?: number }
  /**
   * The attempt does not count: a deploy interrupted it or, with `afterMs`, a service was away that it needs. In this
   * case the next attempt begins after `afterMs` milliseconds at the earliest.
   */
  | { readonly type: "released"; readonly message: string; readonly afterMs?: number }
  /** The isolate of the attempt is gone. */
  | { readonly type: "orphaned" }
  /** The lease ended without a report, or a wait or a pause has timed out. */
  | { readonly type: "expired"; readonly message: string }
  /** An error moves the step's due time. */
  | { readonly type: "postponed"; readonly due: number }
  | { readonly type: "held" }
  /** Continues: after a pause as before, after a final failure with fresh attempts. */
  | { readonly type: "resumed" }
  | { readonly type: "cancelled" };

/** The error message of an attempt whose lease ended before the attempt reported an outcome. */
export const LOST = "lost";

/** Maximum time that a step which failed for good is held for a person's decision: 24 hours, in milliseconds. */
export const HUMAN_MS_MAX = 24 * 60 * 60_000;
/** Maximum duration of a pause of a run: 30 days, in milliseconds. Then the run fails, since every run must end. */
export const PAUSED_MS_MAX = 30 * HUMAN_MS_MAX;

/**
 * Makes the state of a step that is ready at `now` (milliseconds since the epoch) for the first attempt at its work.
 * `choice` is 0 for the step's own work, n for its nth fallback.
 */
export const readyStep = (now: number, work: Pick<Work, "timeout">, choice = 0): Ready => ({
  phase: "ready",
  due: now,
  attempt: 0,
  choice,
  strikes: 0,
  firstAt: null,
  message: null,
  certain: true,
  queueBy: work.timeout?.queueMs === undefined ? null : now + work.timeout.queueMs,
});

/**
 * Makes the state of a step that fails because of an error in its definition. No work was done, so there is nothing to
 * undo.
 */
export const failedByDefinition = (message: string): Failed => ({
  phase: "failed",
  attempt: 0,
  choice: 0,
  message,
  certain: true,
});

/** Tests whether a step has begun and not ended: it is ready, claimed, waiting or held. */
export const isLive = (state: StepState): boolean => !isEnded(state) && state.phase !== "pending";

/** Tests whether a step has ended: it is completed, failed, skipped or cancelled. */
export const isEnded = ({ phase }: StepState): boolean => isEndedPhase(phase);

/** Tests whether a phase is one in which a step has ended. */
export const isEndedPhase = (phase: StepPhase): boolean =>
  phase === "completed" || phase === "failed" || phase === "skipped" || phase === "cancelled";

/** Returns the unit of work that a step does for a choice: 0 is its own work, n its nth fallback. */
export const selectWork = (definition: StepDefinition, choice: number): Work =>
  choice === 0 ? definition : (definition.fallback?.[choice - 1] ?? definition);
