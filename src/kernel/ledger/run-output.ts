import { utf8Length } from "../../bounds.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StepRecord } from "../rows/step-row.ts";
import type { KeptOutput } from "../rows/step-rows.ts";
import type { StepDefinition } from "../rules/definition.ts";
import type { RunEventType } from "../rules/run/event.ts";
import type { FailedAttempt, RunHeader, RunView, StepView } from "../rules/run/run-view.ts";
import { itemName, parseStepName, undoName } from "../rules/step/step-name.ts";
import { OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";
import { type StepState, selectWork } from "../rules/step/step-state.ts";
import { type OpenRun, resolveDefinition } from "./run-store.ts";

/**
 * Reads the output of a completed run as JSON: the value of its definition's `output`, or without one an object with
 * the outputs of the steps that no other step needs, by step name. The JSON is null if those outputs have more than
 * `OUTPUT_BYTES_MAX` bytes together.
 */
export function readOutput(storage: KernelStorage, run: OpenRun): KeptOutput {
  if (run.definition.output !== undefined) {
    const json = storage.output(run.id) ?? "null";
    return { json, bytes: utf8Length(json) };
  }
  const { leaves } = run.graph;
  const bytes = storage.steps.outputBytes(run.id, leaves);
  if (bytes > OUTPUT_BYTES_MAX) return { json: null, bytes };
  const parts = storage.steps
    .named(run.id, leaves)
    .flatMap(({ step, state }) =>
      state.phase === "completed" ? [`${JSON.stringify(step)}:${state.output}`] : [],
    );
  const json = `{${parts.join(",")}}`;
  return { json, bytes: utf8Length(json) };
}

/** Maximum number of events, at the end of a run's log, in which failed attempts are looked for. */
const EVENTS_READ_MAX = 1_000;
const FAILURES: ReadonlySet<RunEventType> = new Set([
  "step.retried",
  "step.lost",
  "step.fell_back",
  "step.failed",
]);

/** Lists the failed attempts at a step and at its items, oldest first, from the last events of the run's log. */
export function listFailures(storage: KernelStorage, runId: string, step: string): FailedAttempt[] {
  const seq = storage.lastEvent(runId)?.seq ?? 1;
  const events = storage.events(runId, seq - EVENTS_READ_MAX, EVENTS_READ_MAX);
  return events.flatMap(({ at, type, step: name, detail }) =>
    name !== null && FAILURES.has(type) && parseStepName(name).step === step
      ? [{ at, step: name, attempt: detail?.attempt ?? null, message: detail?.message ?? "" }]
      : [],
  );
}

/** Maximum number of items that a view shows of a step with `map`. */
const ITEMS_SHOWN_MAX = 100;

/** Reads a run with its steps, in the shape that the object which owns the run returns to its callers. */
export function viewRun(storage: KernelStorage, run: OpenRun): RunView {
  const records = new Map(
    storage.steps.all(run.id).map((record) => [record.step, record] as const),
  );
  const view = (name: string): StepView => {
    const definition = resolveDefinition(run, name);
    const record = records.get(name);
    const undo = undoName(name);
    const isMapped = run.definition.steps[name]?.map !== undefined;
    return {
      ...viewStep(definition, record?.state ?? { phase: "pending" }),
      items: isMapped ? listShownItems(records, name).map(view) : null,
      undo: records.has(undo) ? view(undo) : null,
    };
  };
  const steps = Object.keys(run.definition.steps).map((name) => [name, view(name)]);
  return { ...viewHeader(storage, run), steps: Object.fromEntries(steps) };
}

/** Reads a run without its steps, in the shape that the object which owns the run returns to its callers. */
export function viewHeader(storage: KernelStorage, run: OpenRun): RunHeader {
  const { id, status, errorStep, errorMessage, createdAt, settledAt } = run;
  return {
    id,
    name: run.definition.name,
    status,
    error: errorStep === null ? null : { step: errorStep, message: errorMessage ?? "" },
    createdAt,
    settledAt,
    event: storage.lastEvent(id)?.seq ?? 1,
  };
}

function listShownItems(records: ReadonlyMap<string, StepRecord>, step: string): string[] {
  const names: string[] = [];
  for (let index = 0; index < ITEMS_SHOWN_MAX && records.has(itemName(step, index)); index++) {
    names.push(itemName(step, index));
  }
  return names;
}

function viewStep(definition: StepDefinition, state: StepState): Omit<StepView, "items" | "undo"> {
  const { phase } = state;
  const choice = "choice" in state ? state.choice : 0;
  return {
    phase,
    use: selectWork(definition, choice).use,
    attempt: "attempt" in state ? state.attempt : 0,
    message: phase === "skipped" ? state.reason : "message" in state ? state.message : null,
    due: "due" in state ? state.due : null,
    waitsFor: describeWait(state),
  };
}

function describeWait(state: StepState): StepView["waitsFor"] {
  if (state.phase === "waiting") return state.wait;
  if (state.phase !== "held") return null;
  return state.because === "human" ? "decision" : "resume";
}
