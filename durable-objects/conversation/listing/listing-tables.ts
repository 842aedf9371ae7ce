import { type Json, parseJson } from "../../../src/columns.ts";
import type { Item } from "../../../src/conversation/item.ts";
import type { LoggedChange } from "../../../src/conversation/list-changes.ts";
import type { Scope } from "../../../src/knowledge/scope.ts";

/** Maximum number of changes that are read, and written to D1, at once. */
export const CHANGES_MAX = 200;

const RECORD = "listing";
/** The state of an object in the lists of D1. */
export type ListingRecord = {
  readonly v: 1;
  /** Number of the last entry of the log that lists show. */
  readonly seq: number;
  /** True once lists know the first question of the conversation. */
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
/** Items that may have the first question: the first one is seldom far behind the beginning. */
const LIST_FIRST_ITEMS = `SELECT body FROM item
  WHERE body IS NOT NULL AND side <> 'output' ORDER BY seq LIMIT 10`;

/** An entry of the log, with its number. */
export type NumberedChange = LoggedChange & { readonly seq: number };

/** Reads what lists show of a conversation object, and stores how far they are. It makes no decisions. */
export class ListingTables {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** Reads the state of the object in lists; that of an unlisted one if there is none. */
  record(): ListingRecord {
    return this.#storage.kv.get<ListingRecord>(RECORD) ?? NOTHING;
  }

  /** Stores the state of the object in lists. */
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

  /** Reads the project of the object from one of its responses; null without any. */
  scope(): Scope | null {
    const row = this.#storage.sql.exec<{ scope: Json<Scope> }>(FIND_SCOPE).toArray()[0];
    return row ? parseJson(row.scope) : null;
  }

  /** Lists the first items that people have put into the conversation. */
  firstItems(): Item[] {
    const rows = this.#storage.sql.exec<{ body: Json<Item> }>(LIST_FIRST_ITEMS).toArray();
    return rows.map(({ body }) => parseJson(body));
  }
}
