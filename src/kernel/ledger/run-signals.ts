import { utf8Length } from "../../bounds.ts";
import { ok, type Result } from "../../result.ts";
import { shorten } from "../../shorten.ts";
import type { KernelStorage } from "../rows/kernel-storage.ts";
import type { StoredSignal } from "../rows/signal-rows.ts";
import type { StepRecord } from "../rows/step-row.ts";
import { isSettledStatus } from "../rules/run/run-view.ts";
import {
  incomplete,
  missingIn,
  requiredBy,
  admitSignal,
  type Decision,
  parseDecision,
  mayAwait,
  mayWantDecision,
  refuse,
  type Signal,
  SIGNALS_MAX,
  type SignalReceipt,
  type SignalRefusal,
  wantsDecision,
} from "../rules/run/signal.ts";
import { parseStepName } from "../rules/step/step-name.ts";
import { encodeOutput, OUTPUT_BYTES_MAX } from "../rules/step/step-outcome.ts";
import { isEndedPhase, type StepEvent } from "../rules/step/step-state.ts";
import { receiveSignal } from "./native-waits.ts";
import type { RunProgress } from "./run-progress.ts";
import { type OpenRun, resolveDefinition, type RunStore } from "./run-store.ts";

type Answer = Result<SignalReceipt, SignalRefusal>;

/** Delivers signals to runs. One transaction consumes a signal and changes the state of the step that waits for it. */
export class RunSignals {
  readonly #storage: KernelStorage;
  readonly #runs: RunStore;
  readonly #progress: RunProgress;

  constructor(storage: KernelStorage, runs: RunStore, progress: RunProgress) {
    this.#storage = storage;
    this.#runs = runs;
    this.#progress = progress;
  }

  /**
   * Delivers a signal to a waiting step, or keeps it for a step that will wait for it. Returns its receipt, or the
   * reason why it is not accepted. If the run has accepted a signal with the same id before, changes nothing and
   * returns the receipt of that signal, or a refusal if the two differ.
   */
  take(runId: string, signal: Signal): Answer {
    const run = this.#runs.find(runId);
    if (!run) return refuse("run_not_found", `There is no run ${runId}.`);
    const repeated = this.#storage.signals.find(runId, signal.id);
    if (repeated) return answerRepeated(repeated, signal);
    if (isSettledStatus(run.status) || run.status === "undoing") {
      return refuse("run_settled", `The run is ${run.status} and accepts no signals.`);
    }
    const { steps } = run.definition;
    const candidates = Object.entries(steps).filter(([, definition]) =>
      mayAwait(definition, signal.name),
    );
    const isKnown =
      candidates.length > 0 ||
      Object.entries(steps).some(([step, definition]) =>
        mayWantDecision(definition, step, signal.name),
      );
    if (!isKnown) {
      return refuse(
        "signal_unknown",
        `No step of ${run.definition.name} waits for a signal ${shorten(signal.name)}.`,
      );
    }
    if (utf8Length(encodeBody(signal)) > OUTPUT_BYTES_MAX) {
      return refuse(
        "signals_full",
        `The signal is too large: the maximum is ${OUTPUT_BYTES_MAX} bytes.`,
      );
    }
    const waiting = this.#findWaiting(runId, signal.name);
    if (waiting) return this.#settle(run, waiting, signal);
    return this.#keep(
      run,
      signal,
      candidates.map(([step]) => step),
    );
  }

  #findWaiting(runId: string, name: string): StepRecord | null {
    const rows = this.#storage.steps.all(runId);
    const found = rows.filter(
      ({ step, state }) =>
        (state.phase === "waiting" && state.wait.for === "signal" && state.wait.name === name) ||
        (wantsDecision(state) && (step === name || parseStepName(step).step === name)),
    );
    return found.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))[0] ?? null;
  }

  #settle(run: OpenRun, record: StepRecord, signal: Signal): Answer {
    const { state, step, seq } = record;
    const wait =
      state.phase === "waiting" && state.wait.for === "signal"
        ? state.wait
        : { requires: ["actor", "reason"], event: seq ?? 0 };
    const last = this.#storage.lastEvent(run.id)?.seq ?? 1;
    const admitted = admitSignal(wait, signal, last);
    if (!admitted.ok) return admitted;
    const decision = parseDecision(signal.payload);
    if (state.phase === "held" && !decision) {
      return refuse(
        "signal_incomplete",
        `${step} has failed for good: send {"action": "retry"}, {"action": "skip", "output": …} or {"action": "fail"}.`,
      );
    }
    const stored = this.#store(run, signal, step);
    const event =
      state.phase === "held" && decision
        ? applyDecision(decision, state.message)
        : receiveSignal(stored);
    this.#progress.move(run, record, event);
    return ok({ status: "consumed", step });
  }

  /** Keeps a signal that arrives before its step waits. A decision cannot arrive early, since it refers to an event. */
  #keep(run: OpenRun, signal: Signal, candidates: readonly string[]): Answer {
    const rows = this.#storage.steps.named(run.id, candidates);
    const isStillToCome = candidates.some((step) => {
      const phase = rows.find((row) => row.step === step)?.state.phase ?? "pending";
      return !isEndedPhase(phase);
    });
    if (signal.event !== null || !isStillToCome) {
      return refuse(
        "signal_not_awaited",
        `No step waits for the signal ${shorten(signal.name)} now.`,
      );
    }
    const required = candidates.map((step) =>
      requiredBy(resolveDefinition(run, step), signal.name),
    );
    const missing = required.map((requires) => missingIn(signal, requires));
    const [least = []] = missing.toSorted((one, other) => one.length - other.length);
    if (least.length > 0) return incomplete(least);
    if (this.#storage.signals.count(run.id) >= SIGNALS_MAX) {
      return refuse("signals_full", `The run already has ${SIGNALS_MAX} signals, the maximum.`);
    }
    this.#store(run, signal, null);
    return ok({ status: "kept", step: null });
  }

  #store(run: OpenRun, signal: Signal, step: string | null): StoredSignal {
    const { id, name, actor, reason } = signal;
    const stored = { id, name, body: encodeBody(signal), step, at: this.#runs.now() };
    this.#storage.signals.add(run.id, stored);
    this.#runs.log(run, "signal.received", step, {
      signal: name,
      actor,
      ...(reason !== null && { reason }),
    });
    return stored;
  }
}

function applyDecision(decision: Decision, message: string | null): StepEvent {
  switch (decision.action) {
    case "retry":
      return { type: "resumed" };
    case "fail":
      return { type: "failed", message: message ?? "A person decided that the step fails" };
    case "skip":
      return encodeOutput(decision.output);
  }
}

function answerRepeated(stored: StoredSignal, signal: Signal): Answer {
  if (stored.name !== signal.name || stored.body !== encodeBody(signal)) {
    return refuse(
      "signal_reused",
      `The id ${shorten(signal.id)} was already used for another signal.`,
    );
  }
  return ok({ status: stored.step === null ? "kept" : "consumed", step: stored.step });
}

const encodeBody = ({ payload, actor, reason, event }: Signal) =>
  JSON.stringify({ payload: payload ?? null, actor, reason, event });
