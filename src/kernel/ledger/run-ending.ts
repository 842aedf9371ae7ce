import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import { isSettledStatus, type RunError, type SettledStatus } from "../rules/run/run-view.ts";
import { decideUndo } from "../rules/run/undo.ts";
import { childRunId, undoName, undoneBy } from "../rules/step/step-name.ts";
import { describeError, encodeOutput, OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";
import { isEnded, readyStep, type StepEvent, type StepState } from "../rules/step/step-state.ts";
import type { RunExpressions } from "./run-expressions.ts";
import { listFailures, readOutput } from "./run-output.ts";
import { newRecord, type OpenRun, resolveDefinition, type RunStore } from "./run-store.ts";

/**
 * An event that follows from the end of a run, and that `RunProgress` applies: to the next undo of the same run, or to
 * the step of the parent run that waited for it.
 */
export type Consequence = {
  /** The run to continue: the ended one, which undoes its work, or its parent. */
  readonly run: OpenRun;
  readonly record: StepRecord;
  /** The event for the row; null if the row is an undo that is ready to begin and not saved yet. */
  readonly event: StepEvent | null;
};

type Consequences = readonly Consequence[];

/** The error of a run that ends (null or absent if it has none), and its output as JSON (absent if it has none). */
type RunEnd = { readonly error?: RunError | null; readonly output?: string };

/** Ends runs: cancels the steps in progress, undoes the completed steps in reverse order, and settles the run. */
export class RunEnding {
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #expressions: RunExpressions;

  constructor(storage: KernelStorage, runs: RunStore, expressions: RunExpressions) {
    this.#storage = storage;
    this.#runs = runs;
    this.#expressions = expressions;
  }

  /** Completes a run all of whose steps have ended, and whose failures, if any, were handled by other steps. */
  complete(run: OpenRun): Consequences {
    const { definition } = run;
    if (definition.output === undefined) return this.#settle(run, "completed", {});
    let made: Extract<StepEvent, { type: "completed" | "failed" }>;
    try {
      made = encodeOutput(this.#expressions.fill(run, definition.output, null));
    } catch (error) {
      made = { type: "failed", message: describeError(error) };
    }
    if (made.type === "failed") {
      const message = `The run's output could not be evaluated: ${made.message}`;
      return this.end(run, "failed", { step: "output", message });
    }
    return this.#settle(run, "completed", { output: made.output });
  }

  /**
   * Ends a run before its steps have ended, because the run failed or was cancelled: at once, or once its completed
   * work is undone. `error` is null for a cancelled run.
   */
  end(run: OpenRun, outcome: "failed" | "cancelled", error: RunError | null): Consequences {
    // An undoing run is already ending; a parent's step that waits for it changes once all work is undone.
    if (run.status === "undoing" || isSettledStatus(run.status)) return [];
    const rows = this.#storage.steps.all(run.id);
    const nested = rows.filter(
      ({ state }) => state.phase === "waiting" && state.wait.for === "run",
    );
    for (const record of rows) if (!nested.includes(record)) this.cancelRow(run, record);
    if (!run.canUndo || (nested.length === 0 && !this.#findNextUndo(run))) {
      return this.#settle(run, outcome, { error });
    }
    this.#storage.setStatus(run.id, "undoing", { outcome, error });
    this.#runs.log(run, "run.undoing", error?.step ?? null, error && { message: error.message });
    const stopped = nested.flatMap((record) => this.cancelRow(run, record));
    return [...stopped, ...this.#undoNext(run.id)];
  }

  /**
   * Cancels the row of one step, item or undo. A row that waits for a sub-workflow cancels that run, and keeps waiting
   * until the run has undone its work.
   */
  cancelRow(run: OpenRun, record: StepRecord): Consequences {
    const { state } = record;
    if (isEnded(state) || (state.phase === "pending" && record.item === null)) return [];
    if (state.phase === "waiting" && state.wait.for === "run") {
      const child = this.#runs.find(state.wait.runId);
      return child ? this.end(child, "cancelled", null) : [];
    }
    const seq = this.#storage.lastEvent(run.id)?.seq ?? 1;
    const definition = resolveDefinition(run, record.step);
    const ended = this.#runs.moveState(definition, state, { type: "cancelled" });
    this.#runs.save(run, { ...record, seq, state: ended }, state);
    return [];
  }

  /**
   * Saves the end of a step that still waited for a sub-workflow when its own run began to undo its work, and continues
   * the undoing. `from` is the step's previous state.
   */
  saveLateEnd(run: OpenRun, record: StepRecord, from: StepState | null): Consequences {
    const seq = this.#storage.lastEvent(run.id)?.seq ?? 1;
    this.#runs.save(run, { ...record, seq }, from);
    return this.#undoNext(run.id);
  }

  /**
   * Saves the end of an undo, which completed or failed, and continues with the next undo. `from` is the previous state
   * of the undo's row.
   */
  saveUndone(run: OpenRun, record: StepRecord, from: StepState | null): Consequences {
    const { state } = record;
    const isDone = state.phase === "completed";
    const step = undoneBy(record.step);
    const detail = state.phase === "failed" ? { message: state.message } : null;
    const { seq } = this.#runs.log(run, isDone ? "step.undone" : "step.undo_failed", step, detail);
    this.#runs.save(run, { ...record, seq }, from);
    return this.#undoNext(run.id);
  }

  /** Undoes the step that ended last, or settles the run if nothing is left to undo. */
  #undoNext(runId: string): Consequences {
    const run = this.#runs.find(runId);
    // One at a time: an undo, or a sub-workflow that is still undoing, must end first.
    if (run?.status !== "undoing" || this.#storage.steps.hasLive(runId)) return [];
    const next = this.#findNextUndo(run);
    if (next) return this.#undo(run, next);
    const { outcome, errorStep, errorMessage } = run;
    const error = errorStep === null ? null : { step: errorStep, message: errorMessage ?? "" };
    return this.#settle(run, outcome ?? "failed", { error });
  }

  #findNextUndo(run: OpenRun): StepRecord | null {
    for (const record of this.#storage.steps.lastFirst(run.id)) {
      // Of a map step, the rows of the items are undone, not the step's own row.
      if (run.definition.steps[record.step]?.map) continue;
      const undo = decideUndo(resolveDefinition(run, record.step), record.state);
      if (undo === "work") return record;
      if (undo === "run" && this.#findChildToUndo(run, record)) return record;
    }
    return null;
  }

  /** Finds the run that a step started, if any of its work can be undone. */
  #findChildToUndo(run: OpenRun, { step, epoch }: StepRecord): OpenRun | null {
    const child = this.#runs.find(childRunId(run.id, step, epoch));
    const canUndo = child?.status === "completed" && child.canUndo && this.#findNextUndo(child);
    return canUndo ? child : null;
  }

  #undo(run: OpenRun, done: StepRecord): Consequences {
    const { step, epoch, item } = done;
    const record = { ...newRecord(run.id, undoName(step), item), epoch };
    const definition = resolveDefinition(run, step);
    const ready = readyStep(this.#runs.now(), definition.undo ?? {});
    if (definition.undo) return [{ run, record: { ...record, state: ready }, event: null }];
    const child = this.#findChildToUndo(run, done);
    if (!child) return [];
    const wait = { for: "run", runId: child.id } as const;
    const waiting: StepState = { ...ready, phase: "waiting", wait, due: null };
    this.#runs.save(run, { ...record, state: waiting }, null);
    this.#storage.setStatus(child.id, "undoing", { outcome: "cancelled" });
    this.#runs.log(child, "run.undoing", null);
    return this.#undoNext(child.id);
  }

  #settle(run: OpenRun, status: SettledStatus, { error = null, output }: RunEnd) {
    const storage = this.#storage;
    storage.setStatus(run.id, status, { error, settledAt: this.#runs.now(), output });
    const detail = error && { message: error.message };
    this.#runs.log(run, `run.${status}`, error?.step ?? null, detail);
    if (run.parentRun !== null) return this.#endParentStep(run, status, error);
    this.#runs.reportSettled({
      id: run.id,
      name: run.definition.name,
      definition: run.definition,
      status,
      error,
      input: JSON.parse(storage.input(run.id)),
      readStepOutput: (step) => {
        const state = storage.steps.find(run.id, step)?.state;
        return state?.phase === "completed" ? JSON.parse(state.output) : undefined;
      },
      readFailures: (step) => listFailures(storage, run.id, step),
      output: () => JSON.parse(storage.output(run.id) ?? "null"),
    });
    return [];
  }

  /** Ends the step that started a run, or the undo of that step, with the run. */
  #endParentStep(child: OpenRun, status: SettledStatus, error: RunError | null): Consequences {
    const parent = this.#runs.find(child.parentRun ?? "");
    if (!parent || child.parentStep === null) return [];
    for (const name of [undoName(child.parentStep), child.parentStep]) {
      const record = this.#storage.steps.find(parent.id, name);
      if (record?.state.phase !== "waiting") continue;
      const { wait } = record.state;
      if (wait.for !== "run" || wait.runId !== child.id) continue;
      const isUndo = name !== child.parentStep;
      const event = isUndo ? UNDONE : this.#describeChildEnd(parent, child, status, error);
      return [{ run: parent, record, event }];
    }
    return [];
  }

  #describeChildEnd(
    parent: OpenRun,
    child: OpenRun,
    status: SettledStatus,
    error: RunError | null,
  ): StepEvent {
    const { name } = child.definition;
    if (status === "completed") {
      const { json, bytes } = readOutput(this.#storage, child);
      if (json !== null) return { type: "completed", output: json };
      const message = `The outputs of the workflow ${name} have ${bytes} bytes in total; the maximum is ${OUTPUT_BYTES_MAX}. Select the needed part of them in its \`output\``;
      return { type: "failed", message };
    }
    if (parent.status === "undoing") return { type: "cancelled" };
    if (status === "cancelled" || error === null) {
      const why = error === null ? "" : `: ${error.message}`;
      return { type: "failed", message: `The workflow ${name} was cancelled${why}` };
    }
    return {
      type: "failed",
      message: `The workflow ${name} failed at ${error.step}: ${error.message}`,
    };
  }
}

const UNDONE: StepEvent = { type: "completed", output: "null" };
