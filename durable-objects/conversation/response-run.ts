import { RpcTarget } from "cloudflare:workers";

import type { ResponseId } from "../../src/ids.ts";
import type { RunHeader } from "../../src/kernel/rules/run/run-view.ts";
import type { Signal, SignalReceipt } from "../../src/kernel/rules/run/signal.ts";
import { notFound, type Refusal } from "../../src/refusal.ts";
import { err, ok, type Result } from "../../src/result.ts";
import { contentHash } from "../../src/workflow/content-hash.ts";
import type { RunClient } from "../../src/workflow/runs/run-client.ts";
import {
  notPausable,
  notResumable,
  RESPONSES_OWN,
  settled,
} from "../../src/workflow/runs/run-refusals.ts";
import { type EventPage, showEvent } from "../../src/workflow/runs/show-event.ts";
import type { RunBody, StepDetail } from "../../src/workflow/runs/show-run.ts";
import type { EventWatchers } from "../run/event-watchers.ts";
import { RunReader } from "../run/run-reader.ts";
import { signalTree } from "../run/signal-tree.ts";
import type { AnswerRuns, LiveResponse } from "./answer-runs.ts";

type Live = { readonly response: LiveResponse; readonly header: RunHeader };

/**
 * The run of one response, asked like a run that somebody started by itself. It ends with its response, once: it can
 * be neither taken up again nor deleted by itself, and it is there until the response's events are folded.
 */
export class ResponseRun extends RpcTarget implements RunClient {
  readonly #runs: AnswerRuns;
  readonly #watchers: EventWatchers;
  readonly #id: ResponseId;

  constructor(runs: AnswerRuns, watchers: EventWatchers, id: ResponseId) {
    super();
    this.#runs = runs;
    this.#watchers = watchers;
    this.#id = id;
  }

  async read(): Promise<Result<RunBody, Refusal>> {
    const live = this.#live();
    if (!live.ok) return live;
    const { metadata, workflow } = live.value.response.request;
    const version = workflow ?? (await this.#builtIn());
    const body = this.#reader().run({ id: this.#id, workflow: version, metadata });
    return body ? ok(body) : this.#missing();
  }

  step(path: string): Result<StepDetail, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const step = this.#reader().step(this.#id, path);
    return step ? ok(step) : err(notFound("step", path));
  }

  mermaid(): Result<string, Refusal> {
    const live = this.#live();
    return live.ok ? ok(this.#reader().mermaid(this.#id) ?? "") : live;
  }

  signal(signal: Signal): Result<SignalReceipt, Refusal> {
    const live = this.#live();
    return live.ok ? signalTree(this.#runs.kernel, this.#id, signal) : live;
  }

  cancel(): Promise<Result<RunBody, Refusal>> {
    return this.#command(({ status }) => {
      if (this.#runs.kernel.cancel(this.#id)) return null;
      return status === "completed" || status === "failed" ? settled(status) : null;
    });
  }

  pause(): Promise<Result<RunBody, Refusal>> {
    return this.#command(({ status }) =>
      this.#runs.kernel.pause(this.#id) || status === "paused" ? null : notPausable(status),
    );
  }

  resume(): Promise<Result<RunBody, Refusal>> {
    return this.#command(({ status, settledAt }) => {
      if (this.#runs.kernel.resume(this.#id)) return null;
      return settledAt === null ? notResumable(status) : settled(status);
    });
  }

  retry(_from: string | null): Promise<Result<RunBody, Refusal>> {
    return this.#command(() => RESPONSES_OWN);
  }

  remove(): Result<null, Refusal> {
    const live = this.#live();
    return live.ok ? err(RESPONSES_OWN) : live;
  }

  events(after: number, limit: number): Result<EventPage, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const events = this.#runs.kernel.events(this.#id, after, limit + 1);
    return ok({
      events: events.slice(0, limit).map((event) => showEvent(this.#id, event)),
      hasMore: events.length > limit,
    });
  }

  watch(after: number): Result<ReadableStream<Uint8Array> | null, Refusal> {
    const live = this.#live();
    if (!live.ok) return live;
    const { settledAt, event } = live.value.header;
    if (settledAt !== null && event <= after) return ok(null);
    const { kernel } = this.#runs;
    const source = {
      runId: this.#id,
      eventsAfter: (seq: number, limit: number) => kernel.events(this.#id, seq, limit),
      // A run that is gone has no header.
      isOver: () => kernel.header(this.#id)?.settledAt !== null,
    };
    return ok(this.#watchers.watch(source, after));
  }

  async #command(act: (header: RunHeader) => Refusal | null): Promise<Result<RunBody, Refusal>> {
    const live = this.#live();
    if (!live.ok) return live;
    const refusal = act(live.value.header);
    return refusal ? err(refusal) : await this.read();
  }

  async #builtIn() {
    const definition = this.#runs.kernel.definitionOf(this.#id);
    const hash = definition ? await contentHash(definition) : "";
    return { name: "answer", version: 0, hash };
  }

  #reader(): RunReader {
    return new RunReader(this.#runs.kernel);
  }

  #live(): Result<Live, Refusal> {
    const response = this.#runs.find(this.#id);
    const header = response && this.#runs.kernel.header(this.#id);
    return header ? ok({ response, header }) : this.#missing();
  }

  #missing(): Result<never, Refusal> {
    return err(notFound("run", this.#id));
  }
}
