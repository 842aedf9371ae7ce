import createConversation from "../../migrations/conversation/0001_conversation.sql";
import type { AnswerFact, SettledFact } from "../../src/conversation/answer-fact.ts";
import type { StoredConversation } from "../../src/conversation/conversation-client.ts";
import type { Item } from "../../src/conversation/item.ts";
import type { ResponseStatus } from "../../src/conversation/response-object.ts";
import type { ResponseRequest } from "../../src/conversation/response-request.ts";
import type { ConversationId, ResponseId } from "../../src/ids.ts";
import { KERNEL_MIGRATIONS } from "../../src/kernel/rows/kernel-storage.ts";
import type { Migration } from "../../src/kernel/rows/migrate.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import { ItemTables } from "./item-tables.ts";

export const CONVERSATION_MIGRATIONS: readonly Migration[] = [
  { id: "conversation/0001_conversation", sql: createConversation },
  ...KERNEL_MIGRATIONS,
];

export type StoredResponse = {
  readonly id: ResponseId;
  readonly conversationId: ConversationId | null;
  readonly previousId: ResponseId | null;
  readonly scope: Scope;
  readonly status: ResponseStatus | "deleted";
  /** Null once the response was deleted. */
  readonly request: ResponseRequest | null;
  readonly settled: SettledFact | null;
  /** Whether the facts were erased and only the items they came to are left. */
  readonly isFolded: boolean;
  readonly createdAt: number;
};

/** Of the JSON in answer_batch; a build that changes the facts' shape reads the older ones too. */
const FACTS_VERSION = 1;

const FIND_CONVERSATION = "SELECT id, metadata, created_at AS createdAt FROM conversation";
const ADD_CONVERSATION = "INSERT INTO conversation (id, metadata, created_at) VALUES (?, ?, ?)";
const SET_METADATA = "UPDATE conversation SET metadata = ?";
const ADD_LOG = "INSERT INTO log (at, fact, subject) VALUES (?, ?, ?)";
const ADD_RESPONSE = `INSERT INTO response
    (id, conversation_id, previous_id, scope, status, request, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const FIND_RESPONSE = `SELECT id, conversation_id AS conversationId, previous_id AS previousId, scope,
    status, request, settled, folded, created_at AS createdAt
  FROM response WHERE id = ?`;
const SET_STATUS = "UPDATE response SET status = ? WHERE id = ?";
const SETTLE = "UPDATE response SET status = ?, settled = ?, due = ? WHERE id = ?";
const FOLD = "UPDATE response SET folded = 1, due = ? WHERE id = ?";
const ERASE_RESPONSE = `UPDATE response
  SET status = 'deleted', request = NULL, settled = NULL, folded = 1, due = NULL WHERE id = ?`;
const ERASE_CONTENT = ["conversation", "item", "answer_batch"].map(
  (table) => `DELETE FROM ${table}`,
);
const ERASE_RESPONSES = `UPDATE response
  SET status = 'deleted', request = NULL, settled = NULL, folded = 1, due = NULL`;
const SET_DUE = "UPDATE response SET due = ? WHERE id = ?";
const LIST_UNSETTLED = "SELECT id FROM response WHERE settled IS NULL";
const FIND_BUSY = `SELECT id FROM response
  WHERE conversation_id IS NOT NULL AND status IN ('queued', 'in_progress') LIMIT 1`;
const LIST_OPEN = "SELECT id FROM response WHERE status IN ('queued', 'in_progress')";
const LIST_DUE = "SELECT id FROM response WHERE due <= ? ORDER BY due LIMIT 20";
const FIRST_DUE = "SELECT due FROM response WHERE due IS NOT NULL ORDER BY due LIMIT 1";
const HAS_CONTENT = `SELECT 1 FROM conversation
  UNION ALL SELECT 1 FROM response WHERE status <> 'deleted' LIMIT 1`;
const ADD_BATCH = `INSERT INTO answer_batch (response_id, seq, version, facts)
  SELECT ?1, coalesce(max(seq), 0) + 1, ${FACTS_VERSION}, ?2
  FROM answer_batch WHERE response_id = ?1`;
const LIST_BATCHES = "SELECT facts FROM answer_batch WHERE response_id = ? ORDER BY seq";
const ERASE_BATCHES = "DELETE FROM answer_batch WHERE response_id = ?";

type ResponseRow = {
  id: ResponseId;
  conversationId: ConversationId | null;
  previousId: ResponseId | null;
  scope: string;
  status: StoredResponse["status"];
  request: string | null;
  settled: string | null;
  folded: number;
  createdAt: number;
};

/** The rows of a conversation object, read and written; nothing is decided here. What is read as JSON was written here. */
export class ConversationTables {
  readonly items: ItemTables;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.items = new ItemTables(sql);
  }

  log(at: number, fact: string, subject: string): void {
    this.#sql.exec(ADD_LOG, at, fact, subject);
  }

  addConversation({ id, metadata, createdAt }: StoredConversation): void {
    this.#sql.exec(ADD_CONVERSATION, id, JSON.stringify(metadata), createdAt);
  }

  conversation(): StoredConversation | null {
    const row = this.#first<{ id: ConversationId; metadata: string; createdAt: number }>(
      FIND_CONVERSATION,
    );
    return row ? { ...row, metadata: JSON.parse(row.metadata) } : null;
  }

  setMetadata(metadata: StoredConversation["metadata"]): void {
    this.#sql.exec(SET_METADATA, JSON.stringify(metadata));
  }

  addResponse(response: Omit<StoredResponse, "settled" | "isFolded">): void {
    const { id, conversationId, previousId, scope, status, request, createdAt } = response;
    const [where, what] = [JSON.stringify(scope), JSON.stringify(request)];
    this.#sql.exec(ADD_RESPONSE, id, conversationId, previousId, where, status, what, createdAt);
  }

  response(id: ResponseId): StoredResponse | null {
    const row = this.#first<ResponseRow>(FIND_RESPONSE, id);
    if (!row) return null;
    const { folded, ...kept } = row;
    return {
      ...kept,
      scope: JSON.parse(row.scope),
      request: row.request === null ? null : JSON.parse(row.request),
      settled: row.settled === null ? null : JSON.parse(row.settled),
      isFolded: folded === 1,
    };
  }

  setStatus(id: ResponseId, status: ResponseStatus): void {
    this.#sql.exec(SET_STATUS, status, id);
  }

  settle(id: ResponseId, status: ResponseStatus, settled: SettledFact, due: number): void {
    this.#sql.exec(SETTLE, status, JSON.stringify(settled), due, id);
  }

  fold(id: ResponseId, due: number | null): void {
    this.#sql.exec(ERASE_BATCHES, id);
    this.#sql.exec(FOLD, due, id);
  }

  /** What joined a conversation stays there, until the conversation or the item itself is deleted. */
  eraseResponse(id: ResponseId): void {
    this.#sql.exec(ERASE_BATCHES, id);
    this.items.eraseOwn(id);
    this.#sql.exec(ERASE_RESPONSE, id);
  }

  /** Erases everything but that there were these responses, whose runs may still undo what they did. */
  eraseContent(): void {
    for (const statement of ERASE_CONTENT) this.#sql.exec(statement);
    this.#sql.exec(ERASE_RESPONSES);
  }

  /** When the alarm looks at a response. */
  setDue(id: ResponseId, due: number | null): void {
    this.#sql.exec(SET_DUE, due, id);
  }

  busyResponse(): ResponseId | null {
    return this.#first<{ id: ResponseId }>(FIND_BUSY)?.id ?? null;
  }

  openResponses(): ResponseId[] {
    return this.#ids(LIST_OPEN);
  }

  /** Those that have not ended, and those that were deleted. */
  unsettled(): ResponseId[] {
    return this.#ids(LIST_UNSETTLED);
  }

  dueResponses(now: number): ResponseId[] {
    return this.#ids(LIST_DUE, now);
  }

  firstDue(): number | null {
    return this.#first<{ due: number }>(FIRST_DUE)?.due ?? null;
  }

  hasContent(): boolean {
    return this.#first(HAS_CONTENT) !== undefined;
  }

  /**
   * The items that a response answers to, oldest first, its own input last. A turn of a conversation sees what
   * stood there when it was asked; another response sees its chain of ancestors, and through one that was a
   * turn the conversation up to that turn.
   */
  itemsFor(response: StoredResponse): Item[] {
    let upTo = -1;
    const chain = [response.id];
    if (response.conversationId) {
      upTo = this.items.firstOf(response.id);
    } else {
      let previousId = response.previousId;
      while (previousId) {
        chain.push(previousId);
        const ancestor = this.response(previousId);
        if (ancestor?.conversationId) {
          upTo = this.items.lastOf(previousId);
          break;
        }
        previousId = ancestor?.previousId ?? null;
      }
    }
    return this.items.history(upTo, chain);
  }

  addBatch(id: ResponseId, facts: readonly AnswerFact[]): void {
    this.#sql.exec(ADD_BATCH, id, JSON.stringify(facts));
  }

  facts(id: ResponseId): AnswerFact[] {
    const rows = this.#sql.exec<{ facts: string }>(LIST_BATCHES, id).toArray();
    return rows.flatMap(({ facts }): AnswerFact[] => JSON.parse(facts));
  }

  #ids(query: string, ...bindings: SqlStorageValue[]): ResponseId[] {
    const rows = this.#sql.exec<{ id: ResponseId }>(query, ...bindings).toArray();
    return rows.map(({ id }) => id);
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}
