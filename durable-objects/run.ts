import { DurableObject } from "cloudflare:workers";

import { isRunId, type RunId } from "../src/ids.ts";
import { StepKernel } from "../src/kernel/engine/step-kernel.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type { RunEventType } from "../src/kernel/rules/run/event.ts";
import type { SettledRun } from "../src/kernel/rules/run/run-view.ts";
import type { StepHandlers, StepOutcome } from "../src/kernel/rules/step-handler.ts";
import type { Scope } from "../src/knowledge/scope.ts";
import { RunArchive } from "../src/platform/databases/run-archive.ts";
import { logWait } from "../src/platform/log-wait.ts";
import { logger } from "../src/platform/logger.ts";
import { notFound, type Refusal } from "../src/refusal.ts";
import { type Created, KEY_DAY_OVER, KEY_REUSED } from "../src/request-key.ts";
import { err, ok, type Result } from "../src/result.ts";
import { requestEnv } from "../src/wiring/bounded-env.ts";
import { stepHandlers } from "../src/wiring/steps/step-handlers.ts";
import { celExpressions } from "../src/workflow/language/expressions.ts";
import { isOpenWait } from "../src/workflow/runs/open-waits.ts";
import type { RunCommand, StartedRunClient } from "../src/workflow/runs/run-client.ts";
import { DELETED, notRetryable, notSettled } from "../src/workflow/runs/run-refusals.ts";
import type { RunBody } from "../src/workflow/runs/show-run.ts";
import {
  type DispatchedStepsClient,
  GENERATE_DISPATCH,
  type StepTask,
} from "../src/workflow/steps/dispatched-step.ts";
import { DeadLetterOutbox } from "./dead-letters/dead-letter-outbox.ts";
import { describeRunDeath } from "./dead-letters/describe-run-death.ts";
import { chooseDispatched, DispatchedSteps } from "./run/dispatched-steps.ts";
import { EventWatchers } from "./run/event-watchers.ts";
import { lostLeases } from "./run/local-leases.ts";
import { RunHandle, type ServedRun } from "./run/run-handle.ts";
import { RunReader } from "./run/run-reader.ts";
import { runSummary } from "./run/run-summary.ts";
import { RUN_MIGRATIONS, RunTables, type StoredFrame } from "./run/run-tables.ts";
import { SUMMARY_DELAY_MS } from "./summary-outbox.ts";

/** Retention of a settled run. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** The time in which the id of a deleted run cannot be reused: longer than its row stays in D1. */
const TOMBSTONE_MS = 48 * 3_600_000;

/** The events at which a step begins to wait. */
const WAITS: ReadonlySet<RunEventType> = new Set(["step.waiting", "step.held"]);

type HandlersFor = (env: Env, scope: Scope) => StepHandlers;

type OpenRun = {
  readonly kernel: StepKernel;
  readonly reader: RunReader;
  readonly dispatched: DispatchedSteps;
};

/**
 * The Durable Object class of a run that a client or a schedule started. It writes nothing before the run is started.
 * The kernel executes the run; this class stores its workflow's version and metadata, writes its summary to D1, and
 * erases it when it expires.
 */
export class RunObject
  extends DurableObject<Env>
  implements StartedRunClient, DispatchedStepsClient
{
  readonly #tables = new RunTables(this.ctx.storage.sql);
  readonly #watchers = new EventWatchers();
  readonly #summary = runSummary({
    catalog: this.env.CATALOG,
    archive: new RunArchive(this.env),
    tables: this.#tables,
    header: (runId) => this.#run?.kernel.header(runId) ?? null,
    nextDue: () => this.#run?.kernel.nextDue() ?? null,
    waits: (runId) => this.#run?.reader.openWaits(runId) ?? [],
    change: (change) => this.#change(change),
  });
  readonly #letters = new DeadLetterOutbox(this.ctx.storage.sql, {
    catalog: this.env.CATALOG,
    change: (change) => this.#change(change),
    now: () => Date.now(),
  });
  readonly #handlersFor: HandlersFor;
  /** Null until the run is started, and after the object has erased itself. */
  #run: OpenRun | null = null;

  constructor(ctx: DurableObjectState, env: Env, handlersFor: HandlersFor = stepHandlers) {
    super(ctx, requestEnv(env));
    this.#handlersFor = handlersFor;
    if (!isMigrated(ctx.storage)) return;
    migrate(ctx.storage, RUN_MIGRATIONS);
    const frame = this.#tables.frame();
    if (frame) this.#open(frame.scope);
  }

  /**
   * Continues the run, writes its summary, and erases it when it expires. The platform calls it at the time of the
   * alarm.
   */
  override async alarm(): Promise<void> {
    await this.#run?.kernel.alarm();
  }

  /** Starts the run and writes its summary for lists. A repeated command returns the run that the first one started. */
  async start(scope: Scope, command: RunCommand): Promise<Result<Created<RunBody>, Refusal>> {
    const { id, fingerprint, startBefore } = command;
    const isReplayed = this.#frame() !== null;
    if (!isReplayed) {
      if (startBefore !== null && Date.now() >= startBefore) return err(KEY_DAY_OVER);
      this.#begin(scope, command);
      await this.#summary.writeNow();
    }
    const run = await this.find(id, fingerprint);
    if (!run.ok) return run;
    return run.value ? ok({ value: run.value, isReplayed }) : err(notFound("run", id));
  }

  /** Finds the run that was started; null if none was. Refuses if a request with another fingerprint has started it. */
  async find(id: RunId, fingerprint: string): Promise<Result<RunBody | null, Refusal>> {
    const frame = this.#frame();
    if (!frame) return ok(null);
    if (frame.fingerprint !== fingerprint) return err(KEY_REUSED);
    return frame.deletedAt ? err(DELETED) : await this.run(id).read();
  }

  /** Returns a handle for the run. Calls about a run that was never started answer "not found". */
  run(id: RunId): RunHandle {
    return new RunHandle(id, () => this.#served());
  }

  /**
   * Restores a lost alarm of the run, and writes the run's summary for lists. Called regularly by the cron trigger for
   * open runs whose summary in D1 is old. Returns false if there is no run.
   */
  async poke(): Promise<boolean> {
    if (!this.#run || !this.#frame()) return false;
    this.#change(() => this.#tables.changed(Date.now()));
    this.#run.kernel.wake();
    await this.#summary.writeNow();
    return true;
  }

  /** Repeats the failed steps of the run, for its dead letter. Refuses if the run is open, or not there any more. */
  redrive(id: RunId): Result<null, Refusal> {
    const header = this.#served()?.kernel.header(id);
    if (!header) return err(notFound("run", id));
    if (header.settledAt === null) return err(notSettled(header.status));
    return this.#run?.kernel.retry(id, null) ? ok(null) : err(notRetryable(header.status));
  }

  /** Returns the work of a message of a queue; null if its lease has ended. */
  takeStep(lease: string): StepTask | null {
    return this.#run?.dispatched.take(lease) ?? null;
  }

  /** Extends the lease of a consumer that does a step. Returns false if the lease has ended. */
  keepStep(lease: string): boolean {
    return this.#run?.dispatched.keep(lease) ?? false;
  }

  /** Ends the step of a consumer. Changes nothing if its lease has ended. */
  endStep(lease: string, outcome: StepOutcome): void {
    this.#run?.dispatched.end(lease, outcome);
  }

  #begin(scope: Scope, command: RunCommand): void {
    const { id, fingerprint, version, definition, workflows, input, metadata } = command;
    try {
      this.ctx.storage.transactionSync(() => {
        migrate(this.ctx.storage, RUN_MIGRATIONS);
        this.#tables.add({ id, fingerprint, workflow: version, metadata, scope });
        this.#open(scope).begin({ id, definition, input, workflows });
      });
    } catch (error) {
      this.#run = null;
      throw error;
    }
    this.#run?.kernel.wake();
  }

  #open(scope: Scope): StepKernel {
    const dispatched: DispatchedSteps = new DispatchedSteps(this.env, {
      kernel: () => kernel,
      place: (_runId, lane) => ({ scope, lane }),
    });
    const kernel: StepKernel = new StepKernel(this.ctx, {
      logger,
      handlers: {
        ...this.#handlersFor(this.env, scope),
        [GENERATE_DISPATCH]: dispatched.handler,
      },
      chooseHandler: chooseDispatched,
      isLost: lostLeases(this.env),
      onUnsent: (leases) => this.ctx.waitUntil(dispatched.leave(leases)),
      expressions: celExpressions,
      onEvent: (run, type) => {
        this.#watchers.notify();
        const waitsFor = WAITS.has(type) ? logWait(kernel, run.id) : null;
        const isListed = run.parentRun === null && type.startsWith("run.");
        // A signal ends a wait, after which the sweep must look at the run sooner.
        const isWait = type === "signal.received" || (waitsFor !== null && isOpenWait(waitsFor));
        if (!isListed && !isWait) return;
        this.#tables.changed(Date.now() + SUMMARY_DELAY_MS);
        if (type === "run.retried") this.#tables.setEraseAt(null);
      },
      onRunSettled: (run) => this.#settled(run),
      otherDue: () => this.#ownDue(),
      onDue: (now) => this.#onDue(now),
    });
    this.#run = { kernel, reader: new RunReader(kernel), dispatched };
    return kernel;
  }

  /** Called by the kernel inside the transaction that settles the run. */
  #settled(run: SettledRun): void {
    const now = Date.now();
    this.#tables.setEraseAt(now + KEPT_MS);
    const frame = this.#tables.frame();
    if (!frame || !isRunId(frame.id)) return;
    if (run.status !== "failed") return this.#letters.addEnd(run.id, run.status);
    const job = { kind: "run", runId: frame.id } as const;
    const { scope, workflow } = frame;
    const death = describeRunDeath({ run, job, scope, workflow, now });
    this.#letters.addDeath(run.id, death);
  }

  #ownDue(): number | null {
    const frame = this.#tables.frame();
    const dues = [frame?.summaryDue, frame?.eraseAt, this.#letters.due()];
    const due = Math.min(...dues.map((at) => at ?? Infinity));
    return Number.isFinite(due) ? due : null;
  }

  async #onDue(now: number): Promise<void> {
    await this.#letters.writeDue();
    await this.#summary.writeIfDue();
    const frame = this.#tables.frame();
    if (!frame?.eraseAt || frame.eraseAt > now) return;
    // An expired run is deleted as by a client. An expired tombstone ends the object.
    if (this.#served()) return this.#erase(frame);
    this.#run = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #erase({ id }: StoredFrame): void {
    this.#change(() => {
      const now = Date.now();
      this.#tables.markDeleted(now, now + TOMBSTONE_MS);
      this.#run?.kernel.forget(id);
    });
    this.#watchers.notify();
  }

  /** Runs a change and sets the alarm, in one transaction. Does nothing after the object has erased itself. */
  #change(change: () => void): void {
    const run = this.#run;
    if (!run) return;
    this.ctx.storage.transactionSync(() => {
      change();
      run.kernel.arm();
    });
  }

  #frame(): StoredFrame | null {
    return this.#run ? this.#tables.frame() : null;
  }

  /** Finds the run; null if it was never started or is deleted. */
  #served(): ServedRun | null {
    const frame = this.#frame();
    if (!this.#run || !frame || frame.deletedAt) return null;
    return {
      ...this.#run,
      watchers: this.#watchers,
      frame: () => frame,
      erase: async () => {
        this.#erase(frame);
        await this.#summary.writeNow();
      },
    };
  }
}
