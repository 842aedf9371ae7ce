import type { NewRun } from "../rows/kernel-storage.ts";
import { type StepRecord } from "../rows/step-row.ts";
import type { StepDefinition } from "../rules/definition.ts";
import { countNeed, decideStep, type NeedCounts } from "../rules/run/decide-step.ts";
import { describeEnd, describeMove } from "../rules/run/log-step.ts";
import { isNative } from "../rules/run/native-wait.ts";
import { moveStep } from "../rules/step/move-step.ts";
import { parseStepName } from "../rules/step/step-name.ts";
import { describeError, showValue } from "../rules/step/step-outcome.ts";
import {
  isEnded,
  readyStep,
  type StepEvent,
  type StepState,
  selectWork,
} from "../rules/step/step-state.ts";
import { MapItems } from "./map-items.ts";
import { openNative } from "./native-steps.ts";
import { NeedWatch } from "./need-watch.ts";
import type { OpenRun, RunBook } from "./run-book.ts";
import { RunEnding } from "./run-ending.ts";
import { failed, newRecord, type Walking } from "./walking.ts";

/** Moves steps and follows what comes of it: the steps that become ready, the items, the run that ends. */
export class RunWalker implements Walking {
  readonly #book: RunBook;
  readonly #items: MapItems;
  readonly #watch: NeedWatch;
  readonly ending: RunEnding;

  constructor(book: RunBook) {
    this.#book = book;
    this.#items = new MapItems(book, this);
    this.#watch = new NeedWatch(book.storage.steps);
    this.ending = new RunEnding(book, this);
  }

  /** Decides about steps whose needs may stand otherwise than before. */
  decide(runId: string, steps: readonly string[]): void {
    const ended: StepRecord[] = [];
    for (const step of steps) {
      const run = this.#going(runId);
      const record = run && this.#decide(run, step);
      if (record) ended.push(record);
    }
    this.#follow(runId, ended);
  }

  /** Moves a step's row, or an item's or an undoing's. */
  move(run: OpenRun, record: StepRecord, event: StepEvent): StepState {
    const definition = this.#book.definitionOf(run, record.step);
    const state = moveStep(record.state, event, this.#book.surroundings(definition));
    if (state === record.state) return state;
    if (isEnded(state)) {
      this.#ended(run, { ...record, state }, record.state);
      return state;
    }
    const seq = this.#logMove(run, record, record.state, state, event) ?? record.seq;
    const opened = this.open(run, { ...record, state, seq }, record.state);
    if (isEnded(opened.state)) this.#ended(run, opened, record.state);
    return opened.state;
  }

  /**
   * Saves a row whose state is not an end. One that is ready may be a wait of the kernel's own, which begins here,
   * and which may fail or be over at once: then what it ended in is returned and not saved yet.
   */
  open(run: OpenRun, record: StepRecord, from: StepState | null): StepRecord {
    const definition = this.#book.definitionOf(run, record.step);
    const surroundings = this.#book.surroundings(definition);
    let { state, seq, epoch } = record;
    let child: NewRun | null = null;
    while (state.phase === "ready") {
      const work = selectWork(definition, state.choice);
      if (run.status === "paused") state = moveStep(state, { type: "held" }, surroundings);
      if (state.phase !== "ready" || !isNative(work.use)) break;
      const opened = openNative(this.#book, run, { ...record, state }, work);
      const before: StepState = state;
      state = moveStep(state, opened.event, surroundings);
      seq = opened.seq ?? this.#logMove(run, record, before, state, opened.event) ?? seq;
      ({ child, epoch } = opened);
    }
    const opened = { ...record, state, seq, epoch };
    if (isEnded(state)) return opened;
    const { use } = selectWork(definition, "choice" in state ? state.choice : 0);
    const moved = this.#book.options.claimAtOnce(run, opened, use);
    this.#book.save(run, moved, from);
    if (child && state.phase === "waiting") {
      this.#book.storage.addRun(child, this.#book.options.now());
      this.begin(child.id);
    }
    return moved;
  }

  /** The number of the event, if it is one. */
  #logMove(
    run: OpenRun,
    { step }: StepRecord,
    from: StepState,
    to: StepState,
    event: StepEvent,
  ): number | null {
    const logged = describeMove(from, to, event, this.#book.definitionOf(run, step));
    return logged && this.#book.log(run, logged.type, step, logged.detail).seq;
  }

  /** A wait is over that has no end of its own: what is waited for is stopped, and the step fails when it has stopped. */
  giveUpWait(run: OpenRun, record: StepRecord, message: string): void {
    const { state, step } = record;
    if (state.phase !== "waiting") return;
    const { wait } = state;
    if (wait.for === "items") return this.#items.fail(run, step, message);
    const child = wait.for === "run" ? this.#book.run(wait.runId) : null;
    if (!child) return void this.move(run, record, { type: "expired", message });
    this.move(run, record, { type: "waited", wait, due: null });
    this.ending.end(child, "cancelled", { step, message });
  }

  cancelRow(run: OpenRun, record: StepRecord): void {
    this.ending.cancelRow(run, record);
  }

  /** Begins a run that was just stored. */
  begin(runId: string): void {
    const run = this.#book.run(runId);
    if (!run) return;
    const { graph } = run;
    this.#book.log(run, "run.started", null, null, graph.size);
    if (graph.stuck !== null) {
      const message = `${graph.stuck} needs what will never complete`;
      this.ending.end(run, "failed", { step: graph.stuck, message });
    } else if (graph.size === 0) this.ending.complete(run);
    else this.decide(runId, graph.roots);
  }

  /** What a step came to is taken in by whoever waits for it. `record` is not saved yet. */
  #ended(run: OpenRun, record: StepRecord, from: StepState | null): void {
    const { index, isUndo } = parseStepName(record.step);
    if (isUndo) this.ending.undone(run, record, from);
    else if (run.status === "undoing") this.ending.endedLate(run, record, from);
    else if (index !== null) this.#items.ended(run, record, from);
    else this.#follow(run.id, [record], from);
  }

  /** Logs ends and decides about the steps after them, until nothing more follows. The list grows while it is walked. */
  #follow(runId: string, ended: StepRecord[], from: StepState | null = null): void {
    const followed = new Set(ended.map(({ step }) => step));
    for (const [index, record] of ended.entries()) {
      const run = this.#going(runId);
      if (!run) return;
      const open = this.logEnd(run, record, index === 0 ? from : null);
      const { state, step } = record;
      if (state.phase === "failed" && !run.graph.isFailureHandled(step)) {
        // What has ended too in this moment is not lost: a signal that it took was taken.
        for (const other of ended.slice(index + 1)) this.logEnd(run, other, null);
        return this.ending.end(run, "failed", { step, message: state.message });
      }
      for (const dependent of run.graph.dependentsOf(step)) {
        if (followed.has(dependent)) continue;
        const current = this.#going(runId);
        const next = current && this.#decide(current, dependent, state);
        if (!next) continue;
        followed.add(dependent);
        ended.push(next);
      }
      if (open === 0) {
        const current = this.#going(runId);
        if (current) this.ending.complete(current);
      }
    }
  }

  logEnd(run: OpenRun, record: StepRecord, from: StepState | null): number {
    const { state, step } = record;
    const isTop = parseStepName(step).index === null;
    const logged = describeEnd(state);
    const { seq, open } = this.#book.log(run, logged.type, step, logged.detail, isTop ? -1 : 0);
    this.#book.save(run, { ...record, seq }, from);
    return open;
  }

  #going(runId: string): OpenRun | null {
    const run = this.#book.run(runId);
    return run?.status === "running" || run?.status === "paused" ? run : null;
  }

  /** Begins or skips a pending step, or leaves it waiting; what ended at once is returned and not saved yet. */
  #decide(run: OpenRun, step: string, cause: StepState | null = null): StepRecord | null {
    const definition = run.definition.steps[step];
    if (!definition || this.#watch.isStillOpen(run, step, cause)) return null;
    const existing = this.#book.storage.steps.find(run.id, step);
    if (existing && existing.state.phase !== "pending") return null;
    const counts = this.#countNeeds(run, step, cause);
    const decision = decideStep(definition.trigger ?? "all_success", counts);
    if (decision === "wait") {
      this.#watch.begin(run, step);
      return null;
    }
    const record = existing ?? newRecord(run.id, step);
    if (decision !== "begin")
      return { ...record, state: { phase: "skipped", reason: decision.skip } };
    const state = this.#beginOrNot(run, record, definition);
    if (isEnded(state)) return { ...record, state };
    if (definition.map) return this.#items.open(run, record, definition);
    const opened = this.open(run, { ...record, state }, null);
    return isEnded(opened.state) ? opened : null;
  }

  /** How the needs stand; the only one stands as `cause` does. */
  #countNeeds(run: OpenRun, step: string, cause: StepState | null): NeedCounts {
    const needs = run.graph.needsOf(step);
    if (needs.length === 1 && cause) return countNeed(cause);
    return this.#book.storage.steps.countNeeds(run.id, needs);
  }

  #beginOrNot(run: OpenRun, record: StepRecord, definition: StepDefinition): StepState {
    const ready = readyStep(this.#book.options.now(), definition);
    if (definition.when === undefined) return ready;
    let holds: unknown;
    try {
      const scope = this.#book.scope(run, definition.when, record);
      holds = this.#book.options.expressions.evaluate(definition.when, scope);
    } catch (error) {
      return failed(`The condition \`when\` could not be evaluated: ${describeError(error)}`);
    }
    if (holds === true) return ready;
    if (holds === false) return { phase: "skipped", reason: "condition" };
    return failed(
      `The condition \`when\` gave ${showValue(holds)}, which is neither true nor false`,
    );
  }
}
