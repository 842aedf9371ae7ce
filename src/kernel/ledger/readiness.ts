import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { Expression } from "../rules/definition.ts";
import { countNeed, decideStep, type NeedCounts } from "../rules/run/decide-step.ts";
import { describeError, showValue } from "../rules/step/step-outcome.ts";
import {
  failedByDefinition,
  isEndedPhase,
  readyStep,
  type StepState,
} from "../rules/step/step-state.ts";
import type { RunExpressions } from "./run-expressions.ts";
import { newRecord, type OpenRun, type RunStore } from "./run-store.ts";

/** Maximum number of steps with a watched need; one that is forgotten is only counted once more. */
const WATCHED_MAX = 1_000;
/** With fewer needs, counting costs as much as reading the watched one. */
const NEEDS_MIN = 8;

/**
 * Decides whether a pending step begins, is skipped, or waits for more of its needs.
 *
 * A step that needs a thousand others would count them a thousand times. So one need that has not ended is watched: as
 * long as it is open, another that ended well decides nothing. The watch is only a hint in memory: whether the watched
 * need is open is read from its row each time.
 */
export class Readiness {
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #expressions: RunExpressions;
  readonly #watched = new Map<string, string>();

  constructor(storage: KernelStorage, runs: RunStore, expressions: RunExpressions) {
    this.#storage = storage;
    this.#runs = runs;
    this.#expressions = expressions;
  }

  /**
   * Returns the step as ready or ended, not saved yet; null while it waits, and when it is no longer pending. `cause` is
   * the state of the need that has just ended, if that is why the step is decided.
   */
  decide(run: OpenRun, step: string, cause: StepState | null): StepRecord | null {
    const definition = run.definition.steps[step];
    if (!definition || this.#isWatchedOpen(run, step, cause)) return null;
    const existing = this.#storage.steps.find(run.id, step);
    if (existing && existing.state.phase !== "pending") return null;
    const decision = decideStep(
      definition.trigger ?? "all_success",
      this.#countNeeds(run, step, cause),
    );
    if (decision === "wait") {
      this.#watch(run, step);
      return null;
    }
    const record = existing ?? newRecord(run.id, step);
    if (decision !== "begin") {
      return { ...record, state: { phase: "skipped", reason: decision.skip } };
    }
    const { when } = definition;
    const unmet = when === undefined ? null : this.#testCondition(run, record, when);
    return { ...record, state: unmet ?? readyStep(this.#runs.now(), definition) };
  }

  /** Counts the needs by how they stand; a single need stands as `cause` does. */
  #countNeeds(run: OpenRun, step: string, cause: StepState | null): NeedCounts {
    const needs = run.graph.needsOf(step);
    if (needs.length === 1 && cause) return countNeed(cause);
    return this.#storage.steps.countNeeds(run.id, needs);
  }

  /** Returns how the step ends because of its condition; null when the condition holds. */
  #testCondition(run: OpenRun, record: StepRecord, when: Expression): StepState | null {
    let holds: unknown;
    try {
      holds = this.#expressions.evaluate(run, when, record);
    } catch (error) {
      return failedByDefinition(
        `The condition \`when\` could not be evaluated: ${describeError(error)}`,
      );
    }
    if (holds === true) return null;
    if (holds === false) return { phase: "skipped", reason: "condition" };
    return failedByDefinition(
      `The condition \`when\` gave ${showValue(holds)}, which is neither true nor false`,
    );
  }

  /** Tests whether a step surely waits on although one of its needs has ended; a failure may decide at once. */
  #isWatchedOpen(run: OpenRun, step: string, cause: StepState | null): boolean {
    const watched = this.#watched.get(watchKey(run, step));
    if (watched === undefined || cause === null || isFailure(cause)) return false;
    return !isEndedPhase(this.#storage.steps.phase(run.id, watched));
  }

  #watch(run: OpenRun, step: string): void {
    const needs = run.graph.needsOf(step);
    if (needs.length < NEEDS_MIN) return;
    if (this.#watched.size >= WATCHED_MAX) this.#watched.clear();
    const open = this.#storage.steps.lastOpenNeed(run.id, needs);
    if (open !== null) this.#watched.set(watchKey(run, step), open);
  }
}

const watchKey = ({ id }: OpenRun, step: string) => `${id}\n${step}`;

const isFailure = (state: StepState): boolean =>
  state.phase === "failed" ||
  state.phase === "cancelled" ||
  (state.phase === "skipped" && state.reason === "upstream_failed");
