import { DurableObject } from "cloudflare:workers";

import type {
  ClientConnection,
  ConversationChanges,
  ConversationClient,
  ItemPage,
  PageOfItems,
  ResponseCommand,
  StoredConversation,
  StreamedResponse,
  VersionedConversation,
} from "../src/conversation/conversation-client.ts";
import type {
  AnswerTask,
  GenerationClient,
  HeldResponse,
  Released,
  ReleasedFacts,
} from "../src/conversation/generation-client.ts";
import type { Item, ListedItem, ReferredItem } from "../src/conversation/item.ts";
import type { ConversationResponse } from "../src/conversation/listed.ts";
import { outlivesDelivery } from "../src/conversation/outlives-delivery.ts";
import { EVENTS_ERASED, fitCall, NOT_CANCELLABLE } from "../src/conversation/refusals.ts";
import type { NewItem } from "../src/conversation/resolve-items.ts";
import type { ResponseObject } from "../src/conversation/response-object.ts";
import { type Shown, readInclude, showResponse, showItems } from "../src/conversation/show.ts";
import type { ConversationId, ResponseId } from "../src/ids.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import type { StepOutcome } from "../src/kernel/rules/step-handler.ts";
import type { Scope } from "../src/knowledge/scope.ts";
import type { Page, PageRequest } from "../src/page.ts";
import { notFound, type Refusal } from "../src/refusal.ts";
import type { Created, KeyClaim } from "../src/request-key.ts";
import { err, ok, type Result } from "../src/result.ts";
import { requestEnv } from "../src/wiring/bounded-env.ts";
import type { ResponseRunsClient } from "../src/workflow/runs/run-client.ts";
import type { DispatchedStepsClient, StepTask } from "../src/workflow/steps/dispatched-step.ts";
import { AnswerRuns } from "./conversation/answers/answer-runs.ts";
import { DispatchedAnswers } from "./conversation/answers/dispatched-answers.ts";
import { ConversationContent } from "./conversation/content/conversation-content.ts";
import { Listing } from "./conversation/listing/listing.ts";
import { type LiveResponse, Responses } from "./conversation/responses/responses.ts";
import {
  CONVERSATION_MIGRATIONS,
  ConversationTables,
} from "./conversation/tables/conversation-tables.ts";
import { RequestKeys } from "./request-keys.ts";
import { RunHandle } from "./run/run-handle.ts";

type Creation<Value> = Promise<Result<Created<Value>, Refusal>>;

/**
 * The Durable Object class of a conversation with its items and responses, or of a chain of responses outside of any
 * conversation. It writes nothing until a conversation or a response is created. Its rules are in src/conversation.
 */
export class ConversationObject
  extends DurableObject<Env>
  implements ConversationClient, GenerationClient, ResponseRunsClient, DispatchedStepsClient
{
  readonly #tables = new ConversationTables(this.ctx.storage.sql);
  readonly #responses: Responses;
  readonly #keys = new RequestKeys(this.ctx.storage.kv);
  readonly #content: ConversationContent;
  readonly #runs: AnswerRuns;
  readonly #dispatched: DispatchedAnswers;

  constructor(ctx: DurableObjectState, bindings: Env) {
    const env = requestEnv(bindings);
    super(ctx, env);
    if (isMigrated(ctx.storage)) migrate(ctx.storage, CONVERSATION_MIGRATIONS);
    const [{ storage }, tables, keys] = [ctx, this.#tables, this.#keys];
    const arm = () => this.#runs.kernel.arm();
    const listing = new Listing({ storage, catalog: env.CATALOG, tables, arm });
    this.#responses = new Responses(storage, tables, listing);
    this.#content = new ConversationContent({ storage, tables, keys, listing });
    this.#runs = new AnswerRuns(ctx, env, { tables, responses: this.#responses, keys, listing });
    this.#dispatched = new DispatchedAnswers(this.#runs.kernel, this.#responses);
  }

  /** Continues runs, and erases expired content. The platform calls it at the time of the alarm. */
  override async alarm(): Promise<void> {
    await this.#runs.alarm();
  }

  /** Creates the conversation with its first items, or returns the existing one. Writes nothing if it is refused. */
  create(
    conversation: StoredConversation,
    items: readonly NewItem[],
    claim: KeyClaim | null,
    scope: Scope,
  ): Result<Created<VersionedConversation>, Refusal> {
    return this.#content.create(conversation, items, claim, scope);
  }

  /** Reads the conversation; null if there is none. */
  read(): VersionedConversation | null {
    return this.#content.conversation();
  }

  /** Changes the conversation and returns it; null if there is none. */
  update(changes: ConversationChanges): VersionedConversation | null {
    return this.#content.update(changes);
  }

  /** Erases the conversation with its items and responses. Returns false if there is none. */
  async remove(): Promise<boolean> {
    if (!this.read()) return false;
    await this.#runs.erasure.eraseAll();
    return true;
  }

  /** Adds items to the conversation and returns them; null if there is no conversation. */
  addItems(
    params: readonly NewItem[],
    claim: KeyClaim | null,
  ): Result<Created<readonly Item[]>, Refusal> | null {
    return this.#content.addItems(params, claim);
  }

  /** Reads the items, oldest first, that a new response after the conversation or the response `last` would get. */
  history(last: ResponseId | ConversationId): Result<readonly Item[], Refusal> {
    return fitCall(this.#responses.history(last));
  }

  /** Reads items to which a request in another conversation refers, by their ids; null for one that is not stored. */
  storedItems(ids: readonly string[]): Result<readonly (ReferredItem | null)[], Refusal> {
    return this.#content.storedItems(ids);
  }

  /** Reads a page of the conversation's items; null if there is no conversation. */
  items(page: ItemPage, shown: Shown): Result<PageOfItems, Refusal> | null {
    return this.#content.items(page, shown);
  }

  /** Reads one item; null if the conversation does not have it. */
  item(id: string, shown: Shown): ListedItem | null {
    return this.#content.item(id, shown);
  }

  /** Erases one item. Returns the conversation; null if the conversation does not have the item. */
  removeItem(id: string): VersionedConversation | null {
    return this.#content.removeItem(id);
  }

  /** Reads a page of the conversation's responses, whatever their status; null if there is no conversation. */
  responses(page: PageRequest<string>): Result<Page<ConversationResponse>, Refusal> | null {
    return this.#content.responses(page);
  }

  /** Claims an idempotency key for a response of another object. Returns the id that its first request has claimed. */
  claimKey(claim: KeyClaim, id: ResponseId): Promise<Result<ResponseId, Refusal>> {
    return this.#runs.claimKey(claim, id);
  }

  /** Finds the ids of what was created with a key, also if it was deleted since; null if nothing was. */
  madeWith(claim: KeyClaim): Result<readonly string[] | null, Refusal> {
    return this.#keys.find(claim, Date.now());
  }

  /** Starts a response and returns it at once. The client asks for the answer later (`background: true`). */
  async begin(command: ResponseCommand): Creation<ResponseObject> {
    const begun = await this.#runs.turns.begin(command, null);
    return begun.ok ? ok({ ...begun.value, value: this.#show(begun.value.value, []) }) : begun;
  }

  /** Starts a response, waits for the end of its answer, and returns the response. */
  async answer(command: ResponseCommand, client: ClientConnection): Creation<ResponseObject> {
    const begun = await this.#runs.turns.begin(command, client);
    if (!begun.ok) return begun;
    const ended = await this.ended(begun.value.value.id);
    return ended.ok ? ok({ ...begun.value, value: ended.value }) : ended;
  }

  /** Waits for the end of a response that has begun, and returns it. */
  async ended(id: ResponseId): Promise<Result<ResponseObject, Refusal>> {
    const begun = this.#responses.find(id);
    if (begun && !begun.settled) await this.#responses.stream(begun).settled;
    const response = this.response(id, []);
    return response ? ok(response) : err(notFound("response", id));
  }

  /** Starts a response and returns its id and its events, as a stream of server-sent events. */
  async answerStream(
    command: ResponseCommand,
    client: ClientConnection,
  ): Creation<StreamedResponse> {
    const begun = await this.#runs.turns.begin(command, client);
    if (!begun.ok) return begun;
    const { id } = begun.value.value;
    const events = this.events(id, -1, []);
    return events.ok ? ok({ ...begun.value, value: { id, events: events.value } }) : events;
  }

  /** Reads a response; null if there is none. */
  response(id: ResponseId, include: readonly string[]): ResponseObject | null {
    const stored = this.#responses.find(id);
    return stored && this.#show(stored, include);
  }

  /** Streams a response's events with a number greater than `after`: first the stored ones, then new ones. */
  events(
    id: ResponseId,
    after: number,
    include: readonly string[],
  ): Result<ReadableStream<Uint8Array>, Refusal> {
    const stored = this.#responses.find(id);
    if (!stored) return err(notFound("response", id));
    const shown = readInclude([...stored.request.include, ...include]);
    const stream = this.#responses.watch(stored, after, shown);
    return stream ? ok(stream) : err(EVENTS_ERASED);
  }

  /** Reads a page of the input items of a response. */
  inputItems(id: ResponseId, page: ItemPage): Result<PageOfItems, Refusal> {
    if (!this.#responses.find(id)) return err(notFound("response", id));
    return showItems(this.#tables.items.inputPage(id, page), readInclude([]));
  }

  /**
   * Cancels a background response and returns it. A response that has ended does not change. Refuses if the response is
   * not a background response.
   */
  cancel(id: ResponseId): Result<ResponseObject, Refusal> {
    const stored = this.#responses.find(id);
    if (!stored) return err(notFound("response", id));
    if (!stored.request.background) return err(NOT_CANCELLABLE);
    this.#runs.cancel(id);
    return ok(this.#show(this.#responses.find(id) ?? stored, []));
  }

  /** Makes the answer of a response again, for its dead letter. Refuses if it is in progress, or too old. */
  redrive(id: ResponseId): Result<null, Refusal> {
    return this.#runs.redrive(id);
  }

  /** Restores a lost alarm; see `AnswerRuns.poke`. */
  poke(id: ResponseId): number | null {
    return this.#runs.poke(id);
  }

  /**
   * Returns a handle for the run that produces a response. Calls on it answer "not found" once the response's events
   * are erased, or if there is no such response.
   */
  run(id: ResponseId): RunHandle {
    return new RunHandle(id, () => this.#runs.served(id));
  }

  /** Erases a response. Returns false if there is none. */
  async removeResponse(id: ResponseId): Promise<boolean> {
    if (!this.#responses.find(id)) return false;
    await this.#runs.erasure.erase(id);
    return true;
  }

  /** Erases a response that does not outlive its delivery. Called once the client has received its last event. */
  async delivered(id: ResponseId): Promise<void> {
    const stored = this.#responses.find(id);
    if (stored?.settled && !outlivesDelivery(stored.request)) await this.#runs.erasure.erase(id);
  }

  /** Returns the work of a message of the queue for answers; null if its lease has ended. */
  takeAnswer(held: HeldResponse): AnswerTask | null {
    return this.#dispatched.take(held);
  }

  /** Stores and sends entries of the log of an answer that a consumer generates. */
  releaseFacts(held: HeldResponse, released: ReleasedFacts): Released {
    return this.#dispatched.release(held, released);
  }

  /** Ends the step of a consumer that generates an answer, with the last entries of the answer's log. */
  endAnswer(held: HeldResponse, released: ReleasedFacts, outcome: StepOutcome): void {
    this.#dispatched.end(held, released, outcome);
  }

  /** Returns the work of a message about a step of a project's workflow; null if its lease has ended. */
  takeStep(lease: string): StepTask | null {
    return this.#runs.takeStep(lease);
  }

  /** Extends the lease of a consumer that does a step. Returns false if the lease has ended. */
  keepStep(lease: string): boolean {
    return this.#runs.dispatched.keep(lease);
  }

  /** Ends the step of a consumer. Changes nothing if its lease has ended. */
  endStep(lease: string, outcome: StepOutcome): void {
    this.#runs.dispatched.end(lease, outcome);
  }

  #show(stored: LiveResponse, include: readonly string[]): ResponseObject {
    return showResponse(
      this.#responses.view(stored),
      readInclude([...stored.request.include, ...include]),
    );
  }
}
