import type { KernelStorage } from "../rows/kernel-storage.ts";
import { type StepRecord } from "../rows/step-row.ts";
import type { Definition } from "../rules/definition.ts";
import { stepsToRetry } from "../rules/run/retry.ts";
import { isSettledStatus, type RunView } from "../rules/run/run-view.ts";
import { parseLease } from "../rules/step/lease.ts";
import { parseStepName } from "../rules/step/step-name.ts";
import {
  type Claimed,
  LOST,
  type StepEvent,
  type StepState,
  selectWork,
} from "../rules/step/step-state.ts";
import { expiredSignal } from "./native-steps.ts";
import { type LedgerOptions, type OpenRun, RunBook } from "./run-book.ts";
import { viewRun } from "./run-output.ts";
import { RunSignals } from "./run-signals.ts";
import { RunWalker } from "./run-walker.ts";

/** A run to be started. Started again under the same id it is the same run. */
export type RunStart = {
  readonly id: string;
  readonly definition: Definition;
  readonly input: unknown;
  /** What `workflow@1` steps in it may start, by the name they use; pinned with the run. */
  readonly workflows?: Readonly<Record<string, Definition>>;
};

/** What can be done to runs. Applies events and stores what the rules say; every method is called inside a transaction. */
export class RunLedger {
  readonly signals: RunSignals;
  readonly book: RunBook;
  readonly #storage: KernelStorage;
  readonly #walker: RunWalker;

  constructor(storage: KernelStorage, options: LedgerOptions) {
    this.#storage = storage;
    this.book = new RunBook(storage, options);
    this.#walker = new RunWalker(this.book);
    this.signals = new RunSignals(this.book, this.#walker);
  }

  start({ id, definition, input, workflows = {} }: RunStart): boolean {
    if (this.#storage.run(id)) return false;
    const definitionId = this.#storage.addDefinition(definition);
    const { size } = this.book.pinned(definitionId).graph;
    const run = { id, definitionId, input: JSON.stringify(input ?? null), parent: null, size };
    this.#storage.addRun(run, this.book.options.now());
    for (const [name, workflow] of Object.entries(workflows)) {
      this.#storage.pin(id, name, this.#storage.addDefinition(workflow));
    }
    this.#walker.begin(id);
    return true;
  }

  /** Moves a step and, when that ends it, what depends on it. */
  apply(record: StepRecord, event: StepEvent): StepState {
    const run = this.book.run(record.runId);
    return run ? this.#walker.move(run, record, event) : record.state;
  }

  /** Moves the step that a lease holds. False when it holds none any more: the report changes nothing. */
  report(lease: string, event: StepEvent): boolean {
    const held = this.held(lease);
    if (held) this.apply(held, event);
    return held !== null;
  }

  /** The handler that does a step's work in its present way. */
  useOf({ runId, step, state }: StepRecord): string {
    const run = this.book.run(runId);
    const choice = "choice" in state ? state.choice : 0;
    return run ? selectWork(this.book.definitionOf(run, step), choice).use : "";
  }

  /** An attempt with an effect begins. */
  started({ runId, step }: StepRecord, { attempt }: Claimed): void {
    const run = this.#storage.run(runId);
    if (run) this.book.log(run, "step.started", step, { attempt });
  }

  /** A lease, wait, pause or place in the queue is over. */
  expire(record: StepRecord): void {
    const { state } = record;
    const isSleep = state.phase === "waiting" && state.wait.for === "time";
    const isSignal = state.phase === "waiting" && state.wait.for === "signal";
    const run = this.book.run(record.runId);
    if (!run) return;
    if (isSleep) this.apply(record, { type: "completed", output: "null" });
    else if (isSignal && state.wait.onTimeout === "complete") {
      this.apply(record, expiredSignal(this.book.options.now()));
    } else if (state.phase === "waiting" && !isSignal) {
      this.#walker.giveUpWait(run, record, overdue(state));
    } else this.apply(record, { type: "expired", message: overdue(state) });
  }

  /** The step that a lease holds. */
  held(lease: string): StepRecord | null {
    const name = parseLease(lease);
    const record = name && this.#storage.steps.find(name.runId, name.step);
    return record?.state.phase === "claimed" && record.state.lease === lease ? record : null;
  }

  cancel(runId: string): boolean {
    const run = this.book.run(runId);
    if (run?.status !== "running" && run?.status !== "paused") return false;
    this.#walker.ending.end(run, "cancelled", null);
    return true;
  }

  /** Begins nothing new until it is resumed; what is under way goes on, and waits go on waiting. */
  pause(runId: string): boolean {
    const run = this.book.run(runId);
    if (run?.status !== "running") return false;
    this.#storage.setStatus(runId, "paused");
    this.book.log(run, "run.paused", null);
    for (const record of this.#storage.steps.all(runId)) {
      if (record.state.phase === "ready") this.apply(record, { type: "held" });
      const child = childOf(record);
      if (child) this.pause(child);
    }
    return true;
  }

  /** Goes on: with what a pause held back, and with fresh tries for what had failed for good. */
  resume(runId: string): boolean {
    const run = this.book.run(runId);
    if (!run || isSettledStatus(run.status) || run.status === "undoing") return false;
    const rows = this.#storage.steps.all(runId);
    // Where a person is to decide, he decides by a signal that says who he is and why.
    const held = rows.filter(({ state }) => state.phase === "held" && state.because !== "human");
    const children = rows.flatMap((record) => childOf(record) ?? []);
    if (run.status === "running" && held.length === 0) {
      return children.map((child) => this.resume(child)).includes(true);
    }
    this.#storage.setStatus(runId, "running");
    this.book.log(run, "run.resumed", null);
    for (const record of held) this.apply(record, { type: "resumed" });
    for (const child of children) this.resume(child);
    return true;
  }

  /** Takes up a run that has ended: from a step, or from what failed. False when there is nothing to do over. */
  retry(runId: string, from: string | null): boolean {
    const run = this.book.run(runId);
    if (!run || !isSettledStatus(run.status) || run.parentRun !== null) return false;
    if (from !== null && !run.definition.steps[from]) return false;
    const records = new Map(this.#storage.steps.all(runId).map((record) => [record.step, record]));
    const undoings = [...records.keys()].filter((name) => parseStepName(name).isUndo);
    const undone = new Set(undoings.map((name) => parseStepName(name).step));
    const states = new Map([...records].map(([step, { state }]) => [step, state]));
    const steps = stepsToRetry(run.graph, states, undone, from);
    if (steps.size === 0) return false;
    this.#storage.setStatus(runId, "running");
    const { open } = this.#storage.lastEvent(runId);
    this.book.log(run, "run.retried", from, null, steps.size - open);
    for (const step of steps) this.#reset(run, step, records, undone.has(step));
    this.#storage.recountRun(runId, steps.size);
    this.#walker.decide(
      runId,
      run.graph.order.filter((step) => steps.has(step)),
    );
    return true;
  }

  forget(runId: string): void {
    const run = this.#storage.run(runId);
    if (run && isSettledStatus(run.status)) this.#storage.eraseRun(runId);
  }

  view(runId: string): RunView | null {
    const run = this.book.run(runId);
    return run && viewRun(this.book, run);
  }

  /** Done over on purpose, work that had been done is another effect, and so has another key. */
  #reset(run: OpenRun, step: string, records: ReadonlyMap<string, StepRecord>, isUndone: boolean) {
    const record = records.get(step);
    if (!record) return;
    const children = this.#storage.runsOf(run.id, step);
    const isOther =
      isUndone ||
      record.state.phase === "completed" ||
      children.some((child) => this.#storage.hasUndone(child));
    for (const child of children) this.#storage.eraseRun(child);
    this.#storage.steps.erase(run.id, step);
    const pending: StepState = { phase: "pending" };
    const epoch = record.epoch + Number(isOther);
    this.book.save(run, { ...record, seq: null, epoch, state: pending }, null);
  }
}

function childOf({ state }: StepRecord): string | null {
  return state.phase === "waiting" && state.wait.for === "run" ? state.wait.runId : null;
}

function overdue(state: StepState): string {
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
