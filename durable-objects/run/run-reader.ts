import type { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import { parseStepName } from "../../src/kernel/rules/step/step-name.ts";
import { renderMermaid } from "../../src/workflow/mermaid.ts";
import { pickOpenWaits } from "../../src/workflow/runs/open-waits.ts";
import {
  type KeptJson,
  type RunBody,
  type RunFrame,
  SHOWN_BYTES_MAX,
  showRun,
  showStep,
  showSteps,
  readStepStatuses,
  type StepDetail,
} from "../../src/workflow/runs/show-run.ts";
import { StepTimesCollector } from "../../src/workflow/runs/step-times.ts";
import { listWaits, type WaitBody } from "../../src/workflow/runs/waits.ts";

const EVENTS_AT_A_TIME = 1_000;

/** Reads runs and steps from a kernel, in the shape of the API. */
export class RunReader {
  readonly #kernel: StepKernel;
  /** Events never change, so each is read once. */
  readonly #books = new Map<string, { readonly book: StepTimesCollector; last: number }>();

  constructor(kernel: StepKernel) {
    this.#kernel = kernel;
  }

  /**
   * Reads a run with its steps; null if it does not exist. `frame` has the properties of the run that the kernel does
   * not store.
   */
  run(frame: RunFrame): RunBody | null {
    const { id } = frame;
    const view = this.#kernel.view(id);
    if (!view) return null;
    return showRun({
      frame,
      view,
      waits: listWaits(view, (child) => this.#kernel.view(child)),
      input: kept(this.#kernel.input(id)),
      output: shown(this.#kernel.output(id)),
      ...this.#readParts(id),
    });
  }

  /** Lists the waits of a run that somebody can end. */
  openWaits(id: string): readonly WaitBody[] {
    const view = this.#kernel.view(id);
    if (!view || view.settledAt !== null) return [];
    return pickOpenWaits(listWaits(view, (child) => this.#kernel.view(child)));
  }

  /**
   * Reads a step by its path: `charge`, `notify[3]` (item 3 of a step with `map`), `charge~undo` (the undo of
   * `charge`), or `refund/approve` (a step of the run that `refund` started). Null if there is none.
   */
  step(runId: string, path: string): StepDetail | null {
    const [name = "", ...above] = path.split("/").toReversed();
    let owner: string | null = runId;
    for (const row of above.toReversed()) owner = owner && this.#findChild(owner, row);
    const found = owner && this.#findStep(owner, name);
    if (owner === null || !found) return null;
    const output = this.#kernel.stepOutput(owner, name);
    const child = this.#findChild(owner, name);
    const childView = child === null ? null : this.#kernel.view(child);
    return {
      object: "workflow.run.step",
      ...showStep(name, found, this.#readParts(owner)),
      output,
      run: childView && {
        status: childView.status,
        error: childView.error,
        event: childView.event,
        steps: showSteps(childView, this.#readParts(childView.id)),
      },
    };
  }

  /** Draws a run as a Mermaid flowchart, with the status of each step; null if it does not exist. */
  mermaid(runId: string): string | null {
    const [definition, view] = [this.#kernel.definition(runId), this.#kernel.view(runId)];
    return definition && view && renderMermaid(definition, readStepStatuses(view));
  }

  #findStep(runId: string, row: string) {
    const { step: name, index, isUndo } = parseStepName(row);
    const steps = this.#kernel.view(runId)?.steps ?? {};
    const step = Object.hasOwn(steps, name) ? steps[name] : undefined;
    const item = index === null ? step : step?.items?.[index];
    return isUndo ? item?.undo : item;
  }

  /** Finds the last run that a step has started. */
  #findChild(runId: string, row: string): string | null {
    const first = `${runId}/${row}`;
    const runs = this.#kernel
      .runsUnder(runId)
      .filter(
        (id) => id === first || (id.startsWith(`${first}~`) && !id.includes("/", first.length)),
      );
    return runs.at(-1) ?? null;
  }

  #readParts(runId: string) {
    const times = this.#readTimes(runId);
    const outputs = this.#kernel.outputs(runId, SHOWN_BYTES_MAX);
    return {
      readTimes: (row: string) => times.of(row),
      readStepOutput: (row: string) => outputs.get(row),
    };
  }

  #readTimes(runId: string): StepTimesCollector {
    const known = this.#books.get(runId) ?? { book: new StepTimesCollector(), last: 0 };
    this.#books.set(runId, known);
    for (;;) {
      const events = this.#kernel.events(runId, known.last, EVENTS_AT_A_TIME);
      for (const event of events) known.book.add(event);
      known.last = events.at(-1)?.seq ?? known.last;
      if (events.length < EVENTS_AT_A_TIME) return known.book;
    }
  }
}

/** Leaves out JSON that is too long for a body. */
const shown = (output: KeptJson | null): KeptJson | null =>
  output && output.bytes > SHOWN_BYTES_MAX ? { ...output, json: null } : output;

function kept(value: unknown): KeptJson {
  const json = JSON.stringify(value) ?? "null";
  const bytes = new TextEncoder().encode(json).byteLength;
  return { json: bytes <= SHOWN_BYTES_MAX ? json : null, bytes };
}
