import type { z } from "zod";

import { SIGNAL, SLEEP, SUBWORKFLOW, type Work } from "../../src/kernel/definition.ts";
import {
  NATIVE_WAITS,
  SignalWith,
  SleepWith,
  SubworkflowWith,
  timedOutSignal,
} from "../../src/kernel/run/native-wait.ts";
import type { SignalBody } from "../../src/kernel/run/signal.ts";
import { childRunId } from "../../src/kernel/step/step-name.ts";
import { messageOf } from "../../src/kernel/step/step-outcome.ts";
import type { StepEvent } from "../../src/kernel/step/step-state.ts";
import type { NewRun, StoredSignal } from "./kernel-storage.ts";
import type { OpenRun, RunBook } from "./run-book.ts";
import type { StepRecord } from "./step-rows.ts";

/** Runs inside runs, counted from the top. */
export const DEPTH_MAX = 8;

/** How a wait begins: what the step is told, the event that was logged about it, and the run to start for it. */
type Opened = {
  readonly event: StepEvent;
  readonly seq: number | null;
  readonly child: NewRun | null;
};

/** Begins a wait of the kernel's own. What is wrong with it fails the step. */
export function openNative(book: RunBook, run: OpenRun, record: StepRecord, work: Work): Opened {
  try {
    const given = book.fill(run, record, work);
    switch (work.use) {
      case SLEEP:
        return sleep(book, run, record, SleepWith.parse(given));
      case SIGNAL:
        return awaitSignal(book, run, record, SignalWith.parse(given));
      case SUBWORKFLOW:
        return startWorkflow(book, run, record, SubworkflowWith.parse(given));
      default:
        throw new Error(`${work.use} is none of ${Object.keys(NATIVE_WAITS).join(", ")}`);
    }
  } catch (error) {
    const message = `${work.use} could not begin: ${messageOf(error)}`;
    return { event: { type: "failed", message }, seq: null, child: null };
  }
}

function sleep(
  book: RunBook,
  run: OpenRun,
  { step }: StepRecord,
  time: z.output<typeof SleepWith>,
): Opened {
  const due =
    time.until === undefined ? book.options.now() + (time.for ?? 0) : Date.parse(time.until);
  const { seq } = book.log(run, "step.waiting", step, { waits_for: "time", until: due });
  return { event: { type: "waited", wait: { for: "time" }, due }, seq, child: null };
}

function awaitSignal(
  book: RunBook,
  run: OpenRun,
  { step }: StepRecord,
  {
    name,
    requires,
    timeout,
    on_timeout: onTimeout,
  }: {
    name: string;
    requires: readonly string[];
    timeout: number;
    on_timeout: "fail" | "complete";
  },
): Opened {
  const early = book.storage.earlySignal(run.id, name);
  if (early) {
    book.storage.consumeSignal(run.id, early.id, step);
    return { event: receivedSignal(early), seq: null, child: null };
  }
  const due = book.options.now() + timeout;
  const { seq } = book.log(run, "step.waiting", step, { waits_for: `signal ${name}`, until: due });
  const wait = { for: "signal", name, requires, onTimeout, event: seq } as const;
  return { event: { type: "waited", wait, due }, seq, child: null };
}

/** What a signal means for the step that waited for it. */
export function receivedSignal({ body, at }: StoredSignal): StepEvent {
  // It was written by the ledger.
  const { payload, actor, reason, event }: SignalBody = JSON.parse(body);
  const output = { status: "received", payload, actor, reason, event, at: Math.floor(at / 1000) };
  return { type: "completed", output: JSON.stringify(output) };
}

export function expiredSignal(at: number): StepEvent {
  return { type: "completed", output: JSON.stringify(timedOutSignal(at)) };
}

function startWorkflow(
  book: RunBook,
  run: OpenRun,
  { step, epoch }: StepRecord,
  { workflow, input }: { workflow: string; input: unknown },
): Opened {
  const definitionId = book.storage.pinned(run.rootRun, workflow);
  if (definitionId === null) {
    throw new Error(`the run was started without the workflow ${workflow}`);
  }
  if (run.depth >= DEPTH_MAX) throw new Error(`workflows may stand ${DEPTH_MAX} deep at most`);
  const runId = childRunId(run.id, step, epoch);
  const { seq } = book.log(run, "step.waiting", step, { waits_for: `workflow ${workflow}` });
  return {
    event: { type: "waited", wait: { for: "run", runId }, due: null },
    seq,
    child: { id: runId, definitionId, input: JSON.stringify(input), parent: { run, step } },
  };
}
