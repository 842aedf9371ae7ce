import type { KernelStorage, NewRun } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import { describeEnd, describeMove } from "../rules/run/log-step.ts";
import { isNative } from "../rules/run/native-wait.ts";
import type { RunError } from "../rules/run/run-view.ts";
import { parseStepName } from "../rules/step/step-name.ts";
import { isEnded, selectWork, type StepEvent, type StepState } from "../rules/step/step-state.ts";
import { MapItems } from "./map-items.ts";
import { NativeWaits } from "./native-waits.ts";
import { Readiness } from "./readiness.ts";
import { type Consequence, RunEnding } from "./run-ending.ts";
import type { RunExpressions } from "./run-expressions.ts";
import { type OpenRun, resolveDefinition, type RunStore } from "./run-store.ts";

/**
 * Claims a step in the same transaction that makes it ready. The engine's `Claims` implements this, so that the ledger
 * does not import the engine.
 */
export interface EarlyClaims {
  /** Returns the step as claimed, not saved yet, or the unchanged record. */
  claimAtOnce(run: OpenRun, record: StepRecord, use: string): StepRecord;

  /** Returns true if the round after the start of a run decides about its first steps, so that no row says "ready". */
  leaveToRound(run: OpenRun): boolean;
}

/**
 * Moves steps and carries out the consequences: steps that become ready, items, runs that begin and end.
 *
 * All recursion of the ledger is in this class: the end of a step may end its run, which moves the step of the parent
 * run that waits for it. `Readiness`, `NativeWaits`, `MapItems` and `RunEnding` only read and write rows and return the
 * consequences.
 */
export class RunProgress {
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #claims: EarlyClaims;
  readonly #readiness: Readiness;
  readonly #waits: NativeWaits;
  readonly #items: MapItems;
  readonly #ending: RunEnding;
  /** Steps whose items are beginning. Prevents recursion when an item ends at once. */
  readonly #beginning = new Set<string>();

  constructor(
    storage: KernelStorage,
    runs: RunStore,
    expressions: RunExpressions,
    claims: EarlyClaims,
  ) {
    this.#storage = storage;
    this.#runs = runs;
    this.#claims = claims;
    this.#readiness = new Readiness(storage, runs, expressions);
    this.#waits = new NativeWaits(storage, runs, expressions);
    this.#items = new MapItems(storage, runs, expressions);
    this.#ending = new RunEnding(storage, runs, expressions);
  }

  /** Begins a run that was just stored: decides about the steps that need no other steps. */
  begin(runId: string): void {
    const run = this.#runs.find(runId);
    if (!run) return;
    const { graph } = run;
    this.#runs.reportStarted(run);
    if (graph.stuck !== null) {
      const message = `${graph.stuck} needs a step that cannot complete`;
      this.end(run, "failed", { step: graph.stuck, message });
    } else if (graph.size === 0) this.#carryOut(this.#ending.complete(run));
    else if (!this.#claims.leaveToRound(run)) this.decide(runId, graph.roots);
  }

  /** Decides about the first steps of a run, which its start has left to the round after it. */
  beginSteps(runId: string): void {
    const run = this.#findGoing(runId);
    if (run) this.decide(runId, run.graph.roots);
  }

  /** Begins or skips those of the given pending steps whose needs have ended. The others stay pending. */
  decide(runId: string, steps: readonly string[]): void {
    const ended: StepRecord[] = [];
    for (const step of steps) {
      const run = this.#findGoing(runId);
      const record = run && this.#decide(run, step, null);
      if (record) ended.push(record);
    }
    this.#follow(runId, ended, null);
  }

  /**
   * Applies an event to the row of a step, an item or an undo, saves it, and carries out the consequences. Returns the
   * new state.
   */
  move(run: OpenRun, record: StepRecord, event: StepEvent): StepState {
    const definition = resolveDefinition(run, record.step);
    const state = this.#runs.moveState(definition, record.state, event);
    if (state === record.state) return state;
    if (isEnded(state)) {
      this.#followEnd(run, { ...record, state }, record.state);
      return state;
    }
    const seq = this.#logMove(run, record, state, event) ?? record.seq;
    const opened = this.#open(run, { ...record, state, seq }, record.state);
    if (isEnded(opened.state)) this.#followEnd(run, opened, record.state);
    return opened.state;
  }

  /**
   * Ends a step's wait that has timed out: cancels its items or its sub-workflow. The step fails with `message` once
   * these have stopped.
   */
  giveUpWait(run: OpenRun, record: StepRecord, message: string): void {
    const { state, step } = record;
    if (state.phase !== "waiting") return;
    const { wait } = state;
    if (wait.for === "items") return this.#failItems(run, step, message);
    const child = wait.for === "run" ? this.#runs.find(wait.runId) : null;
    if (!child) return void this.move(run, record, { type: "expired", message });
    this.move(run, record, { type: "waited", wait, due: null });
    this.end(child, "cancelled", { step, message });
  }

  /**
   * Ends a run before its steps have ended, because the run failed or was cancelled: at once, or once its work is
   * undone. `error` is null for a cancelled run.
   */
  end(run: OpenRun, outcome: "failed" | "cancelled", error: RunError | null): void {
    this.#carryOut(this.#ending.end(run, outcome, error));
  }

  /** Carries out consequences. The list grows instead of recursing, since a run may have thousands of steps to undo. */
  #carryOut(consequences: readonly Consequence[]): void {
    const list = [...consequences];
    for (const { run, record, event } of list) {
      if (event) {
        this.move(run, record, event);
        continue;
      }
      const opened = this.#open(run, record, null);
      if (isEnded(opened.state)) list.push(...this.#ending.saveUndone(run, opened, null));
    }
  }

  /**
   * Saves a row that has not ended. A ready row with a native wait begins the wait here. If the wait fails or is over
   * at once, returns the ended row, not saved yet.
   */
  #open(run: OpenRun, record: StepRecord, from: StepState | null): StepRecord {
    const definition = resolveDefinition(run, record.step);
    let { state, seq, epoch } = record;
    let child: NewRun | null = null;
    while (state.phase === "ready") {
      const work = selectWork(definition, state.choice);
      if (run.status === "paused") state = this.#runs.moveState(definition, state, HELD);
      if (state.phase !== "ready" || !isNative(work.use)) break;
      const before: StepRecord = { ...record, state };
      const begun = this.#waits.begin(run, before, work);
      state = this.#runs.moveState(definition, state, begun.event);
      seq = begun.seq ?? this.#logMove(run, before, state, begun.event) ?? seq;
      ({ child, epoch } = begun);
    }
    const opened = { ...record, state, seq, epoch };
    if (isEnded(state)) return opened;
    const use = this.#runs.findHandler(run, definition, state);
    const moved = this.#claims.claimAtOnce(run, opened, use);
    this.#runs.save(run, moved, from);
    if (child && state.phase === "waiting") {
      this.#storage.addRun(child, this.#runs.now());
      this.begin(child.id);
    }
    return moved;
  }

  /** Logs a move that belongs in the event log. Returns the number of the event, or null. */
  #logMove(run: OpenRun, record: StepRecord, to: StepState, event: StepEvent): number | null {
    const { step, state } = record;
    const logged = describeMove(state, to, event, resolveDefinition(run, step));
    return logged && this.#runs.log(run, logged.type, step, logged.detail).seq;
  }

  /** Carries out the consequences of the end of a row. `record` is not saved yet. */
  #followEnd(run: OpenRun, record: StepRecord, from: StepState | null): void {
    const { index, isUndo } = parseStepName(record.step);
    if (isUndo) this.#carryOut(this.#ending.saveUndone(run, record, from));
    else if (run.status === "undoing") {
      this.#carryOut(this.#ending.saveLateEnd(run, record, from));
    } else if (index !== null) this.#followItem(run, record, from);
    else this.#follow(run.id, [record], from);
  }

  /** Logs ends and decides about dependent steps until nothing more follows. The list grows while it is iterated. */
  #follow(runId: string, ended: StepRecord[], from: StepState | null): void {
    const followed = new Set(ended.map(({ step }) => step));
    for (const [index, record] of ended.entries()) {
      const run = this.#findGoing(runId);
      if (!run) return;
      const open = this.#saveEnd(run, record, index === 0 ? from : null);
      const { state, step } = record;
      if (state.phase === "failed" && !run.graph.isFailureHandled(step)) {
        // Steps that ended in the same change keep their ends, since a signal that one of them received is consumed.
        for (const other of ended.slice(index + 1)) this.#saveEnd(run, other, null);
        return this.end(run, "failed", { step, message: state.message });
      }
      for (const dependent of run.graph.listDependents(step)) {
        if (followed.has(dependent)) continue;
        const current = this.#findGoing(runId);
        const next = current && this.#decide(current, dependent, state);
        if (!next) continue;
        followed.add(dependent);
        ended.push(next);
      }
      if (open === 0) {
        const current = this.#findGoing(runId);
        if (current) this.#carryOut(this.#ending.complete(current));
      }
    }
  }

  /** Logs and saves the end of a step or an item. Returns how many steps of the run have not ended. */
  #saveEnd(run: OpenRun, record: StepRecord, from: StepState | null): number {
    const { state, step } = record;
    const isTop = parseStepName(step).index === null;
    const logged = describeEnd(state);
    const { seq, open } = this.#runs.log(run, logged.type, step, logged.detail, isTop ? -1 : 0);
    this.#runs.save(run, { ...record, seq }, from);
    return open;
  }

  #findGoing(runId: string): OpenRun | null {
    const run = this.#runs.find(runId);
    return run?.status === "running" || run?.status === "paused" ? run : null;
  }

  /** Begins or skips a pending step, or leaves it pending. Returns the step, not saved yet, if it ended at once. */
  #decide(run: OpenRun, step: string, cause: StepState | null): StepRecord | null {
    const record = this.#readiness.decide(run, step, cause);
    if (!record || isEnded(record.state)) return record;
    const definition = run.definition.steps[step];
    if (definition?.map) {
      const ended = this.#items.open(run, record, definition);
      if (!ended) this.#beginItems(run.id, step);
      return ended;
    }
    const opened = this.#open(run, record, null);
    return isEnded(opened.state) ? opened : null;
  }

  /** Begins items up to the concurrency of the step. */
  #beginItems(runId: string, step: string): void {
    const key = `${runId}/${step}`;
    if (this.#beginning.has(key)) return;
    this.#beginning.add(key);
    try {
      for (;;) {
        const run = this.#runs.find(runId);
        const item = run && this.#items.takeNext(run, step);
        if (!item) return;
        const opened = this.#open(run, item, null);
        if (isEnded(opened.state)) this.#followItem(run, opened, null);
      }
    } finally {
      this.#beginning.delete(key);
    }
  }

  /** Handles the end of an item: begins the next one, or ends the step. `record` is not saved yet. */
  #followItem(run: OpenRun, record: StepRecord, from: StepState | null): void {
    this.#saveEnd(run, record, from);
    const { state } = record;
    const { step, index } = parseStepName(record.step);
    if (state.phase === "failed") {
      return this.#failItems(run, step, `Item ${index} failed: ${state.message}`);
    }
    const end = this.#items.countEnded(run, step);
    if (end === "next") this.#beginItems(run.id, step);
    else if (end) this.move(run, end.record, end.event);
  }

  /** Cancels the items of a step. The step fails when the last item has stopped. */
  #failItems(run: OpenRun, step: string, failure: string): void {
    for (const item of this.#items.fail(run, step, failure)) {
      this.#carryOut(this.#ending.cancelRow(run, item));
    }
    const end = this.#items.findFailure(run, step);
    if (end) this.move(run, end.record, end.event);
  }
}

const HELD: StepEvent = { type: "held" };
