import type { AnswerDeps } from "../../src/answer/search-into.ts";
import type { AnswerFact, SettledFact } from "../../src/conversation/answer-fact.ts";
import { answerRequestOf } from "../../src/conversation/answer-request-of.ts";
import type { Item } from "../../src/conversation/item.ts";
import { projectAnswer } from "../../src/conversation/project-answer.ts";
import {
  isSettled,
  newResponse,
  type ResponseObject,
} from "../../src/conversation/response-object.ts";
import { RESULTS, type ResponseRequest } from "../../src/conversation/response-request.ts";
import { settledResponse } from "../../src/conversation/settle-response.ts";
import type { StreamEvent } from "../../src/conversation/stream-event.ts";
import { workflowInputOf } from "../../src/conversation/workflow-answer.ts";
import { isResponseId, type ResponseId } from "../../src/ids.ts";
import { StepKernel } from "../../src/kernel/engine/step-kernel.ts";
import { isMigrated } from "../../src/kernel/rows/migrate.ts";
import type { Expressions } from "../../src/kernel/rules/expressions.ts";
import type { PinnedWorkflow } from "../../src/kernel/rules/pinned-workflow.ts";
import type { SettledRun } from "../../src/kernel/rules/run/run-view.ts";
import { FatalStepError, type StepHandlers } from "../../src/kernel/rules/step-handler.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import { logWait } from "../../src/platform/log-wait.ts";
import { logger } from "../../src/platform/logger.ts";
import { endOf } from "./answer-end.ts";
import { answerHandlers, type AnswerSurroundings, definitionFor } from "./answer-steps.ts";
import { AnswerStream } from "./answer-stream.ts";
import type { ConversationTables, StoredResponse } from "./conversation-tables.ts";

/** How long facts are kept after the end, for clients that come back for the events. */
const FOLD_AFTER_MS = 24 * 60 * 60_000;
/** How long a response outside a conversation is kept. */
const KEEP_MS = 30 * FOLD_AFTER_MS;
/** How long a response that is not stored waits for the client to fetch it, should the Worker not say that it has. */
const DELIVER_MS = 5 * 60_000;

type AnswerRunsOptions = {
  readonly ctx: DurableObjectState;
  readonly tables: ConversationTables;
  depsFor(scope: Scope): AnswerDeps;
  /** The steps that workflows are made of; `scopeOf` is asked when one begins. */
  stepsFor(scopeOf: (runId: string) => Scope): StepHandlers;
  readonly expressions: Expressions;
  /** Something has happened to the run of a response. */
  onEvent(): void;
};

/** A stored response with what was asked: one that was not deleted. */
export type LiveResponse = StoredResponse & { readonly request: ResponseRequest };

/** The responses of one conversation object: their runs, their streams and their end. */
export class AnswerRuns {
  readonly kernel: StepKernel;
  readonly #options: AnswerRunsOptions;
  readonly #tables: ConversationTables;
  readonly #streams = new Map<ResponseId, AnswerStream>();

  constructor(options: AnswerRunsOptions) {
    this.#options = options;
    this.#tables = options.tables;
    this.kernel = new StepKernel(options.ctx, {
      logger,
      handlers: {
        ...options.stepsFor((runId) => this.#scopeOf(runId)),
        ...answerHandlers((runId) => this.#surroundings(runId)),
      },
      expressions: options.expressions,
      onRunSettled: (run) => this.#runSettled(run),
      onEvent: ({ id }, type) => {
        // The transaction may still be rolled back, so it is done in the next turn.
        if (type === "step.waiting") queueMicrotask(() => this.#waits(id));
        if (type === "step.waiting" || type === "step.held") logWait(this.kernel, id);
        options.onEvent();
      },
      otherDue: () => this.#tables.firstDue(),
      onDue: (now) => this.#tidy(now),
    });
  }

  /** Starts the run of a response that was stored in the same transaction: the built-in one, or another in its place. */
  start(stored: LiveResponse, workflow: PinnedWorkflow | null): void {
    const { id, request } = stored;
    if (!workflow) {
      this.kernel.start({ id, definition: definitionFor(request.model), input: null });
      return;
    }
    const input = workflowInputOf(this.#requestOf(stored), request.metadata);
    this.kernel.start({ id, ...workflow, input });
  }

  find(id: ResponseId): LiveResponse | null {
    if (!isMigrated(this.#options.ctx.storage)) return null;
    const stored = this.#tables.response(id);
    return stored?.request ? { ...stored, request: stored.request } : null;
  }

  /** The response as far as it has come, with all members; what of it is shown is for the caller to say. */
  view(stored: LiveResponse): ResponseObject {
    if (!stored.settled) return this.streamOf(stored).response;
    const output = this.#tables.items.of(stored.id, "output").flatMap(outputOnly);
    return settledResponse({ ...begun(stored), output }, stored.settled);
  }

  /** The watchers of a response in progress. */
  streamOf(stored: LiveResponse): AnswerStream {
    let stream = this.#streams.get(stored.id);
    if (!stream) {
      stream = new AnswerStream(begun(stored), this.#tables.facts(stored.id));
      this.#streams.set(stored.id, stream);
    }
    return stream;
  }

  /** All events of a settled response, or null once its facts are folded. */
  eventsOf(stored: LiveResponse): readonly StreamEvent[] | null {
    if (!stored.settled || stored.isFolded) return null;
    const facts = [...this.#tables.facts(stored.id), stored.settled];
    return projectAnswer(begun(stored), facts).events;
  }

  /** Ends a response's run, if it has not ended: at once, unless it has something to undo first. */
  cancel(id: ResponseId): void {
    this.kernel.cancel(id);
  }

  /**
   * Erases what was said; in the end the whole object, when nothing is left in it. A run that has something to undo
   * keeps its own rows until it has.
   */
  async erase(id: ResponseId): Promise<void> {
    this.cancel(id);
    this.#options.ctx.storage.transactionSync(() => {
      this.#tables.eraseResponse(id);
      this.#tables.log(Date.now(), "response.erased", id);
      this.kernel.forget(id);
      this.kernel.arm();
    });
    this.#endStream(id);
    if (!this.#tables.hasContent() && !this.#isUndoing()) await this.#eraseObject();
  }

  async eraseAll(): Promise<void> {
    for (const id of this.#tables.openResponses()) this.cancel(id);
    for (const id of this.#streams.keys()) this.#endStream(id);
    if (!this.#isUndoing()) return await this.#eraseObject();
    this.#options.ctx.storage.transactionSync(() => {
      this.#tables.eraseContent();
      this.kernel.arm();
    });
  }

  /** Whether a response was taken away whose run still undoes what it did. */
  #isUndoing(): boolean {
    return this.#tables.unsettled().some((id) => this.kernel.header(id)?.settledAt === null);
  }

  #endStream(id: ResponseId): void {
    this.#streams.get(id)?.end();
    this.#streams.delete(id);
  }

  async #eraseObject(): Promise<void> {
    await this.#options.ctx.storage.deleteAlarm();
    await this.#options.ctx.storage.deleteAll();
  }

  #surroundings(runId: string): AnswerSurroundings | null {
    const stored = isResponseId(runId) ? this.find(runId) : null;
    if (!stored) return null;
    const stream = this.streamOf(stored);
    const release = this.#releaseInto(stored, stream);
    this.#leaveQueue(stored, release);
    return {
      deps: this.#options.depsFor(stored.scope),
      request: this.#requestOf(stored),
      keepsResults: stored.request.include.includes(RESULTS),
      sent: [...stream.facts],
      release,
    };
  }

  #releaseInto({ id }: LiveResponse, stream: AnswerStream): AnswerSurroundings["release"] {
    return (facts) => {
      if (!this.find(id) || stream !== this.#streams.get(id)) return;
      this.#tables.addBatch(id, facts);
      stream.push(facts);
    };
  }

  /**
   * A step of a workflow begins: whose it is. A sub-workflow's run is named after the response too. Once the response
   * is deleted, what its run did is still to be undone.
   */
  #scopeOf(runId: string): Scope {
    const [id = ""] = runId.split("/");
    const stored = isResponseId(id) ? this.#tables.response(id) : null;
    if (!stored) throw new FatalStepError(`There is no response ${id}`);
    const live = this.find(stored.id);
    if (live) this.#leaveQueue(live, this.#releaseInto(live, this.streamOf(live)));
    return stored.scope;
  }

  /** A run that begins with a wait has begun too, though no step of ours has. */
  #waits(runId: string): void {
    const [id = ""] = runId.split("/");
    const live = isResponseId(id) ? this.find(id) : null;
    if (live && !live.settled) this.#leaveQueue(live, this.#releaseInto(live, this.streamOf(live)));
  }

  #leaveQueue({ id, status }: LiveResponse, release: AnswerSurroundings["release"]): void {
    if (status !== "queued") return;
    this.#tables.setStatus(id, "in_progress");
    release([{ type: "started" }]);
  }

  #requestOf(stored: LiveResponse) {
    return answerRequestOf(stored.request, this.#tables.itemsFor(stored));
  }

  /** Finishes the response in the transaction that settles its run, so that it ends exactly once. */
  #runSettled(run: SettledRun): void {
    const now = Date.now();
    if (!isResponseId(run.id)) return;
    const stored = this.find(run.id);
    if (!stored) return this.#runUndone(run.id, now);
    if (stored.settled) return;
    const { facts: said, outcome } = endOf(run);
    if (said.length > 0) this.#tables.addBatch(stored.id, said);
    const settled: SettledFact = { type: "settled", at: Math.floor(now / 1000), outcome };
    const facts = [...this.#tables.facts(stored.id), settled];
    const { response } = projectAnswer(begun(stored), facts).projection;
    for (const item of response.output) {
      this.#tables.items.add(item, "output", stored.id, stored.conversationId !== null);
    }
    const due = now + (stored.request.store ? FOLD_AFTER_MS : DELIVER_MS);
    this.#tables.settle(stored.id, response.status, settled, due);
    this.#tables.log(now, `response.${response.status}`, stored.id);
    // The transaction may still be rolled back, so watchers are told in the next turn, and only if it stands.
    queueMicrotask(() => this.#announce(stored.id, [...said, settled]));
  }

  /** The run of a response that was erased before has ended; the alarm erases the object, if this was the last of it. */
  #runUndone(id: ResponseId, now: number): void {
    this.kernel.forget(id);
    this.#tables.setDue(id, now);
  }

  #announce(id: ResponseId, facts: readonly AnswerFact[]): void {
    const stored = this.find(id);
    if (stored && !isSettled(stored.status === "deleted" ? "cancelled" : stored.status)) return;
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    if (stored) stream?.push(facts);
    else stream?.end();
  }

  /** Folds what nobody will come back for and erases what has expired. */
  async #tidy(now: number): Promise<void> {
    for (const id of this.#tables.dueResponses(now)) {
      const stored = this.find(id);
      if (!stored) {
        this.#tables.setDue(id, null);
        if (this.#tables.hasContent() || this.#isUndoing()) continue;
        return await this.#eraseObject();
      }
      const expiresAt = stored.createdAt * 1000 + KEEP_MS;
      const isKept = stored.conversationId !== null;
      if (!stored.request.store || (!isKept && expiresAt <= now)) {
        await this.erase(id);
        if (!isMigrated(this.#options.ctx.storage)) return;
        continue;
      }
      this.#options.ctx.storage.transactionSync(() => {
        this.#tables.fold(id, isKept ? null : expiresAt);
        this.kernel.forget(id);
      });
    }
  }
}

function begun({ id, conversationId, previousId, createdAt, request }: LiveResponse) {
  return newResponse({ id, conversationId, previousResponseId: previousId, createdAt }, request);
}

const outputOnly = (item: Item) =>
  item.type === "function_call_output" || (item.type === "message" && item.role !== "assistant")
    ? []
    : [item];
