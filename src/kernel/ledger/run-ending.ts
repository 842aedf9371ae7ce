import { type StepRecord } from "../rows/step-row.ts";
import { isSettledStatus, type RunError, type SettledStatus } from "../rules/run/run-view.ts";
import { decideUndo } from "../rules/run/undo.ts";
import { moveStep } from "../rules/step/move-step.ts";
import { childRunId, undoName, undoneBy } from "../rules/step/step-name.ts";
import { encodeOutput, describeError, OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";
import { isEnded, readyStep, type StepEvent, type StepState } from "../rules/step/step-state.ts";
import type { OpenRun, RunBook } from "./run-book.ts";
import { outputOf } from "./run-output.ts";
import { newRecord, type Walking } from "./walking.ts";

/** Ends runs: cancels what is under way, undoes what was done, the last first, and settles. */
export class RunEnding {
  readonly #book: RunBook;
  readonly #walker: Pick<Walking, "open" | "move">;

  constructor(book: RunBook, walker: Pick<Walking, "open" | "move">) {
    this.#book = book;
    this.#walker = walker;
  }

  /** All steps have ended well. */
  complete(run: OpenRun): void {
    const { definition } = run;
    if (definition.output === undefined) return this.#settle(run, "completed", null);
    let made: Extract<StepEvent, { type: "completed" | "failed" }>;
    try {
      const scope = this.#book.scope(run, definition.output, null);
      made = encodeOutput(this.#book.options.expressions.fill(definition.output, scope));
    } catch (error) {
      made = { type: "failed", message: describeError(error) };
    }
    if (made.type === "failed") {
      const message = `The run's output could not be made: ${made.message}`;
      return this.end(run, "failed", { step: "output", message });
    }
    this.#book.storage.setOutput(run.id, made.output);
    this.#settle(run, "completed", null);
  }

  /** Ends a run early: now, or once what it did is undone. */
  end(run: OpenRun, outcome: "failed" | "cancelled", error: RunError | null): void {
    // Whoever waits for it is told when everything is undone.
    if (run.status === "undoing" || isSettledStatus(run.status)) return;
    const rows = this.#book.storage.steps.all(run.id);
    const nested = rows.filter(
      ({ state }) => state.phase === "waiting" && state.wait.for === "run",
    );
    for (const record of rows) if (!nested.includes(record)) this.cancelRow(run, record);
    if (!run.canUndo || (nested.length === 0 && !this.#nextToUndo(run))) {
      return this.#settle(run, outcome, error);
    }
    this.#book.storage.setStatus(run.id, "undoing", { outcome, error });
    this.#book.log(run, "run.undoing", error?.step ?? null, error && { message: error.message });
    for (const record of nested) this.cancelRow(run, record);
    this.#undoNext(run.id);
  }

  /** Stops one row. One that waits for a run may go on waiting, until that run has undone what it did. */
  cancelRow(run: OpenRun, record: StepRecord): void {
    const { state } = record;
    if (isEnded(state) || (state.phase === "pending" && record.item === null)) return;
    if (state.phase === "waiting" && state.wait.for === "run") {
      const child = this.#book.run(state.wait.runId);
      if (child) this.end(child, "cancelled", null);
      return;
    }
    const { seq } = this.#book.storage.lastEvent(run.id);
    const surroundings = this.#book.surroundings(this.#book.definitionOf(run, record.step));
    const ended = moveStep(state, { type: "cancelled" }, surroundings);
    this.#book.save(run, { ...record, seq, state: ended }, state);
  }

  /** A step that was left waiting for a run when its own run was taken back. `record` is not saved yet. */
  endedLate(run: OpenRun, record: StepRecord, from: StepState | null): void {
    const { seq } = this.#book.storage.lastEvent(run.id);
    this.#book.save(run, { ...record, seq }, from);
    this.#undoNext(run.id);
  }

  /** Takes in that something was undone, or could not be. `record` is not saved yet. */
  undone(run: OpenRun, record: StepRecord, from: StepState | null): void {
    this.#saveUndone(run, record, from);
    this.#undoNext(run.id);
  }

  #saveUndone(run: OpenRun, record: StepRecord, from: StepState | null): void {
    const { state } = record;
    const isDone = state.phase === "completed";
    const step = undoneBy(record.step);
    const detail = state.phase === "failed" ? { message: state.message } : null;
    const { seq } = this.#book.log(run, isDone ? "step.undone" : "step.undo_failed", step, detail);
    this.#book.save(run, { ...record, seq }, from);
  }

  #undoNext(runId: string): void {
    for (;;) {
      const run = this.#book.run(runId);
      // One after the other: what is being undone, or a run that is still undoing itself, is waited for.
      if (run?.status !== "undoing" || this.#book.storage.steps.hasLive(runId)) return;
      const next = this.#nextToUndo(run);
      if (!next) {
        const { outcome, errorStep, errorMessage } = run;
        const error = errorStep === null ? null : { step: errorStep, message: errorMessage ?? "" };
        return this.#settle(run, outcome ?? "failed", error);
      }
      this.#undo(run, next);
    }
  }

  #nextToUndo(run: OpenRun): StepRecord | null {
    for (const record of this.#book.storage.steps.lastFirst(run.id)) {
      const definition = this.#book.definitionOf(run, record.step);
      // The rows of its items are undone; the step's own row stands for all of them.
      if (run.definition.steps[record.step]?.map) continue;
      const undoing = decideUndo(definition, record.state);
      if (undoing === "work") return record;
      if (undoing === "run" && this.#childToUndo(run, record)) return record;
    }
    return null;
  }

  /** The run that a step started, if something of it can be taken back. */
  #childToUndo(run: OpenRun, { step, epoch }: StepRecord): OpenRun | null {
    const child = this.#book.run(childRunId(run.id, step, epoch));
    return child?.status === "completed" && child.canUndo && this.#nextToUndo(child) ? child : null;
  }

  #undo(run: OpenRun, { step, epoch, item }: StepRecord): void {
    const record = { ...newRecord(run.id, undoName(step), item), epoch };
    const definition = this.#book.definitionOf(run, step);
    const ready = readyStep(this.#book.options.now(), definition.undo ?? {});
    if (definition.undo) {
      const opened = this.#walker.open(run, { ...record, state: ready }, null);
      if (isEnded(opened.state)) this.#saveUndone(run, opened, null);
      return;
    }
    const child = this.#childToUndo(run, { ...record, step });
    if (!child) return;
    const wait = { for: "run", runId: child.id } as const;
    const waiting: StepState = { ...ready, phase: "waiting", wait, due: null };
    this.#book.save(run, { ...record, state: waiting }, null);
    this.#book.storage.setStatus(child.id, "undoing", { outcome: "cancelled" });
    this.#book.log(child, "run.undoing", null);
    this.#undoNext(child.id);
  }

  #settle(run: OpenRun, status: SettledStatus, error: RunError | null): void {
    const { storage, options } = this.#book;
    storage.setStatus(run.id, status, { error, settledAt: options.now() });
    const detail = error && { message: error.message };
    this.#book.log(run, `run.${status}`, error?.step ?? null, detail);
    if (run.parentRun !== null) return this.#settledChild(run, status, error);
    options.onRunSettled({
      id: run.id,
      name: run.definition.name,
      definition: run.definition,
      status,
      error,
      input: JSON.parse(storage.input(run.id)),
      outputOf: (step) => {
        const state = storage.steps.find(run.id, step)?.state;
        return state?.phase === "completed" ? JSON.parse(state.output) : undefined;
      },
      output: () => JSON.parse(storage.output(run.id) ?? "null"),
    });
  }

  /** Tells the step that started a run how it ended. */
  #settledChild(child: OpenRun, status: SettledStatus, error: RunError | null): void {
    const parent = this.#book.run(child.parentRun ?? "");
    if (!parent || child.parentStep === null) return;
    for (const name of [undoName(child.parentStep), child.parentStep]) {
      const record = this.#book.storage.steps.find(parent.id, name);
      if (record?.state.phase !== "waiting") continue;
      const { wait } = record.state;
      if (wait.for !== "run" || wait.runId !== child.id) continue;
      const isUndo = name !== child.parentStep;
      const event = isUndo ? UNDONE : this.#eventOfChild(parent, child, status, error);
      this.#walker.move(parent, record, event);
      return;
    }
  }

  #eventOfChild(
    parent: OpenRun,
    child: OpenRun,
    status: SettledStatus,
    error: RunError | null,
  ): StepEvent {
    const { name } = child.definition;
    if (status === "completed") {
      const { json, bytes } = outputOf(this.#book, child);
      if (json !== null) return { type: "completed", output: json };
      const message = `The outputs of the workflow ${name} have ${bytes} bytes together, more than the ${OUTPUT_BYTES_MAX} that are kept. Say in its \`output\` what of them is wanted`;
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
