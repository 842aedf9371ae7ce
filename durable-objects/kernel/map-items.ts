import type { MapOver } from "../../src/kernel/definition.ts";
import { itemName, parseStepName } from "../../src/kernel/step/step-name.ts";
import { byteLength, messageOf, OUTPUT_BYTES_MAX } from "../../src/kernel/step/step-outcome.ts";
import { isEnded, readyStep, type StepState, type Wait } from "../../src/kernel/step/step-state.ts";
import type { OpenRun, RunBook } from "./run-book.ts";
import type { StepRecord } from "./step-rows.ts";
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
  open(run: OpenRun, record: StepRecord, map: MapOver): StepRecord | null {
    const items = this.#list(run, record, map);
    if (!Array.isArray(items)) return { ...record, state: items };
    if (items.length === 0) {
      return { ...record, state: { phase: "completed", attempt: 0, output: "[]" } };
    }
    const wait: Items = { for: "items", total: items.length, begun: 0, ended: 0 };
    const detail = { waits_for: `${items.length} items` };
    const { seq } = this.#book.log(run, "step.waiting", record.step, detail);
    this.#save(run, { ...record, seq }, wait);
    for (const [index, item] of items.entries()) {
      const name = itemName(record.step, index);
      this.#book.save(run, newRecord(run.id, name, JSON.stringify(item ?? null)), null);
    }
    this.#beginItems(run.id, record.step);
    return null;
  }

  /** Takes in how an item ended: begins the next one, or ends the step. `record` is not saved yet. */
  ended(run: OpenRun, record: StepRecord, from: StepState | null): void {
    this.#walker.logEnd(run, record, from);
    const { step, index } = parseStepName(record.step);
    const parent = this.#book.storage.steps.find(run.id, step);
    if (!parent) return;
    const { state } = record;
    const wait = itemsOf(parent);
    if (!wait) return;
    if (state.phase === "failed") {
      this.#cancelRest(run, step, wait);
      const message = `Item ${index} failed: ${state.message}`;
      this.#walker.move(run, parent, { type: "failed", message });
      return;
    }
    const next = { ...wait, ended: wait.ended + 1 };
    if (next.ended < next.total) {
      this.#save(run, parent, next);
      this.#beginItems(run.id, step);
      return;
    }
    const output = this.#book.storage.steps.itemOutputs(run.id, step, next.total);
    if (byteLength(output) > OUTPUT_BYTES_MAX) {
      const message = `The outputs of ${next.total} items have more than ${OUTPUT_BYTES_MAX} bytes together`;
      this.#walker.move(run, parent, { type: "failed", message });
    } else this.#walker.move(run, parent, { type: "completed", output });
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
    if (wait.begun >= wait.total || wait.begun - wait.ended >= (map?.concurrency ?? 1))
      return false;
    this.#save(run, parent, { ...wait, begun: wait.begun + 1 });
    const name = itemName(step, wait.begun);
    const item = this.#book.storage.steps.find(runId, name);
    if (item?.state.phase !== "pending") return true;
    const state = readyStep(this.#book.options.now(), this.#book.definitionOf(run, name));
    const opened = this.#walker.open(run, { ...item, state }, null);
    if (isEnded(opened.state)) this.ended(run, opened, null);
    return true;
  }

  #cancelRest(run: OpenRun, step: string, { total }: Items): void {
    const names = Array.from({ length: total }, (_none, index) => itemName(step, index));
    for (const item of this.#book.storage.steps.named(run.id, names)) {
      this.#walker.cancelRow(run, item);
    }
  }

  #list(run: OpenRun, record: StepRecord, { over }: MapOver): unknown[] | StepState {
    try {
      const list = this.#book.options.expressions.evaluate(
        over,
        this.#book.scope(run, over, record),
      );
      if (!Array.isArray(list)) {
        return failed(`\`map.over\` gave ${JSON.stringify(list).slice(0, 80)}, which is no list`);
      }
      if (list.length <= ITEMS_MAX) return list;
      return failed(`\`map.over\` gave ${list.length} items; at most ${ITEMS_MAX} are worked on`);
    } catch (error) {
      return failed(`\`map.over\` could not be evaluated: ${messageOf(error)}`);
    }
  }

  #save(run: OpenRun, record: StepRecord, wait: Items): void {
    const { state } = record;
    const tries = { attempt: 0, choice: 0, strikes: 0, firstAt: null, message: null };
    this.#book.save(
      run,
      { ...record, state: { ...tries, phase: "waiting", due: null, wait } },
      state,
    );
  }
}

function itemsOf({ state }: StepRecord): Items | null {
  return state.phase === "waiting" && state.wait.for === "items" ? state.wait : null;
}
