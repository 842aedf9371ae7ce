import { jsonBytes } from "../../../src/bounds.ts";
import type {
  ConversationChanges,
  ItemPage,
  PageOfItems,
  StoredConversation,
  VersionedConversation,
} from "../../../src/conversation/conversation-client.ts";
import type { Item, ListedItem, ReferredItem } from "../../../src/conversation/item.ts";
import { LISTED_FACTS } from "../../../src/conversation/list-changes.ts";
import type { ConversationResponse } from "../../../src/conversation/listed.ts";
import { COPIED_BYTES_MAX, ITEMS_TOO_LARGE } from "../../../src/conversation/refusals.ts";
import type { NewItem } from "../../../src/conversation/resolve-items.ts";
import { showListed, type Shown } from "../../../src/conversation/show.ts";
import { readConversationKey } from "../../../src/ids.ts";
import { isMigrated, migrate } from "../../../src/kernel/rows/migrate.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";
import type { Page, PageRequest } from "../../../src/page.ts";
import type { Refusal } from "../../../src/refusal.ts";
import { type Created, KEY_SPENT, type KeyClaim } from "../../../src/request-key.ts";
import { err, ok, type Result } from "../../../src/result.ts";
import type { RequestKeys } from "../../request-keys.ts";
import type { Listing } from "../listing/listing.ts";
import { CONVERSATION_MIGRATIONS, type ConversationTables } from "../tables/conversation-tables.ts";
import { ResponseList } from "../tables/response-list.ts";
import { readPolicy, writePolicy } from "../tables/stored-policy.ts";
import { transact } from "../tables/transact.ts";
import { addItems } from "./add-items.ts";

/** The place of items that a client adds without a response. */
const ADDED = { side: "added", responseId: null, inConversation: true } as const;

/** The parts of a conversation object that `ConversationContent` uses. */
type ConversationContentDeps = {
  readonly storage: DurableObjectStorage;
  readonly tables: ConversationTables;
  readonly keys: RequestKeys;
  readonly listing: Listing;
};

/** The content that clients create in a conversation object besides responses: the conversation, and items in it. */
export class ConversationContent {
  readonly #storage: DurableObjectStorage;
  readonly #tables: ConversationTables;
  readonly #keys: RequestKeys;
  readonly #listing: Listing;
  readonly #responses: ResponseList;

  constructor({ storage, tables, keys, listing }: ConversationContentDeps) {
    this.#storage = storage;
    this.#tables = tables;
    this.#keys = keys;
    this.#listing = listing;
    this.#responses = new ResponseList(storage.sql);
  }

  /** Reads the conversation's own row; null if there is none. */
  conversation(): VersionedConversation | null {
    const row = isMigrated(this.#storage) ? this.#tables.conversation() : null;
    return row && this.#versioned({ ...row, policy: readPolicy(this.#storage.kv) });
  }

  /** Changes the conversation and returns it; null if there is none. */
  update(changes: ConversationChanges): VersionedConversation | null {
    const conversation = this.conversation();
    if (!conversation) return null;
    const { metadata, policy } = changes;
    if (metadata) {
      this.#storage.transactionSync(() => {
        this.#tables.setMetadata(metadata);
        this.#logChange(LISTED_FACTS.conversationUpdated, conversation.id);
      });
    }
    if (policy !== undefined) writePolicy(this.#storage.kv, policy);
    return this.#versioned({ ...conversation, ...changes });
  }

  /** Creates the conversation with its first items, or returns the existing one. Writes nothing if it is refused. */
  create(
    conversation: StoredConversation,
    items: readonly NewItem[],
    claim: KeyClaim | null,
    scope: Scope,
  ): Result<Created<VersionedConversation>, Refusal> {
    const now = Date.now();
    const made = claim ? this.#keys.admit(claim, now) : ok(null);
    if (!made.ok) return made;
    const existing = this.conversation();
    if (existing) return ok({ value: existing, isReplayed: true });
    if (made.value) return err(KEY_SPENT);
    return transact(this.#storage, () => {
      migrate(this.#storage, CONVERSATION_MIGRATIONS);
      this.#tables.addConversation(conversation);
      writePolicy(this.#storage.kv, conversation.policy);
      this.#tables.log(now, "conversation.created", conversation.id);
      this.#listing.begin(scope);
      if (claim) this.#keys.keep(claim, [conversation.id], now);
      const key = readConversationKey(conversation.id);
      const added = addItems(this.#tables.items, items, ADDED, key);
      if (!added.ok) return added;
      return ok({ value: this.#versioned(conversation), isReplayed: false });
    });
  }

  /** Adds items to the conversation, or returns those that were added with the same key; null without a conversation. */
  addItems(
    params: readonly NewItem[],
    claim: KeyClaim | null,
  ): Result<Created<readonly Item[]>, Refusal> | null {
    const conversation = this.conversation();
    if (!conversation) return null;
    const earlier = claim ? this.#addedItems(claim) : ok(null);
    if (!earlier.ok) return earlier;
    if (earlier.value) return ok({ value: earlier.value, isReplayed: true });
    const key = readConversationKey(conversation.id);
    return transact(this.#storage, () => {
      const added = addItems(this.#tables.items, params, ADDED, key);
      if (!added.ok) return added;
      const ids = added.value.map(({ id }) => id);
      if (claim) this.#keys.keep(claim, ids, Date.now());
      // The first question, if it is among them, is the title of the conversation.
      if (!this.#listing.isTitled)
        this.#logChange(LISTED_FACTS.conversationUpdated, conversation.id);
      return ok({ value: added.value, isReplayed: false });
    });
  }

  /** Reads a page of the conversation's items; null without a conversation. */
  items(page: ItemPage, shown: Shown): Result<PageOfItems, Refusal> | null {
    if (!this.conversation()) return null;
    const read = this.#tables.items.conversationPage(page);
    if (!read.ok) return read;
    const { items, hasMore } = read.value;
    return ok({
      items: items.map((item) => showListed(item, shown)),
      hasMore,
    });
  }

  /** Reads one item; null if the conversation does not have it. */
  item(id: string, shown: Shown): ListedItem | null {
    const found = this.conversation() && this.#tables.items.joined(id);
    return found && showListed(found, shown);
  }

  /** Erases one item. Returns the conversation; null if the conversation does not have the item. */
  removeItem(id: string): VersionedConversation | null {
    const conversation = this.conversation();
    if (!conversation || !this.#tables.items.eraseJoined(id)) return null;
    this.#logChange(LISTED_FACTS.itemErased, id);
    return this.#versioned(conversation);
  }

  /** Reads a page of the conversation's responses, whatever their status; null without a conversation. */
  responses(page: PageRequest<string>): Result<Page<ConversationResponse>, Refusal> | null {
    return this.conversation() && this.#responses.page(page);
  }

  #versioned(conversation: StoredConversation): VersionedConversation {
    return { ...conversation, version: this.#responses.version() };
  }

  /** Logs a change that lists must show. */
  #logChange(fact: string, subject: string): void {
    this.#tables.log(Date.now(), fact, subject);
    this.#listing.noteConversation();
  }

  /** Reads items by their ids; null for one that is not stored. Refuses more bytes than a call can carry. */
  storedItems(ids: readonly string[]): Result<readonly (ReferredItem | null)[], Refusal> {
    if (!isMigrated(this.#storage)) return ok(ids.map(() => null));
    const items: (ReferredItem | null)[] = [];
    let bytes = 0;
    for (const id of ids) {
      const found = this.#tables.items.find(id);
      bytes += jsonBytes(found?.item ?? null);
      if (bytes > COPIED_BYTES_MAX) return err(ITEMS_TOO_LARGE);
      items.push(found);
    }
    return ok(items);
  }

  /** Finds the items that were added with a key; null if none were. Refuses a key of which an item was deleted. */
  #addedItems(claim: KeyClaim): Result<readonly Item[] | null, Refusal> {
    const made = this.#keys.find(claim, Date.now());
    if (!made.ok || !made.value) return made.ok ? ok(null) : made;
    const items: Item[] = [];
    for (const id of made.value) {
      const found = this.#tables.items.joined(id);
      if (!found) return err(KEY_SPENT);
      items.push(found.item);
    }
    return ok(items);
  }
}
