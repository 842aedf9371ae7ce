import { type StepRows } from "../rows/step-rows.ts";
import { isEndedPhase, type StepState } from "../rules/step/step-state.ts";
import type { OpenRun } from "./run-book.ts";

/** Joins that are watched at a time; one that is forgotten is only counted once more. */
const JOINS_MAX = 1_000;
/** With fewer needs, counting costs as much as looking. */
const NEEDS_MIN = 8;

/**
 * A step that needs a thousand others would count them a thousand times. So one need that has not ended is watched for
 * it: as long as that is open, another that ended well decides nothing. Only a hint in memory: whether the
 * watched one is open is read from its row each time.
 */
export class NeedWatch {
  readonly #steps: Pick<StepRows, "phase" | "lastOpenNeed">;
  readonly #watched = new Map<string, string>();

  constructor(steps: Pick<StepRows, "phase" | "lastOpenNeed">) {
    this.#steps = steps;
  }

  /** Whether a step surely has to wait on, although one of its needs has ended; a failure may decide at once. */
  isStillOpen(run: OpenRun, step: string, cause: StepState | null): boolean {
    const watched = this.#watched.get(keyOf(run, step));
    if (watched === undefined || cause === null || isFailure(cause)) return false;
    return !isEndedPhase(this.#steps.phase(run.id, watched));
  }

  /** The step waits: one of its needs is still open. */
  begin(run: OpenRun, step: string): void {
    const needs = run.graph.needsOf(step);
    if (needs.length < NEEDS_MIN) return;
    if (this.#watched.size >= JOINS_MAX) this.#watched.clear();
    const open = this.#steps.lastOpenNeed(run.id, needs);
    if (open !== null) this.#watched.set(keyOf(run, step), open);
  }
}

const keyOf = ({ id }: OpenRun, step: string) => `${id}\n${step}`;

const isFailure = (state: StepState): boolean =>
  state.phase === "failed" ||
  state.phase === "cancelled" ||
  (state.phase === "skipped" && state.reason === "upstream_failed");
