import type { ConversationResponse } from "../../../src/conversation/listed.ts";
import type { ResponseStatus } from "../../../src/conversation/response-object.ts";
import type { ResponseId } from "../../../src/ids.ts";
import { cutPage, type Page, type PageRequest, planPage } from "../../../src/page.ts";

/**
 * Those of the conversation that are not deleted. Without those with `store: false`, which are erased soon. The ids of
 * one conversation sort by time.
 */
const LISTED = `conversation_id IS NOT NULL AND status <> 'deleted'
  AND json_extract(request, '$.store') IS NOT 0`;
const SHOWN = `id, status, created_at AS createdAt, json_extract(settled, '$.at') AS endedAt,
  json_extract(request, '$.background') AS isBackground`;
/** The last numbers of the two tables of which one changes with every change of a conversation. */
const READ_VERSION = `SELECT (SELECT coalesce(max(seq), 0) FROM log) AS logged,
  (SELECT coalesce(max(seq), 0) FROM item) AS item`;

type Row = {
  readonly id: ResponseId;
  readonly status: ResponseStatus;
  readonly createdAt: number;
  readonly endedAt: number | null;
  readonly isBackground: number | null;
};

/** Reads the list of a conversation's responses, and the text that changes whenever the conversation does. */
export class ResponseList {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Reads a page of the conversation's responses, whatever their status, in the order in which they were asked for. */
  page(page: PageRequest<string>): Page<ConversationResponse> {
    const { low, high, direction } = planPage(page);
    const range = [low, high].filter((id) => id !== null);
    const conditions = [
      LISTED,
      ...(low === null ? [] : ["id > ?"]),
      ...(high === null ? [] : ["id < ?"]),
    ];
    const query = `SELECT ${SHOWN} FROM response WHERE ${conditions.join(" AND ")}
      ORDER BY id ${direction} LIMIT ?`;
    const rows = this.#sql.exec<Row>(query, ...range, page.limit + 1).toArray();
    const cut = cutPage(rows, page);
    return {
      ...cut,
      rows: cut.rows.map((row) => ({ ...row, isBackground: row.isBackground === 1 })),
    };
  }

  /** Returns a text that is another one after each change of the conversation, its items or its responses. */
  version(): string {
    const { logged, item } = this.#sql.exec<{ logged: number; item: number }>(READ_VERSION).one();
    return `${logged}.${item}`;
  }
}
