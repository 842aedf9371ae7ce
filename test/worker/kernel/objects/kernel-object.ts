import { DurableObject } from "cloudflare:workers";

import { StepKernel } from "../../../../src/kernel/engine/step-kernel.ts";
import { KERNEL_MIGRATIONS } from "../../../../src/kernel/rows/kernel-storage.ts";
import { isMigrated, migrate } from "../../../../src/kernel/rows/migrate.ts";
import type { Definition } from "../../../../src/kernel/rules/definition.ts";
import type { SettledRun } from "../../../../src/kernel/rules/run/run-view.ts";
import { FatalStepError, type StepClaim } from "../../../../src/kernel/rules/step-handler.ts";
import { logger } from "../../../../src/platform/logger.ts";
import { TINY_EXPRESSIONS } from "../../../fakes/tiny-expressions.ts";
import { meterState } from "./metered-state.ts";

/** The leases whose messages or workers are lost when an object starts; tests add to it. */
export const lostLeases = new Set<string>();

/** A Durable Object class for tests, which only runs workflows with the kernel. Tests control its handlers. */
export class KernelObject extends DurableObject {
  /** The calls of handlers and callbacks, in memory. */
  readonly log: string[] = [];
  readonly settled: (SettledRun & { readonly outputs: Record<string, unknown> })[] = [];
  readonly dispatched: StepClaim[][] = [];
  /** The pending attempts of `gate@1`, by step. A test resolves one to complete the attempt. */
  readonly gates = new Map<string, PromiseWithResolvers<unknown>>();
  /** The pending attempts of `gate@1`, by `run:step`. */
  readonly gatesOfRuns = new Map<string, PromiseWithResolvers<unknown>>();
  /** Number of further calls of `dispatch` that are to fail. */
  dispatchFailures = 0;
  onSettled: (run: SettledRun) => void = () => {};
  due: number | null = null;
  /** Number of further calls of `onDue` that are to fail. */
  dueFailures = 0;

  /** Milliseconds by which the kernel's clock is ahead of the real one. */
  aheadMs = 0;
  readonly meter = meterState(migrated(this.ctx));

  readonly kernel = new StepKernel(this.meter.state, {
    logger,
    now: () => Date.now() + this.aheadMs,
    expressions: TINY_EXPRESSIONS,
    handlers: {
      "echo@1": {
        kind: "local",
        pure: true,
        run: async ({ input, outputs }) => ({ input, outputs }),
      },
      /** Logs its key and returns its `with`. */
      "note@1": {
        kind: "local",
        run: async (context) => {
          this.log.push(context.idempotencyKey);
          return context.with;
        },
      },
      "outputs@1": { kind: "local", pure: true, run: async ({ outputs }) => outputs },
      "big@1": { kind: "local", run: async () => "x".repeat(5_000_000) },
      "no-json@1": { kind: "local", run: async () => ({ count: 1n }) },
      "one@1": { kind: "local", pure: true, run: async () => 1 },
      "noted@1": { kind: "local", run: async () => 1 },
      "effect@1": {
        kind: "local",
        run: async ({ idempotencyKey, attempt }) => {
          await this.env.TEST_EFFECTS.getByName("all").cause(idempotencyKey);
          return { attempt };
        },
      },
      "flaky@1": {
        kind: "local",
        run: async ({ attempt }) => {
          if (attempt < 3) throw new Error(`Attempt ${attempt} failed`);
          return attempt;
        },
      },
      "broken@1": { kind: "local", run: () => Promise.reject(new Error("It never works")) },
      "fatal@1": { kind: "local", run: () => Promise.reject(new FatalStepError("It cannot work")) },
      "reset@1": {
        kind: "local",
        run: async () => {
          this.log.push("reset");
          if (this.log.length < 6) {
            throw new Error("Durable Object reset because its code was updated.");
          }
          return "done";
        },
      },
      "deaf@1": { kind: "local", run: () => new Promise(() => {}) },
      "gate@1": {
        kind: "local",
        run: ({ runId, step, signal, attempt }) => {
          this.log.push(`${step}:${attempt}`);
          signal.addEventListener("abort", () => void this.log.push(`${step}:aborted`));
          const gate = Promise.withResolvers<unknown>();
          this.gates.set(step, gate);
          this.gatesOfRuns.set(`${runId}:${step}`, gate);
          return gate.promise;
        },
      },
      "file@1": {
        kind: "dispatched",
        inFlightMax: 200,
        leaseMs: 60_000,
        dispatch: async (claims) => {
          if (this.dispatchFailures-- > 0) throw new Error("The queue is down");
          this.dispatched.push([...claims]);
        },
      },
      /** Its queue loses the steps whose leases are in `lostLeases`. */
      "job@1": {
        kind: "dispatched",
        inFlightMax: 200,
        leaseMs: 600_000,
        workMs: 30_000,
        dispatch: async (claims) => void this.dispatched.push([...claims]),
      },
    },
    onRunSettled: (run) => {
      const steps = Object.keys(this.kernel.view(run.id)?.steps ?? {});
      const outputs = steps.map((step) => [step, run.readStepOutput(step)] as const);
      const left = outputs.filter(([, output]) => output !== undefined);
      this.settled.push({ ...run, outputs: Object.fromEntries(left) });
      this.onSettled(run);
    },
    isLost: (lease) => lostLeases.has(lease),
    otherDue: () => this.due,
    onDue: (now) => {
      if (this.due === null || now < this.due) return;
      this.log.push("due");
      if (this.dueFailures-- > 0) throw new Error("The object is not ready");
      this.due = null;
    },
  });

  /** Creates the kernel's tables, if there are none. */
  create(): void {
    if (!isMigrated(this.ctx.storage)) migrate(this.ctx.storage, KERNEL_MIGRATIONS);
  }

  /** Advances the kernel's clock by `ms` milliseconds and calls the alarm handler. */
  async pass(ms: number): Promise<void> {
    this.aheadMs += ms;
    await this.alarm();
  }

  /** Returns the phase of each step of a run, by name. */
  phases(id = "run"): Record<string, string> {
    const steps = Object.entries(this.kernel.view(id)?.steps ?? {});
    return Object.fromEntries(steps.map(([step, { phase }]) => [step, phase]));
  }

  /** Reads the phase of a row of a run: a step, an item (`a[3]`) or an undo (`a~undo`); undefined if it has no row. */
  readPhase(step: string, runId = "run"): unknown {
    const query = "SELECT phase FROM kernel_step WHERE run_id = ? AND step = ?";
    return this.ctx.storage.sql.exec(query, runId, step).toArray()[0]?.["phase"];
  }

  /** Lists the events of a run, each as its type and its step. */
  story(id = "run"): string[] {
    return this.kernel
      .events(id, 0, 10_000)
      .map(({ type, step }) => (step === null ? type : `${type} ${step}`));
  }

  /** Reads all rows of a table of the kernel. */
  rows(table: "kernel_run" | "kernel_step" | "kernel_event") {
    return this.ctx.storage.sql.exec(`SELECT * FROM ${table}`).toArray();
  }

  /** Starts a run and the work on it. Returns false if the run exists. */
  start(
    id: string,
    definition: Definition,
    input: unknown = null,
    workflows: Readonly<Record<string, Definition>> = {},
  ): boolean {
    this.create();
    return this.kernel.begin({ id, definition, input, workflows });
  }

  /** Calls the kernel's alarm handler. */
  override alarm(): Promise<void> {
    return this.kernel.alarm();
  }
}

/** Migrates the tables of an older build before the kernel reads them, as the service's objects do. */
function migrated(ctx: DurableObjectState): DurableObjectState {
  if (isMigrated(ctx.storage)) migrate(ctx.storage, KERNEL_MIGRATIONS);
  return ctx;
}
