import { DurableObject } from "cloudflare:workers";

import type {
  ConversationClient,
  ItemPage,
  PageOfItems,
  ResponseCommand,
  StoredConversation,
} from "../src/conversation/conversation-client.ts";
import type { InputItemParam } from "../src/conversation/input-item.ts";
import type { Item } from "../src/conversation/item.ts";
import { BUSY, FOLDED, IN_PROGRESS, NOT_CANCELLABLE } from "../src/conversation/refusals.ts";
import type { ResponseObject } from "../src/conversation/response-object.ts";
import { showItem, type Shown, shownBy, showResponse } from "../src/conversation/show.ts";
import type { ResponseId } from "../src/ids.ts";
import { KERNEL_MIGRATIONS } from "../src/kernel/rows/kernel-storage.ts";
import { isMigrated, migrate } from "../src/kernel/rows/migrate.ts";
import { notFound, type Refusal } from "../src/refusal.ts";
import { err, ok, type Result } from "../src/result.ts";
import { answerDeps } from "../src/wiring/answering-deps.ts";
import { stepHandlersFor } from "../src/wiring/steps/step-handlers.ts";
import { celExpressions } from "../src/workflow/language/expressions.ts";
import type { ResponseRunsClient } from "../src/workflow/runs/run-client.ts";
import { addItems } from "./conversation/add-items.ts";
import { AnswerRuns, type LiveResponse } from "./conversation/answer-runs.ts";
import { encodeEvents } from "./conversation/answer-stream.ts";
import { CONVERSATION_MIGRATIONS, ConversationTables } from "./conversation/conversation-tables.ts";
import { findResponseRun } from "./conversation/response-run.ts";
import { EventWatchers } from "./run/event-watchers.ts";
import { RunDesk } from "./run/run-desk.ts";

const MIGRATIONS = [...CONVERSATION_MIGRATIONS, ...KERNEL_MIGRATIONS];

/**
 * One conversation with its items and responses, or the responses that grew from one outside any conversation.
 * Until something is created in it, it writes nothing. The rules it applies live in src/conversation.
 */
export class ConversationObject
  extends DurableObject<Env>
  implements ConversationClient, ResponseRunsClient
{
  readonly #tables = new ConversationTables(this.ctx.storage.sql);
  readonly #watchers = new EventWatchers();
  readonly #runs: AnswerRuns;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    if (isMigrated(ctx.storage)) migrate(ctx.storage, MIGRATIONS);
    this.#runs = new AnswerRuns({
      ctx,
      tables: this.#tables,
      depsFor: (scope) => answerDeps(env, scope),
      stepsFor: (scopeOf) => stepHandlersFor(env, scopeOf),
      expressions: celExpressions,
      onEvent: () => this.#watchers.notify(),
    });
  }

  override async alarm(): Promise<void> {
    await this.#runs.kernel.alarm();
  }

  create(
    conversation: StoredConversation,
    items: readonly InputItemParam[],
  ): Result<StoredConversation, Refusal> {
    const existing = this.#conversation();
    if (existing) return ok(existing);
    return this.#inTransaction(() => {
      migrate(this.ctx.storage, MIGRATIONS);
      this.#tables.addConversation(conversation);
      this.#tables.log(Date.now(), "conversation.created", conversation.id);
      const added = addItems(this.#tables.items, items, null, "items");
      return added.ok ? ok(conversation) : added;
    });
  }

  read(): StoredConversation | null {
    return this.#conversation();
  }

  update(metadata: StoredConversation["metadata"]): StoredConversation | null {
    const conversation = this.#conversation();
    if (!conversation) return null;
    this.#tables.setMetadata(metadata);
    return { ...conversation, metadata };
  }

  /** Erases everything: items, responses and what was said in them. */
  async remove(): Promise<boolean> {
    if (!this.#conversation()) return false;
    await this.#runs.eraseAll();
    return true;
  }

  /** Adds items to the conversation; null when there is no conversation. */
  addItems(params: readonly InputItemParam[]): Result<readonly Item[], Refusal> | null {
    if (!this.#conversation()) return null;
    return this.#inTransaction(() => addItems(this.#tables.items, params, null, "items"));
  }

  items(page: ItemPage, shown: Shown): Result<PageOfItems, Refusal> | null {
    if (!this.#conversation()) return null;
    return pageOf(this.#tables.items.conversationPage(page), page, shown);
  }

  item(id: string, shown: Shown): Item | null {
    const item = this.#conversation() && this.#tables.items.joined(id);
    return item && showItem(item, shown);
  }

  /** Erases one item; the conversation it stood in, or null when it did not. */
  removeItem(id: string): StoredConversation | null {
    const conversation = this.#conversation();
    if (!conversation || !this.#tables.items.eraseJoined(id)) return null;
    this.#tables.log(Date.now(), "item.erased", id);
    return conversation;
  }

  /** Starts a response and says how it stands; it does not wait for the answer. */
  begin(command: ResponseCommand): Result<ResponseObject, Refusal> {
    const begun = this.#begin(command);
    return begun.ok ? ok(this.#show(begun.value, [])) : begun;
  }

  /** Starts a response and waits for its end. */
  async answer(command: ResponseCommand): Promise<Result<ResponseObject, Refusal>> {
    const begun = this.#begin(command);
    if (!begun.ok) return begun;
    if (!begun.value.settled) await this.#runs.streamOf(begun.value).settled;
    const response = this.response(command.id, []);
    return response ? ok(response) : err(notFound("response", command.id));
  }

  /** Starts a response and streams its events, as server-sent events. */
  answerStream(command: ResponseCommand): Result<ReadableStream<Uint8Array>, Refusal> {
    const begun = this.#begin(command);
    return begun.ok ? this.events(command.id, -1, []) : begun;
  }

  response(id: ResponseId, include: readonly string[]): ResponseObject | null {
    const stored = this.#runs.find(id);
    return stored && this.#show(stored, include);
  }

  /** The events after number `after`: first those that were, then those that come. */
  events(
    id: ResponseId,
    after: number,
    include: readonly string[],
  ): Result<ReadableStream<Uint8Array>, Refusal> {
    const stored = this.#runs.find(id);
    if (!stored) return err(notFound("response", id));
    const shown = shownBy([...stored.request.include, ...include]);
    if (!stored.settled) return ok(this.#runs.streamOf(stored).subscribe(after, shown));
    const events = this.#runs.eventsOf(stored);
    if (!events) return err(FOLDED);
    const bytes = encodeEvents(
      events.filter((event) => event.sequence_number > after),
      shown,
    );
    return ok(
      new ReadableStream({
        type: "bytes",
        start(controller) {
          if (bytes.byteLength > 0) controller.enqueue(bytes);
          controller.close();
        },
      }),
    );
  }

  inputItems(id: ResponseId, page: ItemPage): Result<PageOfItems, Refusal> {
    if (!this.#runs.find(id)) return err(notFound("response", id));
    return pageOf(this.#tables.items.inputPage(id, page), page, shownBy([]));
  }

  /** Cancels a background response; one that has ended stays as it is. */
  cancel(id: ResponseId): Result<ResponseObject, Refusal> {
    const stored = this.#runs.find(id);
    if (!stored) return err(notFound("response", id));
    if (!stored.request.background) return err(NOT_CANCELLABLE);
    this.#runs.cancel(id);
    return ok(this.#show(this.#runs.find(id) ?? stored, []));
  }

  /** Serves the run that makes a response, until the response's events are folded. */
  run(id: ResponseId): RunDesk {
    return new RunDesk(id, () => findResponseRun(this.#runs, this.#watchers, id));
  }

  async removeResponse(id: ResponseId): Promise<boolean> {
    if (!this.#runs.find(id)) return false;
    await this.#runs.erase(id);
    return true;
  }

  /** The client has a response that was not to be stored: nothing of it is kept from here on. */
  async delivered(id: ResponseId): Promise<void> {
    const stored = this.#runs.find(id);
    if (stored?.settled && !stored.request.store) await this.#runs.erase(id);
  }

  #conversation(): StoredConversation | null {
    return isMigrated(this.ctx.storage) ? this.#tables.conversation() : null;
  }

  #begin(command: ResponseCommand): Result<LiveResponse, Refusal> {
    const { id, scope, conversationId, previousId, request } = command;
    const existing = this.#runs.find(id);
    if (existing) return ok(existing);
    const refused = this.#refuse(command);
    if (refused) return err(refused);
    const begun = this.#inTransaction((): Result<LiveResponse, Refusal> => {
      migrate(this.ctx.storage, MIGRATIONS);
      const createdAt = Math.floor(Date.now() / 1000);
      const status = request.background ? "queued" : "in_progress";
      const frame = { id, conversationId, previousId, scope, createdAt };
      this.#tables.addResponse({ ...frame, status, request });
      const input = typeof command.input === "string" ? [messageOf(command.input)] : command.input;
      const of = { id, inConversation: conversationId !== null };
      const added = addItems(this.#tables.items, input, of, "input");
      if (!added.ok) return added;
      this.#tables.log(Date.now(), "response.created", id);
      const response = { ...frame, status, request, settled: null, isFolded: false } as const;
      this.#runs.start(response, command.workflow);
      return ok(response);
    });
    if (begun.ok) this.#runs.kernel.wake();
    return begun;
  }

  #refuse({ conversationId, previousId }: ResponseCommand): Refusal | null {
    if (conversationId) {
      if (!this.#conversation()) return notFound("conversation", conversationId, "conversation");
      return this.#tables.busyResponse() ? BUSY : null;
    }
    if (!previousId) return null;
    const previous = this.#runs.find(previousId);
    if (!previous) return notFound("response", previousId, "previous_response_id");
    return previous.settled ? null : IN_PROGRESS;
  }

  /** A refusal takes back what was written before it. */
  #inTransaction<Value>(change: () => Result<Value, Refusal>): Result<Value, Refusal> {
    let result: Result<Value, Refusal> | undefined;
    try {
      this.ctx.storage.transactionSync(() => {
        result = change();
        if (!result.ok) throw ROLLBACK;
      });
    } catch (error) {
      if (error !== ROLLBACK) throw error;
    }
    if (!result) throw new Error("The transaction ended without a result");
    return result;
  }

  #show(stored: LiveResponse, include: readonly string[]): ResponseObject {
    return showResponse(this.#runs.view(stored), shownBy([...stored.request.include, ...include]));
  }
}

const ROLLBACK = new Error("rolled back");
const messageOf = (content: string): InputItemParam => ({ type: "message", role: "user", content });

function pageOf(items: Item[] | null, page: ItemPage, shown: Shown): Result<PageOfItems, Refusal> {
  if (!items) {
    const param = page.after === undefined ? "before" : "after";
    return err(notFound("item", page[param] ?? "", param));
  }
  const shownItems = items.slice(0, page.limit).map((item) => showItem(item, shown));
  return ok({ items: shownItems, hasMore: items.length > page.limit });
}
