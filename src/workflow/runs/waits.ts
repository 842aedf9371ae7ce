import type { RunView, StepView } from "../../kernel/rules/run/run-view.ts";

/** What a run waits for, and what somebody has to say so that it goes on. */
export type WaitBody = {
  /** `charge`; in a sub-workflow, behind the step that started it: `refund/approve`. */
  readonly step: string;
  readonly for: "signal" | "decision" | "resume" | "time";
  /** The name to send a signal under. */
  readonly signal: string | null;
  readonly requires: readonly string[];
  /** What a decision says that it has seen, at least. */
  readonly event: number | null;
  /** Unix seconds. */
  readonly until: number | null;
};

/** Runs that are looked into for what they wait for. */
const RUNS_MAX = 50;

/** Everything that a run waits for, and the runs that its steps have started. */
export function waitsOf(run: RunView, childOf: (runId: string) => RunView | null): WaitBody[] {
  const waits: WaitBody[] = [];
  const open = [{ run, prefix: "" }];
  // The list grows while it is walked.
  for (const { run: current, prefix } of open) {
    for (const [name, step] of Object.entries(current.steps)) {
      for (const [row, view] of rowsOf(name, step)) {
        const { waitsFor } = view;
        if (typeof waitsFor === "object" && waitsFor?.for === "run") {
          const child = open.length < RUNS_MAX ? childOf(waitsFor.runId) : null;
          if (child) open.push({ run: child, prefix: `${prefix}${row}/` });
        }
        const wait = waitOf(view, row, current.event);
        if (wait) waits.push({ ...wait, step: prefix + row });
      }
    }
  }
  return waits;
}

function* rowsOf(name: string, step: StepView): Generator<[string, StepView]> {
  yield [name, step];
  for (const [index, item] of (step.items ?? []).entries()) yield [`${name}[${index}]`, item];
  if (step.undo) yield [`${name}~undo`, step.undo];
}

function waitOf({ waitsFor, due }: StepView, row: string, event: number): WaitBody | null {
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
