import { type StepRecord } from "../rows/step-row.ts";
import type { Expression, StepDefinition } from "../rules/definition.ts";
import { itemName, parseStepName } from "../rules/step/step-name.ts";
import {
  byteLength,
  describeError,
  OUTPUT_BYTES_MAX,
  showValue,
} from "../rules/step/step-outcome.ts";
import { isEnded, readyStep, type StepState, type Wait } from "../rules/step/step-state.ts";
import type { OpenRun, RunBook } from "./run-book.ts";
import { failed, newRecord, type Walking } from "./walking.ts";

export const ITEMS_MAX = 1_000;

type Items = Extract<Wait, { for: "items" }>;

/** Steps with `map`: a row for each item, of which some are worked on at a time. */
export class MapItems {
  readonly #book: RunBook;
  readonly #walker: Walking;
  /** Steps whose items are being begun, so that one that ends at once does not begin the next within itself. */
  readonly #beginning = new Set<string>();

  constructor(book: RunBook, walker: Walking) {
    this.#book = book;
    this.#walker = walker;
  }

  /** Lists the items and begins the first ones; what ended at once is returned and not saved yet. */
  open(run: OpenRun, record: StepRecord, definition: StepDefinition): StepRecord | null {
    const items = this.#list(run, record, definition.map?.over ?? "");
    if (!Array.isArray(items)) return { ...record, state: items };
    if (items.length === 0) {
      return { ...record, state: { phase: "completed", attempt: 0, choice: 0, output: "[]" } };
    }
    const crowded = this.#book.grow(run, items.length);
    if (crowded !== null) return { ...record, state: failed(crowded) };
    const { totalMs } = definition.timeout ?? {};
    const due = totalMs === undefined ? null : this.#book.options.now() + totalMs;
    const wait: Items = { for: "items", total: items.length, begun: 0, ended: 0 };
    const detail = { waits_for: `${items.length} items`, until: due };
    const { seq } = this.#book.log(run, "step.waiting", record.step, detail);
    this.#book.save(run, { ...record, seq, state: waitingFor(wait, due) }, record.state);
    for (const [index, item] of items.entries()) {
      const name = itemName(record.step, index);
      // Done over on purpose, the step's items are other effects too.
      const { epoch } = record;
      this.#book.save(run, { ...newRecord(run.id, name, item), epoch }, null);
    }
    this.#beginItems(run.id, record.step);
    return null;
  }

  /** Takes in how an item ended: begins the next one, or ends the step. `record` is not saved yet. */
  ended(run: OpenRun, record: StepRecord, from: StepState | null): void {
    this.#walker.logEnd(run, record, from);
    const { step, index } = parseStepName(record.step);
    const { state } = record;
    if (state.phase === "failed") {
      return this.fail(run, step, `Item ${index} failed: ${state.message}`);
    }
    const parent = this.#book.storage.steps.find(run.id, step);
    const wait = parent && itemsOf(parent);
    if (!wait || wait.failure !== undefined) return this.#endFailing(run, step);
    const next = { ...wait, ended: wait.ended + 1 };
    this.#book.save(run, withWait(parent, next), parent.state);
    if (next.ended < next.total) return this.#beginItems(run.id, step);
    const output = this.#book.storage.steps.itemOutputs(run.id, step, next.total);
    if (byteLength(output) <= OUTPUT_BYTES_MAX) {
      this.#walker.move(run, withWait(parent, next), { type: "completed", output });
      return;
    }
    const message = `The outputs of ${next.total} items have more than ${OUTPUT_BYTES_MAX} bytes together`;
    this.#walker.move(run, withWait(parent, next), { type: "failed", message });
  }

  /** Stops the items of a step; it fails when the last of them has stopped, since runs of theirs may have to undo things first. */
  fail(run: OpenRun, step: string, failure: string): void {
    const parent = this.#book.storage.steps.find(run.id, step);
    const wait = parent && itemsOf(parent);
    if (wait && wait.failure === undefined) {
      this.#book.save(
        run,
        { ...parent, state: waitingFor({ ...wait, failure }, null) },
        parent.state,
      );
      for (let index = 0; index < wait.total; index++) {
        const item = this.#book.storage.steps.find(run.id, itemName(step, index));
        if (item) this.#walker.cancelRow(run, item);
      }
    }
    this.#endFailing(run, step);
  }

  #endFailing(run: OpenRun, step: string): void {
    const parent = this.#book.storage.steps.find(run.id, step);
    const failure = parent && itemsOf(parent)?.failure;
    if (!parent || failure === undefined || this.#book.storage.steps.hasLiveItem(run.id, step))
      return;
    this.#walker.move(run, parent, { type: "failed", message: failure });
  }

  #beginItems(runId: string, step: string): void {
    const key = `${runId}/${step}`;
    if (this.#beginning.has(key)) return;
    this.#beginning.add(key);
    try {
      while (this.#beginOne(runId, step)) {
        // Goes on until as many are under way as may be.
      }
    } finally {
      this.#beginning.delete(key);
    }
  }

  #beginOne(runId: string, step: string): boolean {
    const run = this.#book.run(runId);
    const parent = run && this.#book.storage.steps.find(runId, step);
    const wait = parent && itemsOf(parent);
    if (!run || !wait) return false;
    const { map } = run.definition.steps[step] ?? {};
    const isFull = wait.begun - wait.ended >= (map?.concurrency ?? 1);
    if (isFull || wait.begun >= wait.total || wait.failure !== undefined) return false;
    this.#book.save(run, withWait(parent, { ...wait, begun: wait.begun + 1 }), parent.state);
    const name = itemName(step, wait.begun);
    const item = this.#book.storage.steps.find(runId, name);
    if (item?.state.phase !== "pending") return true;
    const state = readyStep(this.#book.options.now(), this.#book.definitionOf(run, name));
    const opened = this.#walker.open(run, { ...item, state }, null);
    if (isEnded(opened.state)) this.ended(run, opened, null);
    return true;
  }

  /** The items, each as JSON. */
  #list(run: OpenRun, record: StepRecord, over: Expression): string[] | StepState {
    try {
      const scope = this.#book.scope(run, over, record);
      const list = this.#book.options.expressions.evaluate(over, scope);
      if (!Array.isArray(list)) {
        return failed(`\`map.over\` gave ${showValue(list)}, which is no list`);
      }
      if (list.length > ITEMS_MAX) {
        return failed(`\`map.over\` gave ${list.length} items; at most ${ITEMS_MAX} are worked on`);
      }
      const items = list.map((item: unknown) => JSON.stringify(item ?? null) ?? "null");
      if (items.every((item) => byteLength(item) <= OUTPUT_BYTES_MAX)) return items;
      return failed(`\`map.over\` gave an item of more than ${OUTPUT_BYTES_MAX} bytes`);
    } catch (error) {
      return failed(`\`map.over\` could not be evaluated: ${describeError(error)}`);
    }
  }
}

function itemsOf({ state }: StepRecord): Items | null {
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
