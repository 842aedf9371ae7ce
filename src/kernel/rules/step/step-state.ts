import type { StepDefinition, Work } from "../definition.ts";

/**
 * The life of one step. Everything that time can move has `due`: a ready step waits for it (backoff), a claimed
 * step's lease ends at it, a wait is over at it. A pending step waits for the steps that it needs.
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
      /** The way in which the work was done. */
      readonly choice: number;
      readonly output: string;
    }
  | Failed
  | { readonly phase: "skipped"; readonly reason: SkipReason }
  | {
      readonly phase: "cancelled";
      readonly attempt: number;
      /** As of a failed step. */
      readonly certain: boolean;
    };

export type StepPhase = StepState["phase"];

export type Tries = {
  /** Attempts made so far at the present way of doing the work. */
  readonly attempt: number;
  /** The present way: 0 is the step's own work, n its nth fallback. */
  readonly choice: number;
  /** Isolates that died, one after the other, while they worked on it. */
  readonly strikes: number;
  readonly firstAt: number | null;
  readonly message: string | null;
  /** True while no attempt so far, in any way, can have had an effect. */
  readonly certain: boolean;
};

export type Ready = Tries & {
  readonly phase: "ready";
  readonly due: number;
  /** When it has waited too long for its first attempt. */
  readonly queueBy: number | null;
};
export type Claimed = Tries & {
  readonly phase: "claimed";
  readonly due: number;
  readonly firstAt: number;
  readonly deadline: number;
  readonly lease: string;
};
export type Waiting = Tries & {
  readonly phase: "waiting";
  readonly due: number | null;
  readonly wait: Wait;
};
/** Goes on by a command: its run was paused, or its work has failed for good and a decision is wanted. */
export type Held = Tries & {
  readonly phase: "held";
  readonly due: number;
  readonly because: "paused" | "exhausted" | "human";
};
export type Failed = {
  readonly phase: "failed";
  readonly attempt: number;
  readonly choice: number;
  readonly message: string;
  /** True if the work surely had no effect; otherwise it is undone like work that completed. */
  readonly certain: boolean;
};

export type SkipReason = "condition" | "upstream_skipped" | "upstream_failed" | "nothing_failed";

/** The subject of a step's wait. */
export type Wait =
  | { readonly for: "time" }
  | {
      readonly for: "signal";
      readonly name: string;
      readonly requires: readonly string[];
      readonly onTimeout: "fail" | "complete";
      /** Number of the event that opened the wait; a decision made before it is stale. */
      readonly event: number;
    }
  | { readonly for: "run"; readonly runId: string }
  | {
      readonly for: "items";
      readonly total: number;
      readonly begun: number;
      readonly ended: number;
      /** Why the step fails, once the items that were under way have stopped. */
      readonly failure?: string;
    };

export type StepEvent =
  | { readonly type: "claimed"; readonly lease: string; readonly leaseMs: number }
  | { readonly type: "renewed"; readonly leaseMs: number }
  | { readonly type: "waited"; readonly wait: Wait; readonly due: number | null }
  | { readonly type: "completed"; readonly output: string }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "retried"; readonly message: string; readonly afterMs?: number }
  /** The platform took the attempt away (a deploy): it does not count. */
  | { readonly type: "released"; readonly message: string }
  /** The isolate that worked on it is gone. */
  | { readonly type: "orphaned" }
  /** The lease ended and nobody reported, or a wait or a pause has lasted too long. */
  | { readonly type: "expired"; readonly message: string }
  /** Due at another time, after an error. */
  | { readonly type: "postponed"; readonly due: number }
  | { readonly type: "held" }
  /** Goes on: as it was after a pause, with fresh tries after exhaustion. */
  | { readonly type: "resumed" }
  | { readonly type: "cancelled" };

export const LOST = "lost";

/** How long a person has to decide about a step that failed for good. */
export const HUMAN_MS_MAX = 24 * 60 * 60_000;
/** How long a run may be paused; then it fails, because every run ends. */
export const PAUSED_MS_MAX = 30 * HUMAN_MS_MAX;

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

/** A failure that lies in the definition: nothing was done, so there is nothing to undo. */
export const failedByDefinition = (message: string): Failed => ({
  phase: "failed",
  attempt: 0,
  choice: 0,
  message,
  certain: true,
});

export const isLive = (state: StepState): boolean => !isEnded(state) && state.phase !== "pending";

export const isEnded = ({ phase }: StepState): boolean => isEndedPhase(phase);

export const isEndedPhase = (phase: StepPhase): boolean =>
  phase === "completed" || phase === "failed" || phase === "skipped" || phase === "cancelled";

/** The present way of doing a step's work. */
export const selectWork = (definition: StepDefinition, choice: number): Work =>
  choice === 0 ? definition : (definition.fallback?.[choice - 1] ?? definition);
