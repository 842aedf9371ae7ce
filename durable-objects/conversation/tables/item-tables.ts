import { LISTED_BYTES_MAX, STORED_JSON_BYTES_MAX, utf8Length } from "../../../src/bounds.ts";
import {
  withBound,
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
} from "../../../src/columns.ts";
import type { ItemPage, PageOfItems } from "../../../src/conversation/conversation-client.ts";
import type { Item, OwnedItem, ReferredItem } from "../../../src/conversation/item.ts";
import type { ResponseId } from "../../../src/ids.ts";
import { cutPage, planPage } from "../../../src/page.ts";
import { type Refusal, unknownCursor } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";

/** The source of an item: added to the conversation by a client, sent as input of a request, or made by a response. */
export type ItemSide = "added" | "input" | "output";

/**
 * The place of a new item: its response, if it has one, whether it is in the conversation and, of a copy, the response of
 * its original.
 */
export type ItemPlace = {
  readonly side: ItemSide;
  readonly responseId: ResponseId | null;
  readonly inConversation: boolean;
  readonly originId?: ResponseId | null;
};

/**
 * The numbers (positions in the table of items) of the first and the last item of a response. Items of others may be
 * between them.
 */
export type ItemRange = { readonly first: number; readonly last: number };

/** The columns of the table of items. */
export const ITEM = columns("item", {
  seq: integer(),
  id: text(),
  responseId: nullable(text<ResponseId>()),
  side: text<ItemSide>(),
  inConversation: flag(),
  /** Null after the item was deleted from its conversation. */
  body: nullable(withBound(json<Item>(), STORED_JSON_BYTES_MAX)),
  /** Of a copy, the response of its original, in this object or in another one of the project. It goes with the body. */
  originId: nullable(text<ResponseId>()),
});
type Body = { body: Json<Item> };
type ReferredBody = Body & { originId: ResponseId | null };
type OwnedBody = ReferredBody & { responseId: ResponseId | null };

/** A page of a list of items. `hasMore` is true if more items follow. */
type PageOfOwned = { readonly items: readonly OwnedItem[]; readonly hasMore: boolean };

/** Maximum number of items that a model receives; the oldest ones are left out. */
const HISTORY_ITEMS_MAX = 400;

const NEW_ITEM = ITEM.omit("seq");
const ADD_ITEM = `INSERT INTO item (${NEW_ITEM.names}) VALUES (${NEW_ITEM.marks})`;
/** Without the items of responses with `store: false`, which are erased soon. */
const FIND_STORED = `SELECT i.body, coalesce(i.response_id, i.origin_id) AS originId
  FROM item i LEFT JOIN response r ON r.id = i.response_id
  WHERE i.id = ? AND i.body IS NOT NULL
    AND (r.request IS NULL OR json_extract(r.request, '$.store') IS NOT 0)`;
const JOINED = `i.in_conversation = 1 AND i.body IS NOT NULL
  AND (i.response_id IS NULL OR EXISTS (SELECT 1 FROM response r
    WHERE r.id = i.response_id AND r.status IN ('completed', 'incomplete', 'deleted')))`;
const OWNED = "i.body, i.response_id AS responseId, i.origin_id AS originId";
/** A list of items: those it shows, and those whose ids are places in it, since only listed items are ever erased. */
type ItemList = { readonly shown: string; readonly places: string };
const CONVERSATION: ItemList = { shown: JOINED, places: `(${JOINED}) OR i.body IS NULL` };
/** The items of a response; its parameters are what `#own` returns. */
const OWN = "response_id = ? AND seq BETWEEN ? AND ?";
const INPUT_PLACES = `${OWN} AND i.side = 'input'`;
const INPUT: ItemList = { shown: `${INPUT_PLACES} AND i.body IS NOT NULL`, places: INPUT_PLACES };
const ERASE_JOINED_ITEM = `UPDATE item AS i SET body = NULL, in_conversation = 0, origin_id = NULL
  WHERE i.id = ? AND ${JOINED}`;
/** Of a response that did not complete, all: the row of a deleted one no longer says that they never joined. */
const ERASE_OWN_ITEMS = `DELETE FROM item WHERE ${OWN} AND (in_conversation = 0 OR EXISTS (
  SELECT 1 FROM response r WHERE r.id = item.response_id
    AND r.status NOT IN ('completed', 'incomplete', 'deleted')))`;
const ERASE_OUTPUT = `DELETE FROM item WHERE ${OWN} AND side = 'output'`;
const LIST_OWN_ITEMS = `SELECT body FROM item
  WHERE ${OWN} AND side = ? AND body IS NOT NULL ORDER BY seq`;
const FIND_RANGE = `SELECT first_seq AS first, last_seq AS last FROM response
  WHERE id = ? AND first_seq IS NOT NULL`;
const NARROW_RANGE = `UPDATE response SET (first_seq, last_seq) =
  (SELECT min(seq), max(seq) FROM item WHERE ${OWN}) WHERE id = ?`;
const MOVE_RANGE = `UPDATE response SET first_seq = first_seq + ?1, last_seq = last_seq + ?1
  WHERE id = ?2`;
const SET_ASIDE = `UPDATE item SET in_conversation = 0 WHERE ${OWN}`;
const LAST_OF_ALL = "SELECT max(seq) AS seq FROM item";
const JOIN = `UPDATE item SET in_conversation = 1, seq = seq + ? WHERE ${OWN}`;
const LIST_HISTORY = `SELECT body FROM (
    SELECT * FROM (SELECT i.seq, i.body FROM item i WHERE i.seq <= ?1 AND (${JOINED})
      ORDER BY i.seq DESC LIMIT ${HISTORY_ITEMS_MAX})
    UNION SELECT i.seq, i.body FROM json_each(?2) own CROSS JOIN response r ON r.id = own.value
      JOIN item i ON i.seq BETWEEN r.first_seq AND r.last_seq AND i.response_id = r.id
      WHERE i.body IS NOT NULL
    ORDER BY 1 DESC LIMIT ${HISTORY_ITEMS_MAX})
  ORDER BY seq DESC`;

/** Reads and writes the table of items of a conversation object and its responses. */
export class ItemTables {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Adds an item to a response's input or output, to the conversation, or to both. */
  add(item: Item, { side, responseId, inConversation, originId = null }: ItemPlace): void {
    const row = NEW_ITEM.bind({
      id: item.id,
      responseId,
      side,
      inConversation: toFlag(inConversation),
      body: toJson(item),
      originId,
    });
    this.#sql.exec(ADD_ITEM, ...row);
  }

  /**
   * Finds an item to which a request may refer. Null for an item that was deleted, or is part of a response with
   * `store: false`.
   */
  find(id: string): ReferredItem | null {
    const row = this.#first<ReferredBody>(FIND_STORED, id);
    return row ? { item: parseJson(row.body), originId: row.originId } : null;
  }

  /** Lists the input or the output of a response. */
  listOwn(id: ResponseId, side: ItemSide): Item[] {
    return this.#items(LIST_OWN_ITEMS, ...this.#own(id), side);
  }

  /** Reads a page of the input items of a response. Refuses an unknown cursor. */
  inputPage(of: ResponseId, page: ItemPage): Result<PageOfItems, Refusal> {
    const read = this.#page(INPUT, this.#own(of), page);
    return read.ok ? ok({ ...read.value, items: read.value.items.map(({ item }) => item) }) : read;
  }

  /** Reads a page of the conversation's items. Refuses an unknown cursor. */
  conversationPage(page: ItemPage): Result<PageOfOwned, Refusal> {
    return this.#page(CONVERSATION, [], page);
  }

  /** Finds an item of the conversation; null if the conversation never had it, or it was deleted. */
  joined(id: string): OwnedItem | null {
    const query = `SELECT ${OWNED} FROM item i WHERE i.id = ? AND ${JOINED}`;
    const row = this.#first<OwnedBody>(query, id);
    return row ? parseOwned(row) : null;
  }

  /** Erases the content of an item of the conversation. Returns false if there is no such item. */
  eraseJoined(id: string): boolean {
    return this.#sql.exec(ERASE_JOINED_ITEM, id).rowsWritten > 0;
  }

  /**
   * Reads the items of the conversation up to the item number `upTo`, and the items of the given responses, oldest
   * first. If they have more than `LISTED_BYTES_MAX` bytes together, the oldest are left out.
   */
  history(upTo: number, responses: readonly ResponseId[]): Item[] {
    const { rows } = this.#fitting<Body>(LIST_HISTORY, upTo, JSON.stringify(responses));
    return rows.map(({ body }) => parseJson(body)).toReversed();
  }

  /** Finds the range of a response's items; null if it has none. */
  range(id: ResponseId): ItemRange | null {
    return this.#first<ItemRange>(FIND_RANGE, id) ?? null;
  }

  /** Returns the range of the `count` items that were added last; null for no items. */
  rangeOfLast(count: number): ItemRange | null {
    const last = this.#last();
    return count === 0 ? null : { first: last - count + 1, last };
  }

  /** Takes the input of a response that must wait for its turn out of the conversation. */
  setAside(id: ResponseId): void {
    this.#sql.exec(SET_ASIDE, ...this.#own(id));
  }

  /** Puts the input of a response that was set aside at the end of the conversation, because its turn begins. */
  join(id: ResponseId): void {
    const range = this.range(id);
    if (!range) return;
    const shift = this.#last() + 1 - range.first;
    this.#sql.exec(JOIN, shift, ...this.#own(id));
    this.#sql.exec(MOVE_RANGE, shift, id);
  }

  /** Erases the items of a response that are not in the conversation. Call it before the response is erased. */
  eraseOwn(id: ResponseId): void {
    this.#sql.exec(ERASE_OWN_ITEMS, ...this.#own(id));
  }

  /** Erases the output of a response, because its answer is made again. */
  eraseOutput(id: ResponseId): void {
    this.#sql.exec(ERASE_OUTPUT, ...this.#own(id));
    this.#sql.exec(NARROW_RANGE, ...this.#own(id), id);
  }

  #page(
    { shown, places }: ItemList,
    bindings: readonly SqlStorageValue[],
    page: ItemPage,
  ): Result<PageOfOwned, Refusal> {
    const findPosition = (param: "after" | "before") => {
      const id = page[param];
      if (id === undefined) return ok(null);
      const query = `SELECT i.seq FROM item i WHERE i.id = ? AND (${places})`;
      const found = this.#first<{ seq: number }>(query, id, ...bindings);
      return found ? ok(found.seq) : err(unknownCursor(param, id, "item of this list"));
    };
    const after = findPosition("after");
    if (!after.ok) return after;
    const before = findPosition("before");
    if (!before.ok) return before;
    const { limit, order } = page;
    const positions = { limit, order, after: after.value, before: before.value };
    const { low, high, direction } = planPage(positions);
    const conditions = [
      shown,
      ...(low === null ? [] : ["i.seq > ?"]),
      ...(high === null ? [] : ["i.seq < ?"]),
    ];
    const query = `SELECT ${OWNED} FROM item i WHERE ${conditions.join(" AND ")}
      ORDER BY i.seq ${direction} LIMIT ?`;
    const range = [low, high].filter((seq) => seq !== null);
    const read = this.#fitting<OwnedBody>(query, ...bindings, ...range, limit + 1);
    const { rows, hasMore } = cutPage(read.rows, positions);
    return ok({ items: rows.map(parseOwned), hasMore: read.isCut || hasMore });
  }

  /** Reads the rows of the first items that one call can carry: at least one, if there is any. */
  #fitting<Row extends Body>(query: string, ...bindings: SqlStorageValue[]) {
    const rows: Row[] = [];
    let left = LISTED_BYTES_MAX;
    for (const row of this.#sql.exec<Row>(query, ...bindings)) {
      left -= utf8Length(row.body);
      if (left < 0) return { rows, isCut: true };
      rows.push(row);
    }
    return { rows, isCut: false };
  }

  /** Returns the parameters of `OWN`. */
  #own(id: ResponseId): readonly SqlStorageValue[] {
    const range = this.range(id);
    return [id, range?.first ?? null, range?.last ?? null];
  }

  #last(): number {
    return this.#first<{ seq: number | null }>(LAST_OF_ALL)?.seq ?? 0;
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

const parseOwned = ({ body, ...owners }: OwnedBody): OwnedItem => ({
  item: parseJson(body),
  ...owners,
});
