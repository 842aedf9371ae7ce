import type { RunView, StepView } from "../../kernel/rules/run/run-view.ts";

/** A wait of a run in the shape of the API: the step that waits, and the signal that would end the wait. */
export type WaitBody = {
  /** The name of the step. In a sub-workflow, the step that started it comes first: `refund/approve`. */
  readonly step: string;
  readonly for: "signal" | "decision" | "resume" | "time";
  /** The name of the signal to send; null if no signal ends the wait. */
  readonly signal: string | null;
  readonly requires: readonly string[];
  /** The lowest event number that a decision about the step may refer to; null if the wait needs no decision. */
  readonly event: number | null;
  /** The end of the wait, in Unix seconds; null if it has none. */
  readonly until: number | null;
};

/** Maximum number of runs that are searched for waits. */
const RUNS_MAX = 50;

/**
 * Lists the waits of a run and of its sub-workflows' runs, of up to 50 runs in all. `readChild` reads a sub-workflow's
 * run by its id.
 */
export function listWaits(run: RunView, readChild: (runId: string) => RunView | null): WaitBody[] {
  const waits: WaitBody[] = [];
  const open = [{ run, prefix: "" }];
  // The list grows during the loop.
  for (const { run: current, prefix } of open) {
    for (const [name, step] of Object.entries(current.steps)) {
      for (const [row, view] of listRows(name, step)) {
        const { waitsFor } = view;
        if (typeof waitsFor === "object" && waitsFor?.for === "run") {
          const child = open.length < RUNS_MAX ? readChild(waitsFor.runId) : null;
          if (child) open.push({ run: child, prefix: `${prefix}${row}/` });
        }
        const wait = toWait(view, row, current.event);
        if (wait) waits.push({ ...wait, step: prefix + row });
      }
    }
  }
  return waits;
}

function* listRows(name: string, step: StepView): Generator<[string, StepView]> {
  yield [name, step];
  for (const [index, item] of (step.items ?? []).entries()) yield [`${name}[${index}]`, item];
  if (step.undo) yield [`${name}~undo`, step.undo];
}

function toWait({ waitsFor, due }: StepView, row: string, event: number): WaitBody | null {
  if (waitsFor === null) return null;
  const until = due === null ? null : due / 1000;
  const nothing = { step: row, signal: null, requires: [], event: null, until };
  if (waitsFor === "resume") return { ...nothing, for: "resume" };
  if (waitsFor === "decision") {
    return { ...nothing, for: "decision", signal: row, requires: ["actor", "reason"], event };
  }
  switch (waitsFor.for) {
    case "time":
      return { ...nothing, for: "time" };
    case "signal": {
      const { name, requires, event: asked } = waitsFor;
      return { ...nothing, for: "signal", signal: name, requires, event: asked };
    }
    case "run":
    case "items":
      return null;
  }
}
