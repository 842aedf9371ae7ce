import type { z } from "zod";

import { utf8Length } from "../../bounds.ts";
import type { KernelStorage, NewRun } from "../rows/kernel-storage.ts";
import type { StoredSignal } from "../rows/signal-rows.ts";
import type { StepRecord } from "../rows/step-row.ts";
import { SIGNAL, SLEEP, SUBWORKFLOW, type Work } from "../rules/definition.ts";
import {
  isNative,
  NATIVE_WAITS,
  SignalWith,
  SleepWith,
  SubworkflowWith,
  timedOutSignal,
} from "../rules/run/native-wait.ts";
import { missingIn, type SignalBody } from "../rules/run/signal.ts";
import { childRunId } from "../rules/step/step-name.ts";
import { describeError, OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";
import type { StepEvent } from "../rules/step/step-state.ts";
import type { RunExpressions } from "./run-expressions.ts";
import type { OpenRun, RunStore } from "./run-store.ts";

/** Maximum depth of sub-workflows' runs inside each other, counted from the topmost run. */
export const DEPTH_MAX = 8;

/**
 * A wait that has begun: the event that moves its step, the number of the logged event, and the run to start for it.
 */
type BegunWait = {
  readonly event: StepEvent;
  readonly seq: number | null;
  readonly child: NewRun | null;
  readonly epoch: number;
};

/** Begins the waits that the kernel implements itself: for a time, a signal or a run. */
export class NativeWaits {
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #expressions: RunExpressions;

  constructor(storage: KernelStorage, runs: RunStore, expressions: RunExpressions) {
    this.#storage = storage;
    this.#runs = runs;
    this.#expressions = expressions;
  }

  /**
   * Begins a wait of the step `record` with the parameters in `work.with`. Returns the event that moves the step to
   * `waiting`, or to `failed` if the parameters are invalid, and the run to start if the step waits for a run. Saves
   * nothing but an entry of the run's log.
   */
  begin(run: OpenRun, record: StepRecord, work: Work): BegunWait {
    try {
      const given = this.#expressions.fill(run, work.with, record);
      const { totalMs } = work.timeout ?? {};
      const latest = totalMs === undefined ? null : this.#runs.now() + totalMs;
      const { use } = work;
      if (!isNative(use)) {
        throw new Error(`${use} is none of ${Object.keys(NATIVE_WAITS).join(", ")}`);
      }
      // No `default`: a new entry of NATIVE_WAITS without a case does not compile.
      switch (use) {
        case SLEEP:
          return this.#sleep(run, record, parseWith(SleepWith, given), latest);
        case SIGNAL:
          return this.#awaitSignal(run, record, parseWith(SignalWith, given), latest);
        case SUBWORKFLOW:
          return this.#startWorkflow(run, record, parseWith(SubworkflowWith, given), latest);
      }
    } catch (error) {
      const message = `${work.use} could not begin: ${describeError(error)}`;
      return { event: { type: "failed", message }, seq: null, child: null, epoch: record.epoch };
    }
  }

  #sleep(
    run: OpenRun,
    { step, epoch }: StepRecord,
    time: z.output<typeof SleepWith>,
    latest: number | null,
  ): BegunWait {
    const due =
      time.until === undefined ? this.#runs.now() + (time.for ?? 0) : Date.parse(time.until);
    if (latest !== null && due > latest)
      throw new Error("it would sleep longer than its total timeout");
    const { seq } = this.#runs.log(run, "step.waiting", step, { waits_for: "time", until: due });
    return { event: { type: "waited", wait: { for: "time" }, due }, seq, child: null, epoch };
  }

  #awaitSignal(
    run: OpenRun,
    { step, epoch }: StepRecord,
    { name, requires, timeout, on_timeout: onTimeout }: z.infer<typeof SignalWith>,
    latest: number | null,
  ): BegunWait {
    const { signals } = this.#storage;
    const early = signals
      .kept(run.id, name)
      .find(({ body }) => missingIn(parseBody(body), requires).length === 0);
    if (early) {
      signals.consume(run.id, early.id, step);
      return { event: receiveSignal(early), seq: null, child: null, epoch };
    }
    const due = Math.min(this.#runs.now() + timeout, latest ?? Infinity);
    const detail = { waits_for: `signal ${name}`, until: due };
    const { seq } = this.#runs.log(run, "step.waiting", step, detail);
    const wait = { for: "signal", name, requires, onTimeout, event: seq } as const;
    return { event: { type: "waited", wait, due }, seq, child: null, epoch };
  }

  #startWorkflow(
    run: OpenRun,
    record: StepRecord,
    { workflow, input }: z.infer<typeof SubworkflowWith>,
    latest: number | null,
  ): BegunWait {
    const { step } = record;
    const definitionId = this.#storage.pinned(run.rootRun, workflow);
    if (definitionId === null) {
      throw new Error(`the run has no workflow ${workflow} to start`);
    }
    const { size } = this.#runs.readPinned(definitionId).graph;
    const refusal = this.#runs.reserveSteps(run, Math.max(1, size));
    if (refusal !== null) throw new Error(refusal);
    if (run.depth >= DEPTH_MAX)
      throw new Error(`workflows can be nested at most ${DEPTH_MAX} deep`);
    const json = JSON.stringify(input) ?? "null";
    if (utf8Length(json) > OUTPUT_BYTES_MAX) {
      throw new Error(`its input has more than ${OUTPUT_BYTES_MAX} bytes`);
    }
    // After a run that failed, a fallback or a retry starts another run, since the failed one has undone its work.
    let { epoch } = record;
    while (this.#storage.run(childRunId(run.id, step, epoch))) epoch++;
    const runId = childRunId(run.id, step, epoch);
    const detail = { waits_for: `workflow ${workflow}`, until: latest };
    const { seq } = this.#runs.log(run, "step.waiting", step, detail);
    return {
      event: { type: "waited", wait: { for: "run", runId }, due: latest },
      seq,
      child: { id: runId, definitionId, input: json, parent: { run, step }, size: 0 },
      epoch,
    };
  }
}

/** Parses the `with` of a wait. Throws an Error with a message for the user. */
function parseWith<T>(schema: z.ZodType<T>, given: unknown): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(
    parsed.error.issues
      .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
      .join("; "),
  );
}

/** Parses a body that the ledger has written. */
const parseBody = (body: string): SignalBody => JSON.parse(body);

/** Makes the event that completes a step that waited for a signal; the signal's content is its output. */
export function receiveSignal({ body, at }: StoredSignal): StepEvent {
  const { payload, actor, reason, event } = parseBody(body);
  const output = { status: "received", payload, actor, reason, event, at: Math.floor(at / 1000) };
  return { type: "completed", output: JSON.stringify(output) };
}

/**
 * Makes the event that completes a step whose signal did not arrive in time, if its definition says `on_timeout:
 * complete`. `at` is in milliseconds since the epoch.
 */
export function expireSignal(at: number): StepEvent {
  return { type: "completed", output: JSON.stringify(timedOutSignal(at)) };
}
