import createConversation from "../../migrations/conversation/0001_conversation.sql";
import type { AnswerFact, SettledFact } from "../../src/conversation/answer-fact.ts";
import type { Item } from "../../src/conversation/item.ts";
import type { ResponseStatus } from "../../src/conversation/response-object.ts";
import type { ResponseRequest } from "../../src/conversation/response-request.ts";
import type { ConversationId, ResponseId } from "../../src/ids.ts";
import type { Scope } from "../../src/knowledge/scope.ts";
import type { Migration } from "../migrate.ts";

export const CONVERSATION_MIGRATIONS: readonly Migration[] = [
  { id: "conversation/0001_conversation", sql: createConversation },
];

export type StoredConversation = {
  readonly id: ConversationId;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: number;
};

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

export type ItemSide = "added" | "input" | "output";

export type ItemPage = {
  readonly limit: number;
  readonly order: "asc" | "desc";
  readonly after?: string | undefined;
  readonly before?: string | undefined;
};

/** The oldest items beyond this many are not told to the model. */
const HISTORY_ITEMS_MAX = 400;
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
const FIND_BUSY = `SELECT id FROM response
  WHERE conversation_id IS NOT NULL AND status IN ('queued', 'in_progress') LIMIT 1`;
const LIST_OPEN = "SELECT id FROM response WHERE status IN ('queued', 'in_progress')";
const LIST_DUE = "SELECT id FROM response WHERE due <= ? ORDER BY due LIMIT 20";
const FIRST_DUE = "SELECT due FROM response WHERE due IS NOT NULL ORDER BY due LIMIT 1";
const HAS_CONTENT = `SELECT 1 FROM conversation
  UNION ALL SELECT 1 FROM response WHERE status <> 'deleted' LIMIT 1`;
const ADD_ITEM = `INSERT INTO item (id, response_id, side, in_conversation, body)
  VALUES (?, ?, ?, ?, ?)`;
const FIND_ITEM = "SELECT body FROM item WHERE id = ? AND body IS NOT NULL";
const FIND_SEQ = "SELECT seq FROM item WHERE id = ?";
const JOINED = `i.in_conversation = 1 AND i.body IS NOT NULL
  AND (i.response_id IS NULL OR EXISTS (SELECT 1 FROM response r
    WHERE r.id = i.response_id AND r.status IN ('completed', 'incomplete', 'deleted')))`;
const ERASE_JOINED_ITEM = `UPDATE item AS i SET body = NULL, in_conversation = 0
  WHERE i.id = ? AND ${JOINED}`;
const ERASE_OWN_ITEMS = "DELETE FROM item WHERE response_id = ? AND in_conversation = 0";
const LIST_OWN_ITEMS = `SELECT body FROM item
  WHERE response_id = ? AND side = ? AND body IS NOT NULL ORDER BY seq`;
const FIRST_SEQ = "SELECT min(seq) AS seq FROM item WHERE response_id = ?";
const LAST_SEQ = "SELECT max(seq) AS seq FROM item WHERE response_id = ?";
const LIST_HISTORY = `SELECT body FROM (
    SELECT i.seq, i.body FROM item i WHERE i.seq <= ?1 AND (${JOINED})
    UNION SELECT i.seq, i.body FROM item i
      WHERE i.body IS NOT NULL AND i.response_id IN (SELECT value FROM json_each(?2))
    ORDER BY 1 DESC LIMIT ${HISTORY_ITEMS_MAX})
  ORDER BY seq`;
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
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
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
    this.#sql.exec(ERASE_OWN_ITEMS, id);
    this.#sql.exec(ERASE_RESPONSE, id);
  }

  busyResponse(): ResponseId | null {
    return this.#first<{ id: ResponseId }>(FIND_BUSY)?.id ?? null;
  }

  openResponses(): ResponseId[] {
    return this.#sql
      .exec<{ id: ResponseId }>(LIST_OPEN)
      .toArray()
      .map((row) => row.id);
  }

  dueResponses(now: number): ResponseId[] {
    return this.#sql
      .exec<{ id: ResponseId }>(LIST_DUE, now)
      .toArray()
      .map((row) => row.id);
  }

  firstDue(): number | null {
    return this.#first<{ due: number }>(FIRST_DUE)?.due ?? null;
  }

  hasContent(): boolean {
    return this.#first(HAS_CONTENT) !== undefined;
  }

  addItem(item: Item, side: ItemSide, of: ResponseId | null, inConversation: boolean): void {
    this.#sql.exec(ADD_ITEM, item.id, of, side, Number(inConversation), JSON.stringify(item));
  }

  item(id: string): Item | null {
    const row = this.#first<{ body: string }>(FIND_ITEM, id);
    return row ? JSON.parse(row.body) : null;
  }

  itemsOf(id: ResponseId, side: ItemSide): Item[] {
    return this.#items(LIST_OWN_ITEMS, id, side);
  }

  /** One item more than the page holds, when there is one; null when the page begins at an item that is not here. */
  inputPage(of: ResponseId, page: ItemPage): Item[] | null {
    return this.#page("i.response_id = ? AND i.side = 'input' AND i.body IS NOT NULL", [of], page);
  }

  conversationPage(page: ItemPage): Item[] | null {
    return this.#page(JOINED, [], page);
  }

  joinedItem(id: string): Item | null {
    const query = `SELECT i.body FROM item i WHERE i.id = ? AND ${JOINED}`;
    return this.#items(query, id)[0] ?? null;
  }

  eraseJoinedItem(id: string): boolean {
    return this.#sql.exec(ERASE_JOINED_ITEM, id).rowsWritten > 0;
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
      upTo = this.#seq(FIRST_SEQ, response.id);
    } else {
      let previousId = response.previousId;
      while (previousId) {
        chain.push(previousId);
        const ancestor = this.response(previousId);
        if (ancestor?.conversationId) {
          upTo = this.#seq(LAST_SEQ, previousId);
          break;
        }
        previousId = ancestor?.previousId ?? null;
      }
    }
    return this.#items(LIST_HISTORY, upTo, JSON.stringify(chain));
  }

  addBatch(id: ResponseId, facts: readonly AnswerFact[]): void {
    this.#sql.exec(ADD_BATCH, id, JSON.stringify(facts));
  }

  facts(id: ResponseId): AnswerFact[] {
    const rows = this.#sql.exec<{ facts: string }>(LIST_BATCHES, id).toArray();
    return rows.flatMap(({ facts }): AnswerFact[] => JSON.parse(facts));
  }

  #page(where: string, bindings: readonly string[], page: ItemPage): Item[] | null {
    const conditions = [where];
    const values: SqlStorageValue[] = [...bindings];
    const ascends = page.order === "asc";
    for (const [cursor, isBelow] of [
      [page.after, !ascends],
      [page.before, ascends],
    ] as const) {
      if (cursor === undefined) continue;
      const found = this.#first<{ seq: number }>(FIND_SEQ, cursor);
      if (!found) return null;
      conditions.push(isBelow ? "i.seq < ?" : "i.seq > ?");
      values.push(found.seq);
    }
    const query = `SELECT i.body FROM item i WHERE ${conditions.join(" AND ")}
      ORDER BY i.seq ${ascends ? "ASC" : "DESC"} LIMIT ?`;
    return this.#items(query, ...values, page.limit + 1);
  }

  #seq(query: string, id: ResponseId): number {
    return this.#first<{ seq: number | null }>(query, id)?.seq ?? -1;
  }

  #items(query: string, ...bindings: SqlStorageValue[]): Item[] {
    const rows = this.#sql.exec<{ body: string }>(query, ...bindings).toArray();
    return rows.map(({ body }): Item => JSON.parse(body));
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}
