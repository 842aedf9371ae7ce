import { utf8Length } from "../../bounds.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { Expression, StepDefinition } from "../rules/definition.ts";
import { itemName } from "../rules/step/step-name.ts";
import { describeError, OUTPUT_BYTES_MAX, showValue } from "../rules/step/step-outcome.ts";
import {
  failedByDefinition,
  readyStep,
  type StepEvent,
  type StepState,
  type Wait,
} from "../rules/step/step-state.ts";
import type { RunExpressions } from "./run-expressions.ts";
import { newRecord, type OpenRun, resolveDefinition, type RunStore } from "./run-store.ts";

/** Maximum number of items of a step with `map`. */
export const ITEMS_MAX = 1_000;

type Items = Extract<Wait, { for: "items" }>;

/** The event that ends a step with `map`, and the step's row. */
type MapEnd = { readonly record: StepRecord; readonly event: StepEvent };

/**
 * Stores the progress of steps with `map`. Each item has a row, and a bounded number of items run at a time. The step's
 * own row waits for its items and counts them. This class keeps the rows and the counts; `RunProgress` begins, moves
 * and cancels the items.
 */
export class MapItems {
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #expressions: RunExpressions;

  constructor(storage: KernelStorage, runs: RunStore, expressions: RunExpressions) {
    this.#storage = storage;
    this.#runs = runs;
    this.#expressions = expressions;
  }

  /**
   * Begins a step with `map`: stores a row for each item of its list and returns null. If the step ends at once, since
   * its list is empty or invalid, returns the ended step, not saved yet.
   */
  open(run: OpenRun, record: StepRecord, definition: StepDefinition): StepRecord | null {
    const items = this.#list(run, record, definition.map?.over ?? "");
    if (!Array.isArray(items)) return { ...record, state: items };
    if (items.length === 0) {
      return { ...record, state: { phase: "completed", attempt: 0, choice: 0, output: "[]" } };
    }
    const refusal = this.#runs.reserveSteps(run, items.length);
    if (refusal !== null) return { ...record, state: failedByDefinition(refusal) };
    const { totalMs } = definition.timeout ?? {};
    const due = totalMs === undefined ? null : this.#runs.now() + totalMs;
    const wait: Items = { for: "items", total: items.length, begun: 0, ended: 0 };
    const detail = { waits_for: `${items.length} items`, until: due };
    const { seq } = this.#runs.log(run, "step.waiting", record.step, detail);
    this.#runs.save(run, { ...record, seq, state: waitingFor(wait, due) }, record.state);
    for (const [index, item] of items.entries()) {
      const name = itemName(record.step, index);
      // If the step is repeated on purpose, its items are other effects too.
      const { epoch } = record;
      this.#runs.save(run, { ...newRecord(run.id, name, item), epoch }, null);
    }
    return null;
  }

  /**
   * Counts the next item as begun and returns its row as ready, not saved yet. Returns null if no item is left, or if
   * as many items run as `concurrency` allows.
   */
  takeNext(run: OpenRun, step: string): StepRecord | null {
    for (;;) {
      const parent = this.#storage.steps.find(run.id, step);
      const wait = parent && readItems(parent);
      if (!wait) return null;
      const { map } = run.definition.steps[step] ?? {};
      const isFull = wait.begun - wait.ended >= (map?.concurrency ?? 1);
      if (isFull || wait.begun >= wait.total || wait.failure !== undefined) return null;
      this.#runs.save(run, withWait(parent, { ...wait, begun: wait.begun + 1 }), parent.state);
      const item = this.#storage.steps.find(run.id, itemName(step, wait.begun));
      if (item?.state.phase !== "pending") continue;
      return { ...item, state: readyStep(this.#runs.now(), resolveDefinition(run, item.step)) };
    }
  }

  /**
   * Counts an item of a step with `map` that ended without failing. Returns "next" while other items have not ended.
   * After the last item, returns the step's record with the event that ends the step. Returns null if the step has
   * failed and waits for its other items to stop.
   */
  countEnded(run: OpenRun, step: string): MapEnd | "next" | null {
    const parent = this.#storage.steps.find(run.id, step);
    const wait = parent && readItems(parent);
    if (!wait || wait.failure !== undefined) return this.findFailure(run, step);
    const next = { ...wait, ended: wait.ended + 1 };
    const record = withWait(parent, next);
    this.#runs.save(run, record, parent.state);
    if (next.ended < next.total) return "next";
    const output = this.#storage.steps.itemOutputs(run.id, step, next.total);
    if (utf8Length(output) <= OUTPUT_BYTES_MAX) {
      return { record, event: { type: "completed", output } };
    }
    const message = `The outputs of ${next.total} items have more than ${OUTPUT_BYTES_MAX} bytes in total`;
    return { record, event: { type: "failed", message } };
  }

  /**
   * Stores the reason why a step with `map` fails, and returns its items for the caller to cancel. The step ends when
   * the last item has stopped, since runs of items may undo work first.
   */
  fail(run: OpenRun, step: string, failure: string): readonly StepRecord[] {
    const parent = this.#storage.steps.find(run.id, step);
    const wait = parent && readItems(parent);
    if (!wait || wait.failure !== undefined) return [];
    const state = waitingFor({ ...wait, failure }, null);
    this.#runs.save(run, { ...parent, state }, parent.state);
    return Array.from(
      { length: wait.total },
      (_none, index) => this.#storage.steps.find(run.id, itemName(step, index)) ?? [],
    ).flat();
  }

  /**
   * Returns the record of a step with `map` that fails, and the event that ends it; null until all of its items have
   * stopped.
   */
  findFailure(run: OpenRun, step: string): MapEnd | null {
    const record = this.#storage.steps.find(run.id, step);
    const message = record && readItems(record)?.failure;
    if (!record || message === undefined || this.#storage.steps.hasLiveItem(run.id, step)) {
      return null;
    }
    return { record, event: { type: "failed", message } };
  }

  /** Evaluates `map.over`. Returns the items, each as JSON, or the state of the step that fails. */
  #list(run: OpenRun, record: StepRecord, over: Expression): string[] | StepState {
    try {
      const list = this.#expressions.evaluate(run, over, record);
      if (!Array.isArray(list)) {
        return failedByDefinition(`\`map.over\` gave ${showValue(list)}, which is not a list`);
      }
      if (list.length > ITEMS_MAX) {
        return failedByDefinition(
          `\`map.over\` gave ${list.length} items; the maximum is ${ITEMS_MAX}`,
        );
      }
      const items = list.map((item: unknown) => JSON.stringify(item ?? null) ?? "null");
      if (items.every((item) => utf8Length(item) <= OUTPUT_BYTES_MAX)) return items;
      return failedByDefinition(`\`map.over\` gave an item of more than ${OUTPUT_BYTES_MAX} bytes`);
    } catch (error) {
      return failedByDefinition(`\`map.over\` could not be evaluated: ${describeError(error)}`);
    }
  }
}

function readItems({ state }: StepRecord): Items | null {
  return state.phase === "waiting" && state.wait.for === "items" ? state.wait : null;
}

const waitingFor = (wait: Items, due: number | null): StepState => ({
  attempt: 0,
  choice: 0,
  strikes: 0,
  firstAt: null,
  message: null,
  certain: true,
  phase: "waiting",
  due,
  wait,
});

const withWait = (parent: StepRecord, wait: Items): StepRecord => ({
  ...parent,
  state: waitingFor(wait, "due" in parent.state ? parent.state.due : null),
});
