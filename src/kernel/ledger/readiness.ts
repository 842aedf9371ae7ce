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

/** Maximum number of steps with a watched need. Forgetting one only costs another count of its needs. */
const WATCHED_MAX = 1_000;
/** With fewer needs, counting costs as much as reading the watched one. */
const NEEDS_MIN = 8;

/**
 * Decides whether a pending step begins, is skipped, or waits for more of its needs (the steps that it needs).
 *
 * A step with a thousand needs would count their states a thousand times, once at the end of each. To avoid that, this
 * class remembers one open need of each such step. While that need is open, the step keeps waiting, and the end of
 * another need without a failure causes no count. Only the name of the remembered need is in memory; its state is read
 * from its row each time.
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
   * Decides about one pending step. Returns it as ready or ended, not saved yet; null if it waits for more of the steps
   * that it needs, or is not pending. `cause` is the state of the needed step that has just ended, if that is the
   * reason for the call.
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

  /** Counts the needs by state. A single need has the state `cause`. */
  #countNeeds(run: OpenRun, step: string, cause: StepState | null): NeedCounts {
    const needs = run.graph.listNeeds(step);
    if (needs.length === 1 && cause) return countNeed(cause);
    return this.#storage.steps.countNeeds(run.id, needs);
  }

  /** Returns the end of the step if its condition fails; null if the condition holds. */
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

  /** Tests whether a step certainly keeps waiting after the end of a need. A failed need may decide at once. */
  #isWatchedOpen(run: OpenRun, step: string, cause: StepState | null): boolean {
    const watched = this.#watched.get(watchKey(run, step));
    if (watched === undefined || cause === null || isFailure(cause)) return false;
    return !isEndedPhase(this.#storage.steps.phase(run.id, watched));
  }

  #watch(run: OpenRun, step: string): void {
    const needs = run.graph.listNeeds(step);
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
