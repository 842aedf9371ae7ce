import type { z } from "zod";

import type { NewRun } from "../rows/kernel-storage.ts";
import type { StoredSignal } from "../rows/signal-rows.ts";
import { type StepRecord } from "../rows/step-row.ts";
import { SIGNAL, SLEEP, SUBWORKFLOW, type Work } from "../rules/definition.ts";
import {
  NATIVE_WAITS,
  SignalWith,
  SleepWith,
  SubworkflowWith,
  timedOutSignal,
} from "../rules/run/native-wait.ts";
import { missingIn, type SignalBody } from "../rules/run/signal.ts";
import { childRunId } from "../rules/step/step-name.ts";
import { byteLength, describeError, OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";
import type { StepEvent } from "../rules/step/step-state.ts";
import type { OpenRun, RunBook } from "./run-book.ts";

/** Runs inside runs, counted from the top. */
export const DEPTH_MAX = 8;

/** How a wait begins: what the step is told, the event that was logged about it, and the run to start for it. */
type Opened = {
  readonly event: StepEvent;
  readonly seq: number | null;
  readonly child: NewRun | null;
  readonly epoch: number;
};

/** Begins a wait of the kernel's own. What is wrong with it fails the step. */
export function openNative(book: RunBook, run: OpenRun, record: StepRecord, work: Work): Opened {
  try {
    const given = book.fill(run, record, work);
    const { totalMs } = work.timeout ?? {};
    const latest = totalMs === undefined ? null : book.options.now() + totalMs;
    switch (work.use) {
      case SLEEP:
        return sleep(book, run, record, read(SleepWith, given), latest);
      case SIGNAL:
        return awaitSignal(book, run, record, read(SignalWith, given), latest);
      case SUBWORKFLOW:
        return startWorkflow(book, run, record, read(SubworkflowWith, given), latest);
      default:
        throw new Error(`${work.use} is none of ${Object.keys(NATIVE_WAITS).join(", ")}`);
    }
  } catch (error) {
    const message = `${work.use} could not begin: ${describeError(error)}`;
    return { event: { type: "failed", message }, seq: null, child: null, epoch: record.epoch };
  }
}

/** Says what is wrong in words for people. */
function read<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
      .join("; "),
  );
}

function sleep(
  book: RunBook,
  run: OpenRun,
  { step, epoch }: StepRecord,
  time: z.output<typeof SleepWith>,
  latest: number | null,
): Opened {
  const due =
    time.until === undefined ? book.options.now() + (time.for ?? 0) : Date.parse(time.until);
  if (latest !== null && due > latest) throw new Error("it would sleep beyond its total timeout");
  const { seq } = book.log(run, "step.waiting", step, { waits_for: "time", until: due });
  return { event: { type: "waited", wait: { for: "time" }, due }, seq, child: null, epoch };
}

function awaitSignal(
  book: RunBook,
  run: OpenRun,
  { step, epoch }: StepRecord,
  { name, requires, timeout, on_timeout: onTimeout }: z.infer<typeof SignalWith>,
  latest: number | null,
): Opened {
  const kept = book.storage.signals.kept(run.id, name);
  const early = kept.find(({ body }) => missingIn(bodyOf(body), requires).length === 0);
  if (early) {
    book.storage.signals.consume(run.id, early.id, step);
    return { event: receivedSignal(early), seq: null, child: null, epoch };
  }
  const due = Math.min(book.options.now() + timeout, latest ?? Infinity);
  const { seq } = book.log(run, "step.waiting", step, { waits_for: `signal ${name}`, until: due });
  const wait = { for: "signal", name, requires, onTimeout, event: seq } as const;
  return { event: { type: "waited", wait, due }, seq, child: null, epoch };
}

/** It was written by the ledger. */
const bodyOf = (body: string): SignalBody => JSON.parse(body);

/** What a signal means for the step that waited for it. */
export function receivedSignal({ body, at }: StoredSignal): StepEvent {
  const { payload, actor, reason, event } = bodyOf(body);
  const output = { status: "received", payload, actor, reason, event, at: Math.floor(at / 1000) };
  return { type: "completed", output: JSON.stringify(output) };
}

export function expiredSignal(at: number): StepEvent {
  return { type: "completed", output: JSON.stringify(timedOutSignal(at)) };
}

function startWorkflow(
  book: RunBook,
  run: OpenRun,
  record: StepRecord,
  { workflow, input }: z.infer<typeof SubworkflowWith>,
  latest: number | null,
): Opened {
  const { step } = record;
  const definitionId = book.storage.pinned(run.rootRun, workflow);
  if (definitionId === null) {
    throw new Error(`the run was started without the workflow ${workflow}`);
  }
  const crowded = book.grow(run, Math.max(1, book.pinned(definitionId).graph.size));
  if (crowded !== null) throw new Error(crowded);
  if (run.depth >= DEPTH_MAX) throw new Error(`workflows may stand ${DEPTH_MAX} deep at most`);
  const json = JSON.stringify(input) ?? "null";
  if (byteLength(json) > OUTPUT_BYTES_MAX) {
    throw new Error(`its input has more than ${OUTPUT_BYTES_MAX} bytes`);
  }
  // A fallback, or fresh tries, after a run that failed: that one has undone itself, so this is another.
  let { epoch } = record;
  while (book.storage.run(childRunId(run.id, step, epoch))) epoch++;
  const runId = childRunId(run.id, step, epoch);
  const { seq } = book.log(run, "step.waiting", step, {
    waits_for: `workflow ${workflow}`,
    until: latest,
  });
  return {
    event: { type: "waited", wait: { for: "run", runId }, due: latest },
    seq,
    child: { id: runId, definitionId, input: json, parent: { run, step }, size: 0 },
    epoch,
  };
}
