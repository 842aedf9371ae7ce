import type { TriggerRule } from "../definition.ts";
import type { SkipReason, StepState } from "../step/step-state.ts";

/** The numbers of a step's needs (the steps that must end before it) by their states. */
export type NeedCounts = {
  /** Needs that have not ended yet. */
  readonly open: number;
  readonly completed: number;
  readonly skipped: number;
  /** Needs that failed, were cancelled, or were skipped because a step before them failed. */
  readonly failed: number;
};

/** Returns the counts for a step with a single need, which has ended in `state`. */
export function countNeed(state: StepState): NeedCounts {
  const isFailed =
    state.phase === "failed" ||
    state.phase === "cancelled" ||
    (state.phase === "skipped" && state.reason === "upstream_failed");
  return {
    open: 0,
    completed: Number(state.phase === "completed"),
    skipped: Number(state.phase === "skipped" && !isFailed),
    failed: Number(isFailed),
  };
}

/** The decision about a pending step: wait for more of its needs, begin, or be skipped for a reason. */
export type StepDecision = "wait" | "begin" | { readonly skip: SkipReason };

/** Decides whether a pending step begins, is skipped or waits, by its trigger rule and the states of its needs. */
export function decideStep(trigger: TriggerRule, needs: NeedCounts): StepDecision {
  const { open, skipped, failed } = needs;
  switch (trigger) {
    case "all_success":
      if (failed > 0) return { skip: "upstream_failed" };
      // A need that is still open may fail, which takes precedence: the reason must not depend on the order of the
      // ends.
      if (open > 0) return "wait";
      return skipped > 0 ? { skip: "upstream_skipped" } : "begin";
    case "none_failed":
      if (failed > 0) return { skip: "upstream_failed" };
      return open > 0 ? "wait" : "begin";
    case "all_done":
      return open > 0 ? "wait" : "begin";
    case "one_failed":
      if (failed > 0) return "begin";
      return open > 0 ? "wait" : { skip: "nothing_failed" };
  }
}
