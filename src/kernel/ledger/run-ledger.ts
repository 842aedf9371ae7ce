import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { Definition } from "../rules/definition.ts";
import { stepsToRetry } from "../rules/run/retry.ts";
import { isSettledStatus, type RunView } from "../rules/run/run-view.ts";
import { parseLease } from "../rules/step/lease.ts";
import { parseStepName } from "../rules/step/step-name.ts";
import { LOST, type StepEvent, type StepState } from "../rules/step/step-state.ts";
import { expireSignal } from "./native-waits.ts";
import type { RunExpressions } from "./run-expressions.ts";
import { viewRun } from "./run-output.ts";
import { type EarlyClaims, RunProgress } from "./run-progress.ts";
import { RunSignals } from "./run-signals.ts";
import { type OpenRun, resolveDefinition, type RunStore } from "./run-store.ts";

/** A run to start, with the definition it is pinned to. A second start under the same id has no effect. */
export type RunStart = {
  readonly id: string;
  readonly definition: Definition;
  readonly input: unknown;
  /** Workflows that `workflow@1` steps may start, by name; pinned with the run. */
  readonly workflows?: Readonly<Record<string, Definition>>;
};

/**
 * Applies commands, such as a cancellation, and events of steps to runs, and stores the resulting rows. Call every
 * method inside a transaction.
 */
export class RunLedger {
  readonly signals: RunSignals;
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #progress: RunProgress;

  constructor(
    storage: KernelStorage,
    runs: RunStore,
    expressions: RunExpressions,
    claims: EarlyClaims,
  ) {
    this.#storage = storage;
    this.#runs = runs;
    this.#progress = new RunProgress(storage, runs, expressions, claims);
    this.signals = new RunSignals(storage, runs, this.#progress);
  }

  /** Stores a run and begins it. Returns false if a run with this id exists. */
  start({ id, definition, input, workflows = {} }: RunStart): boolean {
    if (this.#storage.run(id)) return false;
    const definitionId = this.#storage.addDefinition(definition);
    const { size } = this.#runs.readPinned(definitionId).graph;
    const run = { id, definitionId, input: JSON.stringify(input ?? null), parent: null, size };
    this.#storage.addRun(run, this.#runs.now());
    for (const [name, workflow] of Object.entries(workflows)) {
      this.#storage.pin(id, name, this.#storage.addDefinition(workflow));
    }
    this.#progress.begin(id);
    return true;
  }

  /** Decides about the first steps of a run, which its start has left to the round after it. */
  beginSteps(runId: string): void {
    this.#progress.beginSteps(runId);
  }

  /**
   * Applies an event to a step and, if that ends the step, decides about the steps that depend on it. Returns the new
   * state.
   */
  apply(record: StepRecord, event: StepEvent): StepState {
    const run = this.#runs.find(record.runId);
    return run ? this.#progress.move(run, record, event) : record.state;
  }

  /**
   * Applies an event to the step that is claimed under a lease. Returns false and changes nothing if the lease is not
   * valid any more.
   */
  report(lease: string, event: StepEvent): boolean {
    const held = this.findHeld(lease);
    if (held) this.apply(held, event);
    return held !== null;
  }

  /** Returns the name of the handler of a step's current work. */
  findUse({ runId, step, state }: StepRecord): string {
    const run = this.#runs.find(runId);
    return run ? this.#runs.findHandler(run, resolveDefinition(run, step), state) : "";
  }

  /** Gives a claimed step to a worker under a lease of its own, and logs that its attempt begins. */
  take(record: StepRecord, event: Extract<StepEvent, { type: "taken" }>): void {
    const run = this.#runs.find(record.runId);
    const state = this.apply(record, event);
    if (!run || state.phase !== "claimed") return;
    this.#runs.log(run, "step.started", record.step, { attempt: state.attempt });
  }

  /** Moves a step to its next state because its lease, wait, pause or queue timeout has ended. */
  expire(record: StepRecord): void {
    const { state } = record;
    const isSleep = state.phase === "waiting" && state.wait.for === "time";
    const isSignal = state.phase === "waiting" && state.wait.for === "signal";
    const run = this.#runs.find(record.runId);
    if (!run) return;
    if (isSleep) this.apply(record, { type: "completed", output: "null" });
    else if (isSignal && state.wait.onTimeout === "complete") {
      this.apply(record, expireSignal(this.#runs.now()));
    } else if (state.phase === "waiting" && !isSignal) {
      this.#progress.giveUpWait(run, record, describeOverdue(state));
    } else this.apply(record, { type: "expired", message: describeOverdue(state) });
  }

  /** Finds the step that is claimed under a lease; null if the lease is not valid any more. */
  findHeld(lease: string): StepRecord | null {
    const name = parseLease(lease);
    const record = name && this.#storage.steps.find(name.runId, name.step);
    return record?.state.phase === "claimed" && record.state.lease === lease ? record : null;
  }

  /** Cancels a run. Returns false if the run has ended or is undoing its work. */
  cancel(runId: string): boolean {
    const run = this.#runs.find(runId);
    if (run?.status !== "running" && run?.status !== "paused") return false;
    this.#progress.end(run, "cancelled", null);
    return true;
  }

  /**
   * Pauses a run: no step begins until it is resumed. Attempts and waits in progress continue. Returns false if the run
   * is not running.
   */
  pause(runId: string): boolean {
    const run = this.#runs.find(runId);
    if (run?.status !== "running") return false;
    this.#storage.setStatus(runId, "paused");
    this.#runs.log(run, "run.paused", null);
    for (const record of this.#storage.steps.all(runId)) {
      if (record.state.phase === "ready") this.apply(record, { type: "held" });
      const child = findChild(record);
      if (child) this.pause(child);
    }
    return true;
  }

  /**
   * Resumes a run: continues its paused steps, and tries again the steps that are held because their work failed for
   * good, with their attempts counted from 0. Steps that wait for a person's decision stay held. Returns false if there
   * was nothing to resume.
   */
  resume(runId: string): boolean {
    const run = this.#runs.find(runId);
    if (!run || isSettledStatus(run.status) || run.status === "undoing") return false;
    const rows = this.#storage.steps.all(runId);
    // Steps that wait for a person are left out: a decision is a signal, with an actor and a reason.
    const held = rows.filter(({ state }) => state.phase === "held" && state.because !== "human");
    const children = rows.flatMap((record) => findChild(record) ?? []);
    if (run.status === "running" && held.length === 0) {
      return children.map((child) => this.resume(child)).includes(true);
    }
    this.#storage.setStatus(runId, "running");
    this.#runs.log(run, "run.resumed", null);
    for (const record of held) this.apply(record, { type: "resumed" });
    for (const child of children) this.resume(child);
    return true;
  }

  /**
   * Repeats steps of a settled run: those that failed, were cancelled or were undone, the step `from` if it is not
   * null, and all steps that depend on these. Returns false if there are none.
   */
  retry(runId: string, from: string | null): boolean {
    const run = this.#runs.find(runId);
    if (!run || !isSettledStatus(run.status) || run.parentRun !== null) return false;
    if (from !== null && !run.definition.steps[from]) return false;
    const records = new Map(this.#storage.steps.all(runId).map((record) => [record.step, record]));
    const undoings = [...records.keys()].filter((name) => parseStepName(name).isUndo);
    const undone = new Set(undoings.map((name) => parseStepName(name).step));
    const states = new Map([...records].map(([step, { state }]) => [step, state]));
    const steps = stepsToRetry(run.graph, states, undone, from);
    if (steps.size === 0) return false;
    this.#storage.setStatus(runId, "running");
    const open = this.#storage.lastEvent(runId)?.open ?? 0;
    this.#runs.log(run, "run.retried", from, null, steps.size - open);
    for (const step of steps) this.#reset(run, step, records, undone);
    this.#storage.recountRun(runId, steps.size);
    this.#progress.decide(
      runId,
      run.graph.order.filter((step) => steps.has(step)),
    );
    return true;
  }

  /** Erases a settled run. */
  forget(runId: string): void {
    const run = this.#storage.run(runId);
    if (run && isSettledStatus(run.status)) this.#storage.eraseRun(runId);
  }

  /** Reads a run with its steps; null if there is no such run. */
  view(runId: string): RunView | null {
    const run = this.#runs.find(runId);
    return run && viewRun(this.#storage, run);
  }

  /** Makes a step pending again. Work that was done before and is repeated on purpose gets another idempotency key. */
  #reset(
    run: OpenRun,
    step: string,
    records: ReadonlyMap<string, StepRecord>,
    undone: ReadonlySet<string>,
  ): void {
    const record = records.get(step);
    if (!record) return;
    const children = this.#storage.runsStartedBy(run.id, step);
    const isOther =
      undone.has(step) ||
      record.state.phase === "completed" ||
      children.some((child) => this.#storage.hasUndone(child));
    for (const child of children) this.#storage.eraseRun(child);
    this.#storage.steps.erase(run.id, step);
    const pending: StepState = { phase: "pending" };
    const epoch = record.epoch + Number(isOther);
    this.#runs.save(run, { ...record, seq: null, epoch, state: pending }, null);
  }
}

function findChild({ state }: StepRecord): string | null {
  return state.phase === "waiting" && state.wait.for === "run" ? state.wait.runId : null;
}

function describeOverdue(state: StepState): string {
  switch (state.phase) {
    case "waiting":
      return state.wait.for === "signal"
        ? `No signal ${state.wait.name} came in time`
        : "The wait took too long";
    case "held":
      return (
        (state.because === "paused" ? null : state.message) ?? "The run was paused for too long"
      );
    case "pending":
    case "ready":
    case "claimed":
    case "completed":
    case "failed":
    case "skipped":
    case "cancelled":
      return LOST;
  }
}
