import type { ConversationId, ResponseId } from "../ids.ts";
import type { PinnedWorkflow } from "../kernel/rules/pinned-workflow.ts";
import type { Scope } from "../knowledge/scope.ts";
import type { Page, PageRequest } from "../page.ts";
import type { Refusal } from "../refusal.ts";
import type { Awaitable, Remote } from "../remote.ts";
import type { Created, KeyClaim } from "../request-key.ts";
import type { Result } from "../result.ts";
import type { Item, ListedItem, ReferredItem } from "./item.ts";
import type { ConversationResponse } from "./listed.ts";
import type { NewItem } from "./resolve-items.ts";
import type { ResponseObject } from "./response-object.ts";
import type { ResponseRequest } from "./response-request.ts";
import type { ServiceTier } from "./service-tier.ts";
import type { Shown } from "./show.ts";
import type { ConversationPolicy } from "./turn-policy.ts";

/** A conversation as its Durable Object stores it, without the conversation's items. `createdAt` is in Unix seconds. */
export type StoredConversation = {
  readonly id: ConversationId;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** The policy for a request that arrives while a response is in progress; null for the default. */
  readonly policy: ConversationPolicy | null;
};

/** A conversation, and a text that is another one after each change of it, of its items or of its responses. */
export type VersionedConversation = StoredConversation & { readonly version: string };

/** The parts of a conversation that a client changes. A part that is left out stays. */
export type ConversationChanges = Partial<Pick<StoredConversation, "metadata" | "policy">>;

/**
 * The arguments of the call with which a conversation object (a Durable Object) is asked to create a response. A
 * repeated call with the same `id` returns the same response.
 */
export type ResponseCommand = {
  readonly id: ResponseId;
  readonly scope: Scope;
  readonly conversationId: ConversationId | null;
  readonly previousId: ResponseId | null;
  readonly request: ResponseRequest;
  readonly input: readonly NewItem[];
  /** The request's policy if another response of the conversation is in progress; null for the conversation's own. */
  readonly policy: ConversationPolicy | null;
  /** The custom workflow that answers, named by the request or set in the project; null for the built-in one. */
  readonly workflow: PinnedWorkflow | null;
  /** The claim of the request's idempotency key; null without one. */
  readonly claim: KeyClaim | null;
};

/**
 * A stream without content that ends when the client of a request has left; null if no such end matters. An object
 * that is called cannot see otherwise that its caller is gone.
 */
export type ClientConnection = ReadableStream<Uint8Array> | null;

/** A response that streams, under its id, which an earlier request with the same idempotency key may have chosen. */
export type StreamedResponse = {
  readonly id: ResponseId;
  readonly events: ReadableStream<Uint8Array>;
};

/** A client's request for a page of a list of items. `after` and `before` are item ids. */
export type ItemPage = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

/** One page of a list of items. `hasMore` is true when more items follow. */
export type PageOfItems = { readonly items: readonly ListedItem[]; readonly hasMore: boolean };

/**
 * The methods of a conversation object, the Durable Object that stores a conversation and its responses, as the routes
 * call them. A null result means that the conversation, response or item does not exist.
 */
export interface ConversationClient {
  create(
    conversation: StoredConversation,
    items: readonly NewItem[],
    claim: KeyClaim | null,
    scope: Scope,
  ): Awaitable<Result<Created<VersionedConversation>, Refusal>>;
  read(): Awaitable<VersionedConversation | null>;
  update(changes: ConversationChanges): Awaitable<VersionedConversation | null>;
  remove(): Awaitable<boolean>;
  addItems(
    params: readonly NewItem[],
    claim: KeyClaim | null,
  ): Awaitable<Result<Created<readonly Item[]>, Refusal> | null>;
  history(last: ResponseId | ConversationId): Awaitable<Result<readonly Item[], Refusal>>;
  storedItems(ids: readonly string[]): Awaitable<Result<readonly (ReferredItem | null)[], Refusal>>;
  items(page: ItemPage, shown: Shown): Awaitable<Result<PageOfItems, Refusal> | null>;
  item(id: string, shown: Shown): Awaitable<ListedItem | null>;
  removeItem(id: string): Awaitable<VersionedConversation | null>;
  responses(
    page: PageRequest<string>,
  ): Awaitable<Result<Page<ConversationResponse>, Refusal> | null>;
  claimKey(claim: KeyClaim, id: ResponseId): Awaitable<Result<ResponseId, Refusal>>;
  madeWith(claim: KeyClaim): Awaitable<Result<readonly string[] | null, Refusal>>;
  begin(command: ResponseCommand): Awaitable<Result<Created<ResponseObject>, Refusal>>;
  answer(
    command: ResponseCommand,
    client: ClientConnection,
  ): Awaitable<Result<Created<ResponseObject>, Refusal>>;
  ended(id: ResponseId): Awaitable<Result<ResponseObject, Refusal>>;
  answerStream(
    command: ResponseCommand,
    client: ClientConnection,
  ): Awaitable<Result<Created<StreamedResponse>, Refusal>>;
  response(id: ResponseId, include: readonly string[]): Awaitable<ResponseObject | null>;
  events(
    id: ResponseId,
    after: number,
    include: readonly string[],
  ): Awaitable<Result<ReadableStream<Uint8Array>, Refusal>>;
  inputItems(id: ResponseId, page: ItemPage): Awaitable<Result<PageOfItems, Refusal>>;
  redrive(id: ResponseId): Awaitable<Result<null, Refusal>>;
  poke(id: ResponseId): Awaitable<number | null>;
  cancel(id: ResponseId): Awaitable<Result<ResponseObject, Refusal>>;
  removeResponse(id: ResponseId): Awaitable<boolean>;
  delivered(id: ResponseId): Awaitable<void>;
}

/** Access to conversation objects, the Durable Objects that store conversations, by their keys. */
export type ConversationDeps = {
  /**
   * Calls the conversation object with the key `key`. If the object restarts during the call, it is called again, so
   * `method` must be safe to repeat.
   */
  call<Value>(
    key: string,
    method: (object: Remote<ConversationClient>) => Promise<Value>,
  ): Promise<Value>;
  /** Asks for the place of a response in the lane of its tier; null if it is not there, or the lane cannot be asked. */
  placeInLane(id: ResponseId, tier: ServiceTier): Promise<number | null>;
};
