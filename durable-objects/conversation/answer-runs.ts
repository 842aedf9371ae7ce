import type { AnswerDeps } from "../../src/answer/search-into.ts";
import type { AnswerOutcome, SettledFact } from "../../src/conversation/answer-fact.ts";
import { answerRequestOf } from "../../src/conversation/answer-request-of.ts";
import { projectAnswer } from "../../src/conversation/project-answer.ts";
import {
  isSettled,
  newResponse,
  type ResponseObject,
} from "../../src/conversation/response-object.ts";
import { RESULTS, type ResponseRequest } from "../../src/conversation/response-request.ts";
import { settledResponse } from "../../src/conversation/settle-response.ts";
import type { StreamEvent } from "../../src/conversation/stream-event.ts";
import { isResponseId, type ResponseId } from "../../src/ids.ts";
import type { SettledRun } from "../../src/kernel/run/run-view.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import { StepKernel } from "../kernel/step-kernel.ts";
import { isMigrated } from "../migrate.ts";
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
      handlers: answerHandlers((runId) => this.#surroundings(runId)),
      onRunSettled: (run) => this.#runSettled(run),
      otherDue: () => this.#tables.firstDue(),
      onDue: (now) => this.#tidy(now),
    });
  }

  /** Starts the run of a response that was stored in the same transaction. */
  start({ id, request }: LiveResponse): void {
    this.kernel.start({ id, definition: definitionFor(request.model), input: null });
  }

  find(id: ResponseId): LiveResponse | null {
    if (!isMigrated(this.#options.ctx.storage)) return null;
    const stored = this.#tables.response(id);
    return stored?.request ? { ...stored, request: stored.request } : null;
  }

  /** The response as far as it has come, with all members; what of it is shown is for the caller to say. */
  view(stored: LiveResponse): ResponseObject {
    if (!stored.settled) return this.streamOf(stored).response;
    const output = this.#tables.itemsOf(stored.id, "output").flatMap(outputOnly);
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

  /** Ends a response's run, if it has not ended; it is settled when this returns. */
  cancel(id: ResponseId): void {
    this.kernel.cancel(id);
  }

  /** Erases what was said; in the end the whole object, when nothing is left in it. */
  async erase(id: ResponseId): Promise<void> {
    const { storage } = this.#options.ctx;
    this.cancel(id);
    storage.transactionSync(() => {
      this.#tables.eraseResponse(id);
      this.#tables.log(Date.now(), "response.erased", id);
      this.kernel.forget(id);
      this.kernel.arm();
    });
    if (!this.#tables.hasContent()) await this.eraseAll();
  }

  async eraseAll(): Promise<void> {
    for (const id of this.#tables.openResponses()) this.cancel(id);
    for (const stream of this.#streams.values()) stream.end();
    this.#streams.clear();
    await this.#options.ctx.storage.deleteAlarm();
    await this.#options.ctx.storage.deleteAll();
  }

  #surroundings(runId: string): AnswerSurroundings | null {
    const stored = isResponseId(runId) ? this.find(runId) : null;
    if (!stored) return null;
    const stream = this.streamOf(stored);
    const release: AnswerSurroundings["release"] = (facts) => {
      if (!this.find(stored.id) || stream !== this.#streams.get(stored.id)) return;
      this.#tables.addBatch(stored.id, facts);
      stream.push(facts);
    };
    if (stored.status === "queued") {
      this.#tables.setStatus(stored.id, "in_progress");
      release([{ type: "started" }]);
    }
    return {
      deps: this.#options.depsFor(stored.scope),
      request: answerRequestOf(stored.request, this.#tables.itemsFor(stored)),
      keepsResults: stored.request.include.includes(RESULTS),
      sent: [...stream.facts],
      release,
    };
  }

  /** Finishes the response in the transaction that settles its run, so that it ends exactly once. */
  #runSettled(run: SettledRun): void {
    const stored = isResponseId(run.id) ? this.find(run.id) : null;
    if (!stored || stored.settled) return;
    const now = Date.now();
    const settled: SettledFact = {
      type: "settled",
      at: Math.floor(now / 1000),
      outcome: outcomeOf(run),
    };
    const facts = [...this.#tables.facts(stored.id), settled];
    const { response } = projectAnswer(begun(stored), facts).projection;
    for (const item of response.output) {
      this.#tables.addItem(item, "output", stored.id, stored.conversationId !== null);
    }
    const due = now + (stored.request.store ? FOLD_AFTER_MS : DELIVER_MS);
    this.#tables.settle(stored.id, response.status, settled, due);
    this.#tables.log(now, `response.${response.status}`, stored.id);
    // The transaction may still be rolled back, so watchers are told in the next turn, and only if it stands.
    queueMicrotask(() => this.#announce(stored.id, settled));
  }

  #announce(id: ResponseId, settled: SettledFact): void {
    const stored = this.find(id);
    if (stored && !isSettled(stored.status === "deleted" ? "cancelled" : stored.status)) return;
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    if (stored) stream?.push([settled]);
    else stream?.end();
  }

  /** Folds what nobody will come back for and erases what has expired. */
  async #tidy(now: number): Promise<void> {
    for (const id of this.#tables.dueResponses(now)) {
      const stored = this.find(id);
      if (!stored) continue;
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

function outcomeOf(run: SettledRun): AnswerOutcome {
  switch (run.status) {
    case "completed":
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it is what `writeAnswer` returned, through JSON
      return run.outputOf("generate") as AnswerOutcome;
    case "cancelled":
      return { type: "cancelled" };
    case "failed":
      return {
        type: "failed",
        code: "server_error",
        message: "The answer could not be produced after several attempts. Ask again.",
      };
  }
}

const outputOnly = (item: ReturnType<ConversationTables["itemsOf"]>[number]) =>
  item.type === "function_call_output" || (item.type === "message" && item.role !== "assistant")
    ? []
    : [item];
