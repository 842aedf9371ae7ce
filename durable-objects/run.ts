import { DurableObject } from "cloudflare:workers";

import { StepKernel } from "../src/kernel/engine/step-kernel.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type { RunHeader } from "../src/kernel/rules/run/run-view.ts";
import type { Signal, SignalReceipt } from "../src/kernel/rules/run/signal.ts";
import type { StepHandlers } from "../src/kernel/rules/step-handler.ts";
import type { Scope } from "../src/knowledge/scope.ts";
import { logWait } from "../src/platform/log-wait.ts";
import { logger } from "../src/platform/logger.ts";
import { notFound, type Refusal } from "../src/refusal.ts";
import { err, ok, type Result } from "../src/result.ts";
import { stepHandlers } from "../src/wiring/steps/step-handlers.ts";
import { celExpressions } from "../src/workflow/language/expressions.ts";
import {
  DELETED,
  KEY_REUSED,
  notPausable,
  notResumable,
  notRetryable,
  notSettled,
  settled,
  unknownStep,
} from "../src/workflow/runs/run-refusals.ts";
import { type EventPage, showEvent } from "../src/workflow/runs/show-event.ts";
import type { RunBody } from "../src/workflow/runs/show-run.ts";
import type { RunCommand } from "../src/workflow/start-run.ts";
import { EventWatchers } from "./run/event-watchers.ts";
import { RunReader, type StepDetail } from "./run/run-reader.ts";
import { RunSummary, SUMMARY_DELAY_MS } from "./run/run-summary.ts";
import { RUN_MIGRATIONS, RunTables, type StoredFrame } from "./run/run-tables.ts";
import { signalTree } from "./run/signal-tree.ts";

/** How long a run is kept once it has settled. */
const KEPT_MS = 30 * 24 * 3_600_000;
/** How long the id of a deleted run cannot be used again: longer than its row stays in the lists' table. */
const TOMBSTONE_MS = 48 * 3_600_000;

export type HandlersFor = (env: Env, scope: Scope) => StepHandlers;

type Live = {
  readonly frame: StoredFrame;
  readonly header: RunHeader;
  readonly kernel: StepKernel;
  readonly reader: RunReader;
};

/**
 * One run that somebody started, with the workflow it was started with. Until it is, the object writes nothing. The
 * kernel decides how the run goes; this class says who may ask what of it, and tells the lists.
 */
export class RunObject extends DurableObject<Env> {
  readonly #tables = new RunTables(this.ctx.storage.sql);
  readonly #watchers = new EventWatchers();
  readonly #summary = new RunSummary({
    catalog: this.env.CATALOG,
    tables: this.#tables,
    header: (runId) => this.#kernel?.header(runId) ?? null,
    change: (change) => this.#change(change),
  });
  readonly #handlersFor: HandlersFor;
  #kernel: StepKernel | null = null;
  #reader: RunReader | null = null;

  constructor(ctx: DurableObjectState, env: Env, handlersFor: HandlersFor = stepHandlers) {
    super(ctx, env);
    this.#handlersFor = handlersFor;
    if (!isMigrated(ctx.storage)) return;
    migrate(ctx.storage, RUN_MIGRATIONS);
    const frame = this.#tables.frame();
    if (frame) this.#open(frame.scope);
  }

  override async alarm(): Promise<void> {
    await this.#kernel?.alarm();
  }

  /** Starts the run, or finds it. The summary for lists is written before it answers. */
  async start(scope: Scope, command: RunCommand): Promise<Result<RunBody, Refusal>> {
    const frame = this.#frame();
    if (frame && frame.fingerprint !== command.fingerprint) return err(KEY_REUSED);
    if (frame?.deletedAt) return err(DELETED);
    if (!frame) {
      this.#begin(scope, command);
      await this.#summary.writeNow();
    }
    return this.read();
  }

  read(): Result<RunBody, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const { frame, reader } = live.value;
    const body = reader.run(frame);
    return body ? ok(body) : err(this.#missing());
  }

  /** One step with its whole output. */
  step(path: string): Result<StepDetail, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const step = live.value.reader.step(live.value.frame.id, path);
    return step ? ok(step) : err(notFound("step", path));
  }

  mermaid(): Result<string, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    return ok(live.value.reader.mermaid(live.value.frame.id) ?? "");
  }

  signal(signal: Signal): Result<SignalReceipt, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    return signalTree(live.value.kernel, live.value.frame.id, signal);
  }

  /** Ends the run; one that is being cancelled, or was, stays as it is. */
  cancel(): Result<RunBody, Refusal> {
    return this.#command(({ kernel, frame, header }) => {
      if (kernel.cancel(frame.id)) return null;
      const isOver = header.status === "completed" || header.status === "failed";
      return isOver ? settled(header.status) : null;
    });
  }

  pause(): Result<RunBody, Refusal> {
    return this.#command(({ kernel, frame, header }) =>
      kernel.pause(frame.id) || header.status === "paused" ? null : notPausable(header.status),
    );
  }

  resume(): Result<RunBody, Refusal> {
    return this.#command(({ kernel, frame, header: { status, settledAt } }) => {
      if (kernel.resume(frame.id)) return null;
      return settledAt === null ? notResumable(status) : settled(status);
    });
  }

  /** Takes the run up again once it has ended: from a step, or from what failed. */
  retry(from: string | null): Result<RunBody, Refusal> {
    return this.#command(({ kernel, frame, header }) => {
      const steps = kernel.definitionOf(frame.id)?.steps ?? {};
      if (from !== null && !Object.hasOwn(steps, from)) return unknownStep(from);
      return kernel.retry(frame.id, from) ? null : notRetryable(header.status);
    });
  }

  events(after: number, limit: number): Result<EventPage, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const { kernel, frame } = live.value;
    const events = kernel.events(frame.id, after, limit + 1);
    return ok({
      events: events.slice(0, limit).map((event) => showEvent(frame.id, event)),
      hasMore: events.length > limit,
    });
  }

  /** The events after number `after` as server-sent ones, those to come too; null when none are and none will be. */
  watch(after: number): Result<ReadableStream<Uint8Array> | null, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const { kernel, frame, header } = live.value;
    if (header.settledAt !== null && header.event <= after) return ok(null);
    const source = {
      runId: frame.id,
      eventsAfter: (seq: number, limit: number) => kernel.events(frame.id, seq, limit),
      // A run that is gone has no header.
      isOver: () => kernel.header(frame.id)?.settledAt !== null,
    };
    return ok(this.#watchers.watch(source, after));
  }

  /** Erases a run that has settled. */
  async remove(): Promise<Result<null, Refusal>> {
    const live = this.#live();
    if (!live.ok) return live;
    const { header } = live.value;
    if (header.settledAt === null) return err(notSettled(header.status));
    this.#erase(live.value);
    await this.#summary.writeNow();
    return ok(null);
  }

  /** Looks after itself and tells the lists how it is; false when there is nothing here. */
  async poke(): Promise<boolean> {
    const frame = this.#frame();
    if (!frame || !this.#kernel) return false;
    this.#change(() => this.#tables.changed(Date.now()));
    this.#kernel.wake();
    await this.#summary.write();
    return true;
  }

  #begin(scope: Scope, command: RunCommand): void {
    const { id, fingerprint, version, definition, workflows, input, metadata } = command;
    try {
      this.ctx.storage.transactionSync(() => {
        migrate(this.ctx.storage, RUN_MIGRATIONS);
        this.#tables.add({ id, fingerprint, workflow: version, metadata, scope });
        this.#open(scope).start({ id, definition, input, workflows });
      });
    } catch (error) {
      this.#kernel = null;
      this.#reader = null;
      throw error;
    }
    this.#kernel?.wake();
  }

  #open(scope: Scope): StepKernel {
    const kernel: StepKernel = new StepKernel(this.ctx, {
      logger,
      handlers: this.#handlersFor(this.env, scope),
      expressions: celExpressions,
      onEvent: (run, type) => {
        this.#watchers.tell();
        if (type === "step.waiting" || type === "step.held") logWait(kernel, run.id);
        if (run.parentRun !== null || !type.startsWith("run.")) return;
        this.#tables.changed(Date.now() + SUMMARY_DELAY_MS);
        if (type === "run.retried") this.#tables.setEraseAt(null);
      },
      onRunSettled: () => this.#tables.setEraseAt(Date.now() + KEPT_MS),
      otherDue: () => {
        const frame = this.#tables.frame();
        const due = Math.min(frame?.summaryDue ?? Infinity, frame?.eraseAt ?? Infinity);
        return Number.isFinite(due) ? due : null;
      },
      onDue: (now) => this.#onDue(now),
    });
    this.#kernel = kernel;
    this.#reader = new RunReader(kernel);
    return kernel;
  }

  async #onDue(now: number): Promise<void> {
    const frame = this.#tables.frame();
    if (frame?.summaryDue && frame.summaryDue <= now) await this.#summary.write();
    if (!frame?.eraseAt || frame.eraseAt > now) return;
    const live = this.#live();
    if (live.ok) return this.#erase(live.value);
    this.#kernel = null;
    this.#reader = null;
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  #erase({ kernel, frame }: Live): void {
    this.#change(() => {
      const now = Date.now();
      this.#tables.markDeleted(now, now + TOMBSTONE_MS);
      kernel.forget(frame.id);
    });
    this.#watchers.tell();
  }

  /** Nothing is changed any more once the object has erased itself. */
  #change(change: () => void): void {
    const kernel = this.#kernel;
    if (!kernel) return;
    this.ctx.storage.transactionSync(() => {
      change();
      kernel.arm();
    });
  }

  #command(act: (live: Live) => Refusal | null): Result<RunBody, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const refusal = act(live.value);
    return refusal ? err(refusal) : this.read();
  }

  #frame(): StoredFrame | null {
    return this.#kernel ? this.#tables.frame() : null;
  }

  /** The run, unless there never was one or it is deleted: then there is nothing, and nothing is written. */
  #live(): Result<Live, Refusal> {
    const [frame, kernel, reader] = [this.#frame(), this.#kernel, this.#reader];
    const header = frame && kernel?.header(frame.id);
    if (!frame || frame.deletedAt || !header || !kernel || !reader) return err(this.#missing());
    return ok({ frame, header, kernel, reader });
  }

  #missing(): Refusal {
    return notFound("run", this.ctx.id.name?.split(":").at(-1) ?? "");
  }
}
