import {
  columns,
  flag,
  integer,
  json,
  type Json,
  nullable,
  parseJson,
  text,
  toFlag,
  toJson,
} from "../../src/columns.ts";
import type { ItemPage } from "../../src/conversation/conversation-client.ts";
import type { Item } from "../../src/conversation/item.ts";
import type { ResponseId } from "../../src/ids.ts";

export type ItemSide = "added" | "input" | "output";

export const ITEM = columns("item", {
  seq: integer(),
  id: text(),
  responseId: nullable(text<ResponseId>()),
  side: text<ItemSide>(),
  inConversation: flag(),
  /** Null once the item was deleted from its conversation. */
  body: nullable(json<Item>()),
});
type Body = { body: Json<Item> };

/** The oldest items beyond this many are not told to the model. */
const HISTORY_ITEMS_MAX = 400;

const NEW_ITEM = ITEM.omit("seq");
const ADD_ITEM = `INSERT INTO item (${NEW_ITEM.names}) VALUES (${NEW_ITEM.marks})`;
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
    SELECT * FROM (SELECT i.seq, i.body FROM item i WHERE i.seq <= ?1 AND (${JOINED})
      ORDER BY i.seq DESC LIMIT ${HISTORY_ITEMS_MAX})
    UNION SELECT i.seq, i.body FROM item i
      WHERE i.body IS NOT NULL AND i.response_id IN (SELECT value FROM json_each(?2))
    ORDER BY 1 DESC LIMIT ${HISTORY_ITEMS_MAX})
  ORDER BY seq`;

/** The items of a conversation object and of its responses, read and written. */
export class ItemTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  add(item: Item, side: ItemSide, of: ResponseId | null, inConversation: boolean): void {
    const row = NEW_ITEM.bind({
      id: item.id,
      responseId: of,
      side,
      inConversation: toFlag(inConversation),
      body: toJson(item),
    });
    this.#sql.exec(ADD_ITEM, ...row);
  }

  find(id: string): Item | null {
    const row = this.#first<Body>(FIND_ITEM, id);
    return row ? parseJson(row.body) : null;
  }

  of(id: ResponseId, side: ItemSide): Item[] {
    return this.#items(LIST_OWN_ITEMS, id, side);
  }

  /** One item more than the page holds, when there is one; null when the page begins at an item that is not here. */
  inputPage(of: ResponseId, page: ItemPage): Item[] | null {
    return this.#page("i.response_id = ? AND i.side = 'input' AND i.body IS NOT NULL", [of], page);
  }

  conversationPage(page: ItemPage): Item[] | null {
    return this.#page(JOINED, [], page);
  }

  joined(id: string): Item | null {
    const query = `SELECT i.body FROM item i WHERE i.id = ? AND ${JOINED}`;
    return this.#items(query, id)[0] ?? null;
  }

  eraseJoined(id: string): boolean {
    return this.#sql.exec(ERASE_JOINED_ITEM, id).rowsWritten > 0;
  }

  /** What stands in the conversation up to a number, and the items of some responses; oldest first. */
  history(upTo: number, responses: readonly ResponseId[]): Item[] {
    return this.#items(LIST_HISTORY, upTo, JSON.stringify(responses));
  }

  /** The number of a response's first item, -1 when it has none. */
  firstOf(id: ResponseId): number {
    return this.#seq(FIRST_SEQ, id);
  }

  lastOf(id: ResponseId): number {
    return this.#seq(LAST_SEQ, id);
  }

  /** What joined a conversation stays there. */
  eraseOwn(id: ResponseId): void {
    this.#sql.exec(ERASE_OWN_ITEMS, id);
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
    const rows = this.#sql.exec<Body>(query, ...bindings).toArray();
    return rows.map(({ body }) => parseJson(body));
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}
