import type { KernelStorage, StoredRun } from "../rows/kernel-storage.ts";
import { queueOf, queuesOf } from "../rows/step-queue.ts";
import { type StepRecord } from "../rows/step-row.ts";
import {
  type Definition,
  SUBWORKFLOW,
  type StepDefinition,
  type Template,
  type Work,
} from "../rules/definition.ts";
import type { Expressions, ExpressionScope, StepResult } from "../rules/expressions.ts";
import type { EventDetail, RunEventType } from "../rules/run/event.ts";
import { type Graph, buildGraph } from "../rules/run/graph.ts";
import type { SettledRun } from "../rules/run/run-view.ts";
import type { StepSurroundings } from "../rules/step/move-step.ts";
import { itemName, parseStepName } from "../rules/step/step-name.ts";
import type { StepState } from "../rules/step/step-state.ts";
import { selectWork } from "../rules/step/step-state.ts";

export type LedgerOptions = {
  readonly now: () => number;
  readonly random: () => number;
  readonly expressions: Expressions;
  readonly strikesMax: number;
  /** Called once each time that a run at the top settles, in the transaction that does. */
  onRunSettled(run: SettledRun): void;
  /** Something was logged about a run. */
  onEvent(run: StoredRun, type: RunEventType): void;
  /** An attempt is no longer wanted. */
  onCancelled(lease: string): void;
  /** Claims a step that is ready right away, or gives it back as it was. */
  claimAtOnce(run: OpenRun, record: StepRecord, use: string): StepRecord;
};

/** Steps and items of a run and of all runs under it: what one object, and one transaction, can take. */
export const STEPS_IN_TREE_MAX = 10_000;

/** A run with what it was pinned to. */
export type OpenRun = StoredRun & {
  readonly definition: Definition;
  readonly graph: Graph;
  /** Whether there may be something to undo. */
  readonly canUndo: boolean;
};

type Pinned = Pick<OpenRun, "definition" | "graph" | "canUndo">;

/** Reads and writes runs and steps for those who decide. Every method is called inside a transaction. */
export class RunBook {
  readonly storage: KernelStorage;
  readonly options: LedgerOptions;
  /** Definitions never change, so each is read once. */
  readonly #pinned = new Map<number, Pinned>();
  /** How many steps of a handler are claimed: a cache of the table, see `forgetCounts`. */
  readonly #claimed = new Map<string, number>();
  /** Leases that were cancelled since the last commit. */
  readonly #cancelled: string[] = [];

  constructor(storage: KernelStorage, options: LedgerOptions) {
    this.storage = storage;
    this.options = options;
  }

  run(id: string): OpenRun | null {
    const run = this.storage.run(id);
    return run ? { ...run, ...this.pinned(run.definitionId) } : null;
  }

  pinned(definitionId: number): Pinned {
    let pinned = this.#pinned.get(definitionId);
    if (!pinned) {
      const definition = this.storage.definition(definitionId);
      const steps = Object.values(definition.steps);
      const canUndo = steps.some(
        (step) =>
          step.undo !== undefined ||
          [step, ...(step.fallback ?? [])].some(({ use }) => use === SUBWORKFLOW),
      );
      pinned = { definition, graph: buildGraph(definition), canUndo };
      this.#pinned.set(definitionId, pinned);
    }
    return pinned;
  }

  /** How a row's work is defined: an item's like its step's, an undoing's by the step's `undo`. */
  definitionOf({ definition, id }: OpenRun, row: string): StepDefinition {
    const { step, index, isUndo } = parseStepName(row);
    const found = definition.steps[step];
    if (!found) throw new Error(`Run ${id} has a step ${step} that its definition does not have`);
    if (isUndo) return found.undo ?? { use: SUBWORKFLOW };
    if (!found.map) return found;
    if (index !== null) return found;
    // Fallbacks and decisions are each item's own.
    const { map: _map, fallback: _fallback, onExhausted: _onExhausted, ...whole } = found;
    return whole;
  }

  surroundings(definition: StepDefinition): StepSurroundings {
    const { now, random, strikesMax } = this.options;
    return { now: now(), random, definition, strikesMax };
  }

  save(run: OpenRun, record: StepRecord, from: StepState | null): void {
    const { state } = record;
    const definition = this.definitionOf(run, record.step);
    const queue = queueIn(definition, state);
    this.storage.steps.save(record, queue);
    if (state.phase === "claimed") this.#count(queue, 1);
    if (from?.phase !== "claimed") return;
    // A fallback is in another queue than what it falls back from.
    this.#count(queueIn(definition, from), -1);
    if (state.phase === "cancelled") this.#cancelled.push(from.lease);
  }

  #count(queue: string, change: number): void {
    const claimed = this.#claimed.get(queue);
    if (claimed !== undefined) this.#claimed.set(queue, claimed + change);
  }

  log(
    run: StoredRun,
    type: RunEventType,
    step: string | null,
    detail: EventDetail | null = null,
    opened = 0,
  ): { seq: number; open: number } {
    const logged = this.storage.addEvent(
      run.id,
      { at: this.options.now(), type, step, detail },
      opened,
    );
    this.options.onEvent(run, type);
    return logged;
  }

  /** How many steps of a handler are claimed, in all lanes. */
  countClaimed(use: string): number {
    let sum = 0;
    for (const queue of queuesOf(use)) {
      let claimed = this.#claimed.get(queue);
      if (claimed === undefined) {
        claimed = this.storage.steps.countClaimed(queue);
        this.#claimed.set(queue, claimed);
      }
      sum += claimed;
    }
    return sum;
  }

  /** Whether a step of a handler is claimed, in the table and not by the count. */
  hasClaimed(use: string): boolean {
    const queues = queuesOf(use);
    return this.storage.steps
      .agenda()
      .some(({ queue, hasClaimed }) => hasClaimed && queues.includes(queue));
  }

  /** The counts are a cache, and read afresh now and then. */
  forgetCounts(): void {
    this.#claimed.clear();
    this.storage.forgetRuns();
  }

  /** Where a transaction begins that may be rolled back by itself. */
  mark(): number {
    return this.#cancelled.length;
  }

  /** What has been written since the mark never was. */
  rolledBack(mark: number): void {
    this.forgetCounts();
    this.#cancelled.length = mark;
  }

  /** What has been written stands, so whoever works on what was cancelled is told. */
  committed(): void {
    for (const lease of this.#cancelled.splice(0)) this.options.onCancelled(lease);
  }

  /** Counts steps that are about to be made; says why they cannot be, when a run and those under it have too many. */
  grow(run: StoredRun, steps: number): string | null {
    const size = this.storage.growRun(run.id, steps);
    if (size <= STEPS_IN_TREE_MAX) return null;
    this.storage.growRun(run.id, -steps);
    return `${steps} more would make ${size} steps and items of one run and its sub-workflows, and ${STEPS_IN_TREE_MAX} are run at most. Start runs of their own for parts of it`;
  }

  /** What the expressions of a template may speak of. */
  scope(run: OpenRun, template: Template, record: StepRecord | null): ExpressionScope {
    const names = this.options.expressions.stepsIn(template);
    const rows = this.storage.steps.named(run.id, names);
    const found = new Map(rows.map(({ step, state }) => [step, resultOf(state)]));
    const about = record && parseStepName(record.step);
    if (about?.isUndo && about.index !== null && found.has(about.step)) {
      // What undoes an item sees what that item came to.
      const own = this.storage.steps.find(run.id, itemName(about.step, about.index));
      if (own) found.set(about.step, resultOf(own.state));
    }
    const steps = Object.fromEntries(names.map((name) => [name, found.get(name) ?? PENDING]));
    return {
      input: JSON.parse(this.storage.input(run.id)),
      run: { id: run.id, createdAt: run.createdAt },
      steps,
      ...(record && record.item !== null && { item: JSON.parse(record.item) }),
      ...(about && about.index !== null && { index: about.index }),
    };
  }

  /** A step's `with`, filled in. Throws what the expressions throw. */
  fill(run: OpenRun, record: StepRecord, work: Pick<Work, "with">): unknown {
    if (work.with === undefined) return null;
    return this.options.expressions.fill(work.with, this.scope(run, work.with, record));
  }
}

/** The queue that a step is in with its present way of doing the work. */
function queueIn(definition: StepDefinition, state: StepState): string {
  const choice = "choice" in state ? state.choice : 0;
  return queueOf(selectWork(definition, choice).use, definition.lane);
}

const PENDING: StepResult = { status: "pending", output: null, error: null };

/** A step as expressions see it. */
export function resultOf(state: StepState): StepResult {
  switch (state.phase) {
    case "pending":
      return PENDING;
    case "ready":
    case "claimed":
    case "waiting":
    case "held":
      return { status: "running", output: null, error: state.message };
    case "completed":
      return { status: "completed", output: JSON.parse(state.output), error: null };
    case "failed":
      return { status: "failed", output: null, error: state.message };
    case "skipped":
      return { status: "skipped", output: null, error: state.reason };
    case "cancelled":
      return { status: "cancelled", output: null, error: null };
  }
}
