import { type Json, parseJson } from "../../../src/columns.ts";
import type { Item } from "../../../src/conversation/item.ts";
import type { LoggedChange } from "../../../src/conversation/list-changes.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";

/** Maximum number of log entries that one write to D1 covers. */
export const CHANGES_MAX = 200;

const RECORD = "listing";
/** The progress of the object's listing in D1: how much of its log the lists reflect. */
export type ListingRecord = {
  readonly v: 1;
  /** Number of the last log entry that is written to the lists; 0 if none is. */
  readonly seq: number;
  /**
   * True once the lists have a title for the conversation. A further question then changes only the time of its last
   * use.
   */
  readonly isTitled: boolean;
  readonly scope: Scope | null;
};
const NOTHING: ListingRecord = { v: 1, seq: 0, isTitled: false, scope: null };

const LIST_CHANGES = `SELECT l.seq, l.at, l.fact, l.subject,
    r.id AS responseId, r.conversation_id IS NOT NULL AS isInConversation,
    json_extract(r.request, '$.background') AS isBackground
  FROM log l LEFT JOIN item i ON i.id = l.subject
    LEFT JOIN response r ON r.id = coalesce(i.response_id, l.subject)
  WHERE l.seq > ? ORDER BY l.seq LIMIT ${CHANGES_MAX}`;
const FIND_SCOPE = "SELECT scope FROM response LIMIT 1";
/**
 * The oldest items that are no model output. The first question is looked for among them, since few items precede it.
 */
const LIST_FIRST_ITEMS = `SELECT body FROM item
  WHERE body IS NOT NULL AND side <> 'output' ORDER BY seq LIMIT 10`;

/** A log entry with its number, which orders the log. */
export type NumberedChange = LoggedChange & { readonly seq: number };

/**
 * Reads the data of a conversation object that lists show, and stores how much of the log is written to them. It makes
 * no decisions.
 */
export class ListingTables {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Reads the progress of the listing; one with `seq` 0 if nothing is stored yet. */
  record(): ListingRecord {
    return this.#storage.kv.get<ListingRecord>(RECORD) ?? NOTHING;
  }

  /** Stores the progress of the listing. */
  save(record: ListingRecord): void {
    this.#storage.kv.put<ListingRecord>(RECORD, record);
  }

  /** Lists the first `CHANGES_MAX` entries of the log after the entry number `after`. */
  changes(after: number): NumberedChange[] {
    type Row = Omit<NumberedChange, "isInConversation" | "isBackground"> & {
      isInConversation: number;
      isBackground: number | null;
    };
    const rows = this.#storage.sql.exec<Row>(LIST_CHANGES, after).toArray();
    return rows.map((row) => ({
      ...row,
      isInConversation: row.isInConversation === 1,
      isBackground: row.isBackground === 1,
    }));
  }

  /** Reads the scope (project) of the object from one of its responses; null if it has none. */
  scope(): Scope | null {
    const row = this.#storage.sql.exec<{ scope: Json<Scope> }>(FIND_SCOPE).toArray()[0];
    return row ? parseJson(row.scope) : null;
  }

  /** Lists the oldest items of the object that are no model output, at most 10. */
  firstItems(): Item[] {
    const rows = this.#storage.sql.exec<{ body: Json<Item> }>(LIST_FIRST_ITEMS).toArray();
    return rows.map(({ body }) => parseJson(body));
  }
}
