import { LISTED_FACTS } from "../../../src/conversation/list-changes.ts";
import type { ConversationResponse } from "../../../src/conversation/listed.ts";
import type { ResponseStatus } from "../../../src/conversation/response-object.ts";
import type { ResponseId } from "../../../src/ids.ts";
import { cutPage, type Page, type PageRequest, planPage } from "../../../src/page.ts";
import { type Refusal, unknownCursor } from "../../../src/refusal.ts";
import { err, ok, type Result } from "../../../src/result.ts";

const SHOWN = `r.id, r.status, r.created_at AS createdAt, json_extract(r.settled, '$.at') AS endedAt,
  json_extract(r.request, '$.background') AS isBackground`;
/**
 * The log has them in the order in which they were asked for. Their ids do not: that of a request with an idempotency
 * key derives from the key. Without responses with `store: false`, which are erased soon.
 */
const FROM_LOG = `FROM log l JOIN response r ON r.id = l.subject
  WHERE l.fact = '${LISTED_FACTS.responseCreated}' AND r.conversation_id IS NOT NULL
    AND r.status <> 'deleted' AND json_extract(r.request, '$.store') IS NOT 0`;
const FIND_PLACE = `SELECT seq FROM log
  WHERE fact = '${LISTED_FACTS.responseCreated}' AND subject = ? ORDER BY seq DESC LIMIT 1`;
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

  /**
   * Reads a page of the conversation's responses, whatever their status, in the order in which they were asked for.
   * Refuses a cursor that is not one of them; a deleted one still marks its place.
   */
  page(page: PageRequest<string>): Result<Page<ConversationResponse>, Refusal> {
    const after = this.#place("after", page);
    if (!after.ok) return after;
    const before = this.#place("before", page);
    if (!before.ok) return before;
    const { low, high, direction } = planPage({
      ...page,
      after: after.value,
      before: before.value,
    });
    const bounds = [low, high].filter((seq) => seq !== null);
    const query = `SELECT ${SHOWN} ${FROM_LOG}${low === null ? "" : " AND l.seq > ?"}
      ${high === null ? "" : " AND l.seq < ?"} ORDER BY l.seq ${direction} LIMIT ?`;
    const read = this.#sql.exec<Row>(query, ...bounds, page.limit + 1).toArray();
    const { rows, hasMore } = cutPage(read, page);
    return ok({
      rows: rows.map((row) => ({ ...row, isBackground: row.isBackground === 1 })),
      hasMore,
    });
  }

  /** Returns a text that is another one after each change of the conversation, its items or its responses. */
  version(): string {
    const { logged, item } = this.#sql.exec<{ logged: number; item: number }>(READ_VERSION).one();
    return `${logged}.${item}`;
  }

  #place(
    param: "after" | "before",
    { [param]: id = null }: PageRequest<string>,
  ): Result<number | null, Refusal> {
    if (id === null) return ok(null);
    const found = this.#sql.exec<{ seq: number }>(FIND_PLACE, id).toArray()[0];
    return found ? ok(found.seq) : err(unknownCursor(param, id, "response of this conversation"));
  }
}
