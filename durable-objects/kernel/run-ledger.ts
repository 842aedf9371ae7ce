import type { Definition, StepDefinition } from "../../src/kernel/definition.ts";
import { parseLease } from "../../src/kernel/lease.ts";
import { progressRun } from "../../src/kernel/run-progress.ts";
import {
  outputsOf,
  type RunError,
  type RunView,
  type SettledRun,
  viewStep,
} from "../../src/kernel/run-view.ts";
import {
  isLive,
  LOST,
  moveStep,
  readyStep,
  type StepEvent,
  type StepState,
} from "../../src/kernel/step-state.ts";
import type { KernelStorage, OpenStep, StoredRun } from "./kernel-storage.ts";

type LedgerOptions = {
  readonly now: () => number;
  readonly random: () => number;
  onRunSettled(run: SettledRun): void;
};

/** Applies events to runs and steps and stores what the rules say. Every method is called inside a transaction. */
export class RunLedger {
  readonly #storage: KernelStorage;
  readonly #options: LedgerOptions;
  readonly #parsed = new Map<string, Definition>();
  /** How many steps of a handler are claimed: a cache of the table, see `forgetCounts`. */
  readonly #claimed = new Map<string, number>();

  constructor(storage: KernelStorage, options: LedgerOptions) {
    this.#storage = storage;
    this.#options = options;
  }

  start(run: { id: string; definition: Definition; input: unknown }): boolean {
    if (this.#storage.run(run.id)) return false;
    const input = JSON.stringify(run.input ?? null);
    this.#storage.addRun(run.id, run.definition, input, this.#options.now());
    this.#advance(run.id, null);
    return true;
  }

  /** Moves a step and, when that ends it, its run. */
  apply(open: OpenStep, event: StepEvent): StepState {
    const { runId, step, state } = open;
    const definition = this.stepDefinition(open);
    const { now, random } = this.#options;
    const next = moveStep(state, event, { now: now(), random, definition });
    if (next === state) return state;
    this.#save(runId, step, definition.use, state, next);
    if (state.phase === "claimed" && next.phase === "ready") {
      this.#record(runId, RETRY_EVENTS[event.type] ?? "step.retried", step, next.message);
    }
    if (!isLive(next)) this.#advance(runId, step);
    return next;
  }

  held(lease: string): (OpenStep & { readonly use: string }) | null {
    const name = parseLease(lease);
    if (!name) return null;
    const state = this.#storage.step(name.runId, name.step);
    if (state?.phase !== "claimed" || state.lease !== lease) return null;
    const run = this.#storage.run(name.runId);
    if (!run) return null;
    const open = { ...name, state, definition: run.definition, input: run.input };
    return { ...open, use: this.stepDefinition(open).use };
  }

  cancel(runId: string): boolean {
    const run = this.#storage.run(runId);
    if (run?.status !== "running") return false;
    this.#settle(run, "cancelled", null, null);
    return true;
  }

  forget(runId: string): void {
    const run = this.#storage.run(runId);
    if (run && run.status !== "running") this.#storage.forgetRun(runId);
  }

  view(runId: string): RunView | null {
    const run = this.#storage.run(runId);
    if (!run) return null;
    const definition = this.#parse(run.definition);
    const states = this.#storage.steps(runId);
    const steps = Object.keys(definition.steps).map((step) => [step, viewStep(states.get(step))]);
    return {
      id: run.id,
      name: definition.name,
      status: run.status,
      error:
        run.errorStep === null ? null : { step: run.errorStep, message: run.errorMessage ?? "" },
      createdAt: run.createdAt,
      settledAt: run.settledAt,
      steps: Object.fromEntries(steps),
    };
  }

  countClaimed(use: string): number {
    let claimed = this.#claimed.get(use);
    if (claimed === undefined) {
      claimed = this.#storage.countClaimed(use);
      this.#claimed.set(use, claimed);
    }
    return claimed;
  }

  /** A transaction that rolls back leaves the counts wrong, so they are read afresh now and then. */
  forgetCounts(): void {
    this.#claimed.clear();
  }

  stepDefinition({ definition, step, runId }: OpenStep): StepDefinition {
    const found = this.#parse(definition).steps[step];
    if (!found)
      throw new Error(`Run ${runId} has a step ${step} that its definition does not have`);
    return found;
  }

  /** `step` is the one that has just ended; an event that settles the run names it, and is the only one then. */
  #advance(runId: string, step: string | null): void {
    const run = this.#storage.run(runId);
    if (run?.status !== "running") return;
    const definition = this.#parse(run.definition);
    const progress = progressRun(definition, this.#storage.steps(runId));
    switch (progress.kind) {
      case "running":
        if (step !== null) this.#record(runId, "step.completed", step, null);
        for (const begin of progress.begin) {
          const use = definition.steps[begin]?.use ?? "";
          this.#save(runId, begin, use, null, readyStep(this.#options.now()));
        }
        return;
      case "completed":
        return this.#settle(run, "completed", step, null);
      case "failed":
        return this.#settle(run, "failed", progress.step, progress);
    }
  }

  #settle(
    run: StoredRun,
    status: SettledRun["status"],
    step: string | null,
    error: RunError | null,
  ): void {
    const { now, random } = this.#options;
    const { name, steps } = this.#parse(run.definition);
    const states = this.#storage.steps(run.id);
    for (const [other, state] of states) {
      const definition = steps[other];
      if (!isLive(state) || !definition) continue;
      const ended = moveStep(state, { type: "cancelled" }, { now: now(), random, definition });
      this.#save(run.id, other, definition.use, state, ended);
    }
    const failure = error && { step: error.step, message: error.message };
    this.#storage.settleRun(run.id, status, failure, now());
    this.#record(run.id, `run.${status}`, step, failure?.message ?? null);
    this.#options.onRunSettled({
      id: run.id,
      name,
      status,
      input: JSON.parse(run.input),
      outputs: outputsOf(states),
      error: failure,
    });
  }

  #save(runId: string, step: string, use: string, from: StepState | null, to: StepState): void {
    this.#storage.saveStep(runId, step, use, to);
    const change = Number(to.phase === "claimed") - Number(from?.phase === "claimed");
    const claimed = this.#claimed.get(use);
    if (claimed !== undefined) this.#claimed.set(use, claimed + change);
  }

  #record(runId: string, type: string, step: string | null, detail: string | null): void {
    this.#storage.addEvent(runId, { at: this.#options.now(), type, step, detail });
  }

  /** Runs share few definitions, so each text is parsed once. */
  #parse(body: string): Definition {
    // The text was written by `addRun`, from a definition.
    const parsed: Definition = this.#parsed.get(body) ?? JSON.parse(body);
    this.#parsed.set(body, parsed);
    return parsed;
  }
}

const RETRY_EVENTS: Partial<Record<StepEvent["type"], string>> = {
  expired: `step.${LOST}`,
  released: "step.released",
};
