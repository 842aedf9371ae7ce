import { RpcTarget } from "cloudflare:workers";

import type { ResponseId, RunId } from "../../src/ids.ts";
import type { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import type { RunHeader } from "../../src/kernel/rules/run/run-view.ts";
import type { Signal, SignalReceipt } from "../../src/kernel/rules/run/signal.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import type { RunClient } from "../../src/workflow/runs/run-client.ts";
import {
  notPausable,
  notResumable,
  notRetryable,
  notSettled,
  RESPONSES_OWN,
  settled,
  unknownStep,
} from "../../src/workflow/runs/run-refusals.ts";
import { type EventPage, showRunEvent } from "../../src/workflow/runs/show-event.ts";
import type { RunBody, RunFrame, StepDetail } from "../../src/workflow/runs/show-run.ts";
import type { EventWatchers } from "./event-watchers.ts";
import type { RunReader } from "./run-reader.ts";
import { signalTree } from "./signal-tree.ts";

/** An existing run, with the kernel, readers and functions of its Durable Object that a `RunHandle` uses. */
export type ServedRun = {
  readonly kernel: StepKernel;
  readonly reader: RunReader;
  readonly watchers: EventWatchers;
  readonly frame: () => RunFrame | Promise<RunFrame>;
  /** Erases a settled run. Null for the run of a response, which is erased with the response and cannot be retried. */
  readonly erase: (() => Promise<void>) | null;
};

type Served = ServedRun & { readonly header: RunHeader };

/**
 * A handle for one run, which a Durable Object returns to its callers by RPC: its methods are those of the API on runs.
 * The same class serves the runs that produce responses and the runs that a client or a schedule started. RPC pipelines
 * the call of a method on the returned handle, so the handle costs no round trip. Calls about a run that does not exist
 * answer "not found" and write nothing.
 */
export class RunHandle extends RpcTarget implements RunClient {
  readonly #id: RunId | ResponseId;
  readonly #find: () => ServedRun | null;

  constructor(id: RunId | ResponseId, find: () => ServedRun | null) {
    super();
    this.#id = id;
    this.#find = find;
  }

  /** Reads the run with its steps, in the shape of the API. */
  async read(): Promise<Result<RunBody, Refusal>> {
    const run = this.#served();
    if (!run.ok) return run;
    const body = run.value.reader.run(await run.value.frame());
    return body ? ok(body) : err(notFound("run", this.#id));
  }

  /**
   * Reads one step of the run with its whole output, by its path: `charge`, `notify[3]` (item 3 of a step with `map`),
   * `charge~undo` (the undo of `charge`), or `refund/approve` (a step of the run that `refund` started).
   */
  step(path: string): Result<StepDetail, Refusal> {
    const run = this.#served();
    if (!run.ok) return run;
    const step = run.value.reader.step(this.#id, path);
    return step ? ok(step) : err(notFound("step", path));
  }

  /** Draws the run as a Mermaid flowchart, with the status of each step. */
  mermaid(): Result<string, Refusal> {
    const run = this.#served();
    return run.ok ? ok(run.value.reader.mermaid(this.#id) ?? "") : run;
  }

  /** Delivers a signal to the run, or to a run that its steps started. */
  signal(signal: Signal): Result<SignalReceipt, Refusal> {
    const run = this.#served();
    return run.ok ? signalTree(run.value.kernel, this.#id, signal) : run;
  }

  /** Cancels the run. A run that is cancelled already stays as it is; a run that has ended in another way refuses. */
  cancel(): Promise<Result<RunBody, Refusal>> {
    return this.#command(({ kernel, header: { status } }) => {
      if (kernel.cancel(this.#id)) return null;
      return status === "completed" || status === "failed" ? settled(status) : null;
    });
  }

  /** Pauses the run. Refuses if the run has ended or is undoing. */
  pause(): Promise<Result<RunBody, Refusal>> {
    return this.#command(({ kernel, header: { status } }) =>
      kernel.pause(this.#id) || status === "paused" ? null : notPausable(status),
    );
  }

  /**
   * Resumes a run that is paused, or that has steps which stopped after their last failed attempt. Refuses if it is
   * neither.
   */
  resume(): Promise<Result<RunBody, Refusal>> {
    return this.#command(({ kernel, header: { status, settledAt } }) => {
      if (kernel.resume(this.#id)) return null;
      return settledAt === null ? notResumable(status) : settled(status);
    });
  }

  /**
   * Repeats steps of a settled run: those that failed, were cancelled or were undone, the step `from` if it is not
   * null, and all steps that depend on these. Refuses if there are no such steps.
   */
  retry(from: string | null): Promise<Result<RunBody, Refusal>> {
    return this.#command(({ kernel, erase, header }) => {
      if (!erase) return RESPONSES_OWN;
      const steps = kernel.definition(this.#id)?.steps ?? {};
      if (from !== null && !Object.hasOwn(steps, from)) return unknownStep(from);
      return kernel.retry(this.#id, from) ? null : notRetryable(header.status);
    });
  }

  /** Erases a settled run. Refuses if it has not ended. */
  async remove(): Promise<Result<null, Refusal>> {
    const run = this.#served();
    if (!run.ok) return run;
    const { erase, header } = run.value;
    if (!erase) return err(RESPONSES_OWN);
    if (header.settledAt === null) return err(notSettled(header.status));
    await erase();
    return ok(null);
  }

  /** Reads at most `limit` events of the run with a number greater than `after`, in the shape of the API. */
  events(after: number, limit: number): Result<EventPage, Refusal> {
    const run = this.#served();
    if (!run.ok) return run;
    const events = run.value.kernel.events(this.#id, after, limit + 1);
    return ok({
      events: events.slice(0, limit).map((event) => showRunEvent(this.#id, event)),
      hasMore: events.length > limit,
    });
  }

  /**
   * Streams the run's events with a number greater than `after` as server-sent events. Null if the run has settled and
   * has no more such events.
   */
  watch(after: number): Result<ReadableStream<Uint8Array> | null, Refusal> {
    const run = this.#served();
    if (!run.ok) return run;
    const { kernel, watchers, header } = run.value;
    if (header.settledAt !== null && header.event <= after) return ok(null);
    const source = {
      runId: this.#id,
      eventsAfter: (seq: number, limit: number) => kernel.events(this.#id, seq, limit),
      // An erased run has no header.
      isOver: () => kernel.header(this.#id)?.settledAt !== null,
    };
    return ok(watchers.watch(source, after));
  }

  async #command(act: (run: Served) => Refusal | null): Promise<Result<RunBody, Refusal>> {
    const run = this.#served();
    if (!run.ok) return run;
    const refusal = act(run.value);
    return refusal ? err(refusal) : await this.read();
  }

  #served(): Result<Served, Refusal> {
    const run = this.#find();
    const header = run?.kernel.header(this.#id);
    return run && header ? ok({ ...run, header }) : err(notFound("run", this.#id));
  }
}
