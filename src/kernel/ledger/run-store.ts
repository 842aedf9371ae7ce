import type { KernelStorage, StoredRun } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import {
  type Definition,
  type Lane,
  type StepDefinition,
  SUBWORKFLOW,
} from "../rules/definition.ts";
import type { EventDetail, RunEventType } from "../rules/run/event.ts";
import { buildGraph, type Graph } from "../rules/run/graph.ts";
import type { SettledRun } from "../rules/run/run-view.ts";
import { moveStep } from "../rules/step/move-step.ts";
import { formatQueue, listQueues } from "../rules/step/queue.ts";
import { parseStepName } from "../rules/step/step-name.ts";
import { selectWork, type StepEvent, type StepState } from "../rules/step/step-state.ts";

/** Functions of the object that owns the kernel, by which it learns what happens to its runs and chooses handlers. */
export type RunCallbacks = {
  /**
   * Returns the name of the handler that does a step's work: `use`, or the name of one that does the same in another
   * place. The choice must stay the same until the work has ended.
   */
  readonly chooseHandler?: (work: ChosenWork) => string;
  /** Called synchronously inside the transaction that settles a topmost run. A run that is retried settles again. */
  readonly onRunSettled?: (run: SettledRun) => void;
  /** Called synchronously after an event of a run is logged, inside the transaction. */
  readonly onEvent?: (run: StoredRun, type: RunEventType) => void;
};

/** The work of a step of a run, for which a handler is chosen. */
export type ChosenWork = { readonly runId: string; readonly use: string; readonly lane: Lane };

/** The inputs of `RunStore` that tests replace, such as the clock, the random numbers and the owner's callbacks. */
export type RunStoreOptions = {
  readonly now: () => number;
  readonly random: () => number;
  /** A step fails when this many isolates in a row have died during its attempts. */
  readonly strikesMax: number;
  readonly callbacks: RunCallbacks;
};

/**
 * Maximum number of steps and items of a run and all runs under it together, limited by the size of an object and of a
 * transaction.
 */
export const STEPS_IN_TREE_MAX = 10_000;

/** A run's row together with the definition that the run is pinned to. */
export type OpenRun = StoredRun & Pinned;

type Pinned = {
  readonly definition: Definition;
  readonly graph: Graph;
  /** False if no step of it can be undone. */
  readonly canUndo: boolean;
};

/**
 * Reads runs with their definitions, moves and saves steps, and logs events. Also keeps two values in memory that a
 * rollback must reset: the number of claimed steps and the cancelled leases. Call every method inside a transaction.
 */
export class RunStore {
  readonly #storage: KernelStorage;
  readonly #options: RunStoreOptions;
  /** Definitions never change, so each is read once. */
  readonly #pinned = new Map<number, Pinned>();
  /** Claimed steps by queue: a cache of the table, see `forgetCounts`. */
  readonly #claimed = new Map<string, number>();
  /** Handlers of which no step is ready: a cache of the table, see `forgetCounts`. */
  readonly #idle = new Set<string>();
  /** Leases that were cancelled since the last commit. */
  readonly #cancelled: string[] = [];

  constructor(storage: KernelStorage, options: RunStoreOptions) {
    this.#storage = storage;
    this.#options = options;
  }

  /** Returns the time of the kernel's clock, in milliseconds since the epoch. */
  now(): number {
    return this.#options.now();
  }

  /** Finds a run with its definition; null when there is none with this id. */
  find(id: string): OpenRun | null {
    const run = this.#storage.run(id);
    return run ? { ...run, ...this.readPinned(run.definitionId) } : null;
  }

  /**
   * Reads a definition by the id of its row, with the graph of its steps. The result stays in memory, since definitions
   * do not change.
   */
  readPinned(definitionId: number): Pinned {
    let pinned = this.#pinned.get(definitionId);
    if (!pinned) {
      const definition = this.#storage.definition(definitionId);
      const canUndo = Object.values(definition.steps).some(
        (step) =>
          step.undo !== undefined ||
          [step, ...(step.fallback ?? [])].some(({ use }) => use === SUBWORKFLOW),
      );
      pinned = { definition, graph: buildGraph(definition), canUndo };
      this.#pinned.set(definitionId, pinned);
    }
    return pinned;
  }

  /** Returns the state of a step after an event. Nothing is saved. */
  moveState(definition: StepDefinition, state: StepState, event: StepEvent): StepState {
    const { now, random, strikesMax } = this.#options;
    return moveStep(state, event, { now: now(), random, definition, strikesMax });
  }

  /**
   * Saves a step's row and updates the count of claimed steps. `from` is the row's previous state; a caller may pass
   * null if it knows that the step was not claimed.
   */
  save(run: OpenRun, record: StepRecord, from: StepState | null): void {
    const { state } = record;
    const definition = resolveDefinition(run, record.step);
    const queue = this.#findQueue(run, definition, state);
    this.#storage.steps.save(record, queue);
    if (state.phase === "ready") this.#idle.clear();
    if (state.phase === "claimed") this.#count(queue, 1);
    if (from?.phase !== "claimed") return;
    // The fallback may be in another queue than the work that it replaces.
    this.#count(this.#findQueue(run, definition, from), -1);
    if (state.phase === "cancelled") this.#cancelled.push(from.lease);
  }

  /** Returns the name of the handler of a step's current work: its own, or that of a fallback. */
  findHandler({ id }: Pick<OpenRun, "id">, definition: StepDefinition, state: StepState): string {
    const { use } = selectWork(definition, "choice" in state ? state.choice : 0);
    const { chooseHandler } = this.#options.callbacks;
    const { lane = "default" } = definition;
    return chooseHandler ? chooseHandler({ runId: id, use, lane }) : use;
  }

  #findQueue(run: OpenRun, definition: StepDefinition, state: StepState): string {
    return formatQueue(this.findHandler(run, definition, state), definition.lane);
  }

  #count(queue: string, change: number): void {
    const claimed = this.#claimed.get(queue);
    if (claimed !== undefined) this.#claimed.set(queue, claimed + change);
  }

  /**
   * Logs an event. `opened` is the change in the number of open steps, those that have begun and not ended. Returns the
   * number of the event, and the number of open steps after it.
   */
  log(
    run: StoredRun,
    type: RunEventType,
    step: string | null,
    detail: EventDetail | null = null,
    opened = 0,
  ): { seq: number; open: number } {
    const event = { at: this.now(), type, step, detail };
    const start = { seq: 1, open: this.readPinned(run.definitionId).graph.size };
    const logged = this.#storage.addEvent(run.id, event, opened, start);
    this.#options.callbacks.onEvent?.(run, type);
    return logged;
  }

  /** Reports to the kernel's owner that a run was started. Its row is the event. */
  reportStarted(run: StoredRun): void {
    this.#options.callbacks.onEvent?.(run, "run.started");
  }

  /** Reports to the kernel's owner that a run has ended. */
  reportSettled(run: SettledRun): void {
    this.#options.callbacks.onRunSettled?.(run);
  }

  /**
   * Adds `steps` that are about to be created to the number of steps of a run tree. Returns null; or a message for the
   * user, and adds nothing, if that number would exceed `STEPS_IN_TREE_MAX`.
   */
  reserveSteps(run: StoredRun, steps: number): string | null {
    const size = this.#storage.growRun(run.id, steps);
    if (size <= STEPS_IN_TREE_MAX) return null;
    this.#storage.growRun(run.id, -steps);
    return `${steps} more would make ${size} steps and items of one run and its sub-workflows; the maximum is ${STEPS_IN_TREE_MAX}. Start separate runs for parts of the work`;
  }

  /** Counts the claimed steps of a handler, in all lanes. */
  countClaimed(use: string): number {
    let sum = 0;
    for (const queue of listQueues(use)) {
      let claimed = this.#claimed.get(queue);
      if (claimed === undefined) {
        claimed = this.#storage.steps.countClaimed(queue);
        this.#claimed.set(queue, claimed);
      }
      sum += claimed;
    }
    return sum;
  }

  /** Tests whether any step of a handler is ready and due. */
  hasReady(use: string): boolean {
    if (this.#idle.has(use)) return false;
    const hasReadyBy = (time: number) =>
      listQueues(use).some((queue) => this.#storage.steps.ready(queue, time, 1).length > 0);
    if (hasReadyBy(this.now())) return true;
    // Those that fall due later are not cached.
    if (!hasReadyBy(Number.MAX_SAFE_INTEGER)) this.#idle.add(use);
    return false;
  }

  /**
   * Tests whether any step of a handler is claimed. Reads the table, since the cached counts may be wrong when the
   * owner has emptied its storage.
   */
  hasClaimed(use: string): boolean {
    const queues = listQueues(use);
    return this.#storage.steps
      .agenda()
      .some(({ queue, hasClaimed }) => hasClaimed && queues.includes(queue));
  }

  /**
   * Empties the caches of the counts of claimed steps and of the rows of runs. Called on rollback and by every alarm,
   * since the owner may have emptied its storage.
   */
  forgetCounts(): void {
    this.#idle.clear();
    this.#claimed.clear();
    this.#storage.forgetRuns();
  }

  /** Returns a mark for `rollBack`, which forgets the changes in memory that are made after it. */
  savepoint(): number {
    return this.#cancelled.length;
  }

  /**
   * Forgets the changes in memory since the mark that `savepoint` returned. Called when the database was rolled back.
   */
  rollBack(savepoint: number): void {
    this.forgetCounts();
    this.#storage.drop();
    this.#cancelled.length = savepoint;
  }

  /**
   * Returns the leases that were cancelled since the last call, and forgets them. Called on commit, to abort their
   * attempts.
   */
  takeCancelled(): readonly string[] {
    return this.#cancelled.length === 0 ? NO_LEASES : this.#cancelled.splice(0);
  }
}

const NO_LEASES: readonly string[] = [];

/** Makes the row of a pending step, not stored yet. `item` is the JSON of the item for the row of a `map`'s item. */
export const newRecord = (runId: string, step: string, item: string | null = null): StepRecord => ({
  runId,
  step,
  state: { phase: "pending" },
  epoch: 0,
  seq: null,
  item,
});

/**
 * Finds the part of a run's definition that a row of the table of steps carries out: the definition of the row's step
 * or, if the row is an undo, that step's `undo`. Throws if the run's definition has no such step.
 */
export function resolveDefinition({ definition, id }: OpenRun, row: string): StepDefinition {
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
