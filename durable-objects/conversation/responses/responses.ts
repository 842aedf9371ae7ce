import type { AnswerRequest } from "../../../src/answer/answer-request.ts";
import type { AnswerFact, SettledFact } from "../../../src/conversation/answer-fact.ts";
import { toAnswerRequest } from "../../../src/conversation/answer-request-of.ts";
import type { ResponseCommand } from "../../../src/conversation/conversation-client.ts";
import type { Item } from "../../../src/conversation/item.ts";
import { LISTED_FACTS } from "../../../src/conversation/list-changes.ts";
import { projectAnswer } from "../../../src/conversation/project-answer.ts";
import { IN_PROGRESS, refuseLargeRequest } from "../../../src/conversation/refusals.ts";
import {
  isSettled,
  newResponse,
  type ResponseObject,
} from "../../../src/conversation/response-object.ts";
import type { ResponseRequest } from "../../../src/conversation/response-request.ts";
import { settledResponse } from "../../../src/conversation/settle-response.ts";
import type { Shown } from "../../../src/conversation/show.ts";
import {
  type ConversationId,
  isResponseId,
  readConversationKey,
  type ResponseId,
} from "../../../src/ids.ts";
import { isMigrated } from "../../../src/kernel/rows/migrate.ts";
import { FatalStepError } from "../../../src/kernel/rules/step-handler.ts";
import { topmostRunId } from "../../../src/kernel/rules/step/step-name.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import { notFound, type Refusal } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import { addItems } from "../content/add-items.ts";
import { readHistory } from "../content/read-history.ts";
import type { Listing } from "../listing/listing.ts";
import type { ConversationTables } from "../tables/conversation-tables.ts";
import type { StoredResponse } from "../tables/stored-response.ts";
import type { AnswerEnd } from "./answer-end.ts";
import { AnswerStream, encodeAnswerEvents, streamBytes } from "./answer-stream.ts";

/**
 * Time for which the log of an answer is kept after the answer has ended, so that clients can reconnect to its events:
 * a day, in milliseconds.
 */
export const FOLD_AFTER_MS = 24 * 60 * 60_000;
/** The longest wait for the Worker's report that the client has received a response with `store: false`. */
const DELIVER_MS = 5 * 60_000;
/** Retention of a response in the background with `store: false`, after its end, as in OpenAI's API: 10 minutes. */
const KEEP_UNSTORED_MS = 10 * 60_000;

/** A stored response that was not deleted, so that its `request` is not null. */
export type LiveResponse = StoredResponse & { readonly request: ResponseRequest };

/**
 * The responses of a conversation object: their rows, and the event streams of responses in progress, which are in
 * memory.
 */
export class Responses {
  readonly #storage: DurableObjectStorage;
  readonly #tables: ConversationTables;
  readonly #listing: Listing;
  readonly #streams = new Map<ResponseId, AnswerStream>();

  constructor(storage: DurableObjectStorage, tables: ConversationTables, listing: Listing) {
    this.#storage = storage;
    this.#tables = tables;
    this.#listing = listing;
  }

  /** Finds a response; null if it does not exist or was deleted. */
  find(id: ResponseId): LiveResponse | null {
    return isMigrated(this.#storage) ? live(this.#tables.response(id)) : null;
  }

  /** Finds the response that a run or its sub-workflow makes; null if it does not exist or was deleted. */
  findOfRun(runId: string): LiveResponse | null {
    const id = responseOfRun(runId);
    return id && this.find(id);
  }

  /** Tests whether there was a response that was deleted since. */
  isDeleted(id: ResponseId): boolean {
    return isMigrated(this.#storage) && this.#tables.response(id)?.request === null;
  }

  /**
   * Returns the reason why a response cannot be created: what it continues does not exist, or is in progress. Null if it
   * can, also if it must wait for its turn in a conversation.
   */
  refuse({ conversationId, previousId }: ResponseCommand): Refusal | null {
    if (conversationId) {
      const exists = isMigrated(this.#storage) && this.#tables.conversation();
      return exists ? null : notFound("conversation", conversationId, "conversation");
    }
    if (!previousId) return null;
    const previous = this.find(previousId);
    if (!previous) return notFound("response", previousId, "previous_response_id");
    return previous.settled ? null : IN_PROGRESS;
  }

  /**
   * Reads the items, oldest first, that a new response would get as its history: those of the conversation `last`, or
   * those of the chain of responses that ends with the response `last`.
   */
  history(last: ResponseId | ConversationId): Result<readonly Item[], Refusal> {
    if (!isResponseId(last)) {
      const exists = isMigrated(this.#storage) && this.#tables.conversation();
      if (!exists) return err(notFound("conversation", last, "conversation"));
      return ok(this.#tables.items.history(Number.MAX_SAFE_INTEGER, []));
    }
    const previous = this.find(last);
    if (!previous) return err(notFound("response", last, "previous_response_id"));
    if (!previous.settled) return err(IN_PROGRESS);
    return ok(readHistory(this.#tables, { id: last, conversationId: null, previousId: last }));
  }

  /** Stores a new response with its input. Call this in a transaction that a refusal rolls back. */
  add(command: ResponseCommand): Result<LiveResponse, Refusal> {
    const { id, scope, conversationId, previousId, input } = command;
    const request: ResponseRequest = { ...command.request, namesOwner: true };
    const tooLarge = refuseLargeRequest(request);
    if (tooLarge) return err(tooLarge);
    const createdAt = Math.floor(Date.now() / 1000);
    const status = request.background ? "queued" : "in_progress";
    const row = {
      id,
      conversationId,
      previousId,
      scope,
      createdAt,
      status,
      request,
    } as const;
    const { items } = this.#tables;
    const inConversation = conversationId !== null;
    const place = { side: "input", responseId: id, inConversation } as const;
    const added = addItems(items, input, place, readConversationKey(id));
    if (!added.ok) return added;
    this.#tables.addResponse(row, items.rangeOfLast(added.value.length));
    this.#tables.log(Date.now(), LISTED_FACTS.responseCreated, id);
    const stored = { ...row, settled: null, isFolded: false };
    this.#listing.noteResponse(stored, "asked");
    return ok(stored);
  }

  /**
   * Returns the response in its present state, with all optional fields. The caller removes the fields that were not
   * requested.
   */
  view(response: LiveResponse): ResponseObject {
    if (!response.settled) return this.stream(response).response;
    const output = this.#tables.items.listOwn(response.id, "output").flatMap(outputOnly);
    return settledResponse({ ...begin(response), output }, response.settled);
  }

  /** Returns the event stream of a response in progress, building it from the stored log if it is not in memory. */
  stream(response: LiveResponse): AnswerStream {
    let stream = this.#streams.get(response.id);
    if (!stream) {
      stream = new AnswerStream(
        begin(response),
        itemKey(response),
        this.#tables.facts(response.id),
      );
      this.#streams.set(response.id, stream);
    }
    return stream;
  }

  /**
   * Streams a response's events with a number greater than `after`: first the stored events, then new ones. Returns
   * null once the stored events are erased.
   */
  watch(response: LiveResponse, after: number, shown: Shown): ReadableStream<Uint8Array> | null {
    if (!response.settled) return this.stream(response).subscribe(after, shown);
    if (response.isFolded) return null;
    const facts = [...this.#tables.facts(response.id), response.settled];
    const { events } = projectAnswer(begin(response), facts, itemKey(response));
    const rest = events.filter((event) => event.sequence_number > after);
    return streamBytes(encodeAnswerEvents(rest, shown));
  }

  /** Makes the request that the answering code gets: the client's request, with the earlier items that it continues. */
  answerRequest(response: LiveResponse): AnswerRequest {
    return toAnswerRequest(response.request, readHistory(this.#tables, response));
  }

  /** Sets the status of a queued response to in progress, because its run begins. Returns its event stream. */
  leaveQueue(response: LiveResponse): AnswerStream {
    const stream = this.stream(response);
    if (response.status === "queued") {
      this.#tables.setStatus(response.id, "in_progress");
      this.release(response.id, stream, [{ type: "started" }]);
      this.#listing.noteStatus(response);
    }
    return stream;
  }

  /**
   * Sets the status of a queued response to in progress, because a step of its custom workflow begins. Returns the
   * project and region of the response, even of a deleted one, whose run may still undo completed steps.
   */
  beginWorkflowStep(runId: string): Scope {
    const id = responseOfRun(runId);
    const stored = id && this.#tables.response(id);
    if (!stored) throw new FatalStepError(`There is no response ${topmostRunId(runId)}`);
    const response = live(stored);
    if (response) this.leaveQueue(response);
    return stored.scope;
  }

  /**
   * Sets the status of a queued response to in progress, because a step of its run waits. If that is the run's first
   * step, the run has begun although no handler was called.
   */
  beginWait(runId: string): void {
    const response = this.findOfRun(runId);
    if (response && !response.settled) this.leaveQueue(response);
  }

  /**
   * Stores entries of an answer's log and sends their events, unless the response was deleted or has ended since
   * `stream` was made.
   */
  release(id: ResponseId, stream: AnswerStream, facts: readonly AnswerFact[]): void {
    if (!this.find(id) || stream !== this.#streams.get(id)) return;
    this.#tables.addBatch(id, facts);
    stream.push(facts);
  }

  /**
   * Stores the end of a response, in the transaction that settles its run, so that it ends exactly once. `now` is in
   * milliseconds since the epoch.
   */
  settle(response: LiveResponse, { facts: last, outcome }: AnswerEnd, now: number): void {
    const { id, request, conversationId } = response;
    if (last.length > 0) this.#tables.addBatch(id, last);
    const settled: SettledFact = { type: "settled", at: Math.floor(now / 1000), outcome };
    const facts = [...this.#tables.facts(id), settled];
    const { status, output } = projectAnswer(begin(response), facts, itemKey(response)).projection
      .response;
    const inConversation = conversationId !== null;
    const place = { side: "output", responseId: id, inConversation } as const;
    const { items } = this.#tables;
    for (const item of output) items.add(item, place);
    const range = items.rangeOfLast(output.length);
    this.#tables.settle(id, { status, settled }, range, dueAfter(request, now));
    this.#tables.log(now, `response.${status}`, id);
    this.#listing.noteResponse(response, "answered");
    // The transaction may still be rolled back, so subscribers receive the end in the next turn, if it is stored then.
    queueMicrotask(() => this.#announce(id, [...last, settled]));
  }

  /** Ends the event stream of a response that is erased. */
  close(id: ResponseId): void {
    this.#streams.get(id)?.end();
    this.#streams.delete(id);
  }

  /** Ends the event streams of all responses. */
  closeAll(): void {
    for (const id of this.#streams.keys()) this.close(id);
  }

  #announce(id: ResponseId, facts: readonly AnswerFact[]): void {
    const stored = this.find(id);
    if (stored && !isSettled(stored.status === "deleted" ? "cancelled" : stored.status)) return;
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    if (stored) stream?.push(facts);
    else stream?.end();
  }
}

/** The time until which the log of an answer that ends at `now` is kept. Both are in milliseconds since the epoch. */
function dueAfter({ store, background, keptUntil = 0 }: ResponseRequest, now: number): number {
  if (store) return now + FOLD_AFTER_MS;
  return Math.max(keptUntil, now + (background ? KEEP_UNSTORED_MS : DELIVER_MS));
}

const live = (stored: StoredResponse | null): LiveResponse | null =>
  stored?.request ? { ...stored, request: stored.request } : null;

/** Makes a response without output, as at the start of its stream. */
const begin = ({ id, conversationId, previousId, createdAt, request }: LiveResponse) =>
  newResponse({ id, conversationId, previousResponseId: previousId, createdAt }, request);

/** Returns the part of the ids of a response's items that names them, after the prefix. */
const itemKey = ({ id, request }: LiveResponse): string =>
  request.namesOwner ? id.slice("resp_".length) : id.slice(-24);

/** Keeps an item unless it is a user's message or the result of a client's function. */
const outputOnly = (item: Item) =>
  item.type === "function_call_output" || (item.type === "message" && item.role !== "assistant")
    ? []
    : [item];

/** Finds the response of a run. */
function responseOfRun(runId: string): ResponseId | null {
  const id = topmostRunId(runId);
  return isResponseId(id) ? id : null;
}
