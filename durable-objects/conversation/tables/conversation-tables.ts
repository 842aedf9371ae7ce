import createConversation from "../../../migrations/conversation/0001_conversation.sql";
import addItemRanges from "../../../migrations/conversation/0002_item_ranges.sql";
import createFresh from "../../../migrations/conversation/0003_fresh.sql";
import addItemOrigin from "../../../migrations/conversation/0003_item_origin.sql";
import { STORED_JSON_BYTES_MAX } from "../../../src/bounds.ts";
import {
  withBound,
  columns,
  integer,
  json,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../../src/columns.ts";
import type { AnswerFact, SettledFact } from "../../../src/conversation/answer-fact.ts";
import type { StoredConversation } from "../../../src/conversation/conversation-client.ts";
import { splitFacts } from "../../../src/conversation/fit-rows.ts";
import type { ResponseStatus } from "../../../src/conversation/response-object.ts";
import type { ConversationId, ResponseId } from "../../../src/ids.ts";
import { KERNEL_MIGRATIONS } from "../../../src/kernel/rows/kernel-storage.ts";
import type { Migration } from "../../../src/kernel/rows/migrate.ts";
import { type ItemRange, ItemTables } from "./item-tables.ts";
import {
  parseResponse,
  RESPONSE,
  STORED_RESPONSE,
  type StoredResponse,
} from "./stored-response.ts";
import { TurnTables } from "./turn-tables.ts";

/** The SQL migrations of the tables of a conversation object. */
export const CONVERSATION_MIGRATIONS: readonly Migration[] = [
  { id: "conversation/0001_conversation", sql: createConversation },
  ...KERNEL_MIGRATIONS,
  { id: "conversation/0002_item_ranges", sql: addItemRanges },
  {
    id: "conversation/0003_item_origin",
    sql: addItemOrigin,
    fresh: {
      instead: ["conversation/0001_conversation", "conversation/0002_item_ranges"],
      sql: createFresh,
    },
  },
];

/**
 * The columns of the table with the conversation's own row. An object for responses outside of conversations has none.
 */
export const CONVERSATION = columns("conversation", {
  id: text<ConversationId>(),
  metadata: json<Readonly<Record<string, string>>>(),
  createdAt: integer(),
});

/** A conversation without its policy, which is stored only if a client has set one. */
type ConversationRow = Omit<StoredConversation, "policy">;

/** The columns of the table of answers' logs. Each row has the facts (log entries) that were stored together. */
export const ANSWER_BATCH = columns("answer_batch", {
  responseId: text<ResponseId>(),
  seq: integer(),
  version: integer(),
  facts: withBound(json<readonly AnswerFact[]>(), STORED_JSON_BYTES_MAX),
});

/** The columns of the table that logs changes of the conversation for operators, without content. */
export const LOG = columns(
  "log",
  {
    at: integer(),
    fact: text(),
    subject: text(),
  },
  ["seq"],
);

/** The version of the JSON in answer_batch. A build that changes the shape must read older versions too. */
const FACTS_VERSION = 1;

const FIND_CONVERSATION = `SELECT ${CONVERSATION.select()} FROM conversation`;
const ADD_CONVERSATION = `INSERT INTO conversation (${CONVERSATION.names}) VALUES (${CONVERSATION.marks})`;
const SET_METADATA = "UPDATE conversation SET metadata = ?";
const ADD_LOG = `INSERT INTO log (${LOG.names}) VALUES (${LOG.marks})`;
const NEW_RESPONSE = RESPONSE.omit("settled", "isFolded", "due");
const ADD_RESPONSE = `INSERT INTO response (${NEW_RESPONSE.names}) VALUES (${NEW_RESPONSE.marks})`;
const FIND_RESPONSE = `SELECT ${STORED_RESPONSE.select()} FROM response WHERE id = ?`;
const SET_STATUS = "UPDATE response SET status = ? WHERE id = ?";
const SETTLE = `UPDATE response SET status = ?, settled = ?, due = ?,
  first_seq = coalesce(first_seq, ?), last_seq = coalesce(?, last_seq) WHERE id = ?`;
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
const LIST_UNFOLDED = "SELECT id FROM response WHERE folded = 0";
const LIST_OPEN = "SELECT id FROM response WHERE status IN ('queued', 'in_progress')";
const LIST_DUE = "SELECT id FROM response WHERE due <= ? ORDER BY due LIMIT 20";
const FIRST_DUE = "SELECT due FROM response WHERE due IS NOT NULL ORDER BY due LIMIT 1";
const HAS_CONTENT = `SELECT 1 FROM conversation
  UNION ALL SELECT 1 FROM response WHERE status <> 'deleted' LIMIT 1`;
const NEW_BATCH = ANSWER_BATCH.omit("seq");
const ADD_BATCH = `INSERT INTO answer_batch (${NEW_BATCH.names}, seq)
  SELECT ${NEW_BATCH.marks}, coalesce(max(seq), 0) + 1
  FROM answer_batch WHERE response_id = ${NEW_BATCH.mark("responseId")}`;
type Facts = RowOf<typeof ANSWER_BATCH>["facts"];
const LIST_BATCHES = "SELECT facts FROM answer_batch WHERE response_id = ? ORDER BY seq";
const ERASE_BATCHES = "DELETE FROM answer_batch WHERE response_id = ?";

/** Reads and writes the tables of a conversation object. It makes no decisions. */
export class ConversationTables {
  readonly items: ItemTables;
  readonly turns: TurnTables;
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.items = new ItemTables(sql);
    this.turns = new TurnTables(sql);
  }

  /** Adds a line to the log of changes. `at` is in milliseconds since the epoch. */
  log(at: number, fact: string, subject: string): void {
    this.#sql.exec(ADD_LOG, ...LOG.bind({ at, fact, subject }));
  }

  /** Adds the conversation's own row. */
  addConversation({ id, metadata, createdAt }: ConversationRow): void {
    const row = CONVERSATION.bind({ id, metadata: toJson(metadata), createdAt });
    this.#sql.exec(ADD_CONVERSATION, ...row);
  }

  /** Reads the conversation's own row; null for an object that only holds responses. */
  conversation(): ConversationRow | null {
    const row = this.#first<RowOf<typeof CONVERSATION>>(FIND_CONVERSATION);
    return row ? { ...row, metadata: parseJson(row.metadata) } : null;
  }

  /** Replaces the conversation's metadata. */
  setMetadata(metadata: StoredConversation["metadata"]): void {
    this.#sql.exec(SET_METADATA, toJson(metadata));
  }

  /** Adds the row of a response that begins, with the range of its input. */
  addResponse(
    response: Omit<StoredResponse, "settled" | "isFolded">,
    input: ItemRange | null,
  ): void {
    const { id, conversationId, previousId, scope, status, request, createdAt } = response;
    const row = NEW_RESPONSE.bind({
      id,
      conversationId,
      previousId,
      scope: toJson(scope),
      status,
      request: request && toJson(request),
      createdAt,
      firstSeq: input?.first ?? null,
      lastSeq: input?.last ?? null,
    });
    this.#sql.exec(ADD_RESPONSE, ...row);
  }

  /** Reads a response; null when there is none with this id. */
  response(id: ResponseId): StoredResponse | null {
    const row = this.#first<RowOf<typeof STORED_RESPONSE>>(FIND_RESPONSE, id);
    return row ? parseResponse(row) : null;
  }

  /** Changes the status of a response that has not ended. */
  setStatus(id: ResponseId, status: ResponseStatus): void {
    this.#sql.exec(SET_STATUS, status, id);
  }

  /**
   * Stores the end of a response with the range of its output, and the time `due` (milliseconds since the epoch) at
   * which the alarm must next erase a part of its data.
   */
  settle(
    id: ResponseId,
    end: { readonly status: ResponseStatus; readonly settled: SettledFact },
    output: ItemRange | null,
    due: number,
  ): void {
    const { first, last } = output ?? { first: null, last: null };
    this.#sql.exec(SETTLE, end.status, toJson(end.settled), due, first, last, id);
  }

  /**
   * Erases the answer's log of an ended response; its items stay. `due`, in milliseconds since the epoch, is when the
   * alarm must erase the rest of the response; null for never.
   */
  fold(id: ResponseId, due: number | null): void {
    this.#sql.exec(ERASE_BATCHES, id);
    this.#sql.exec(FOLD, due, id);
  }

  /**
   * Erases the content of a response, and its items that are not in the conversation. Items that are in the
   * conversation stay until the conversation or the item is deleted.
   */
  eraseResponse(id: ResponseId): void {
    this.#sql.exec(ERASE_BATCHES, id);
    this.items.eraseOwn(id);
    this.#sql.exec(ERASE_RESPONSE, id);
  }

  /**
   * Erases all content. The rows of responses stay without content, since their runs may still undo completed steps.
   */
  eraseContent(): void {
    for (const statement of ERASE_CONTENT) this.#sql.exec(statement);
    this.#sql.exec(ERASE_RESPONSES);
  }

  /**
   * Sets when the alarm must next erase a part of a response's data, in milliseconds since the epoch; null for never.
   */
  setDue(id: ResponseId, due: number | null): void {
    this.#sql.exec(SET_DUE, due, id);
  }

  /** Lists the responses that are queued or in progress. */
  openResponses(): ResponseId[] {
    return this.#ids(LIST_OPEN);
  }

  /** Lists the responses without a stored end: those that are queued or in progress, and deleted ones. */
  unsettled(): ResponseId[] {
    return this.#ids(LIST_UNSETTLED);
  }

  /** Lists the responses whose answers have a log, and so a run that is stored. */
  unfolded(): ResponseId[] {
    return this.#ids(LIST_UNFOLDED);
  }

  /** Lists up to 20 ids of responses with data that the alarm must erase by `now`, in milliseconds since the epoch. */
  dueResponses(now: number): ResponseId[] {
    return this.#ids(LIST_DUE, now);
  }

  /**
   * Returns the earliest time at which the alarm must erase data of a response, in milliseconds since the epoch; null
   * if none.
   */
  firstDue(): number | null {
    return this.#first<{ due: number }>(FIRST_DUE)?.due ?? null;
  }

  /** Tests whether there is a conversation, or a response that was not deleted. */
  hasContent(): boolean {
    return this.#first(HAS_CONTENT) !== undefined;
  }

  /** Stores facts (entries of an answer's log), in as many rows as their size needs. */
  addBatch(id: ResponseId, facts: readonly AnswerFact[]): void {
    for (const part of splitFacts(facts)) {
      const row = NEW_BATCH.bind({ responseId: id, version: FACTS_VERSION, facts: toJson(part) });
      this.#sql.exec(ADD_BATCH, ...row);
    }
  }

  /** Reads the facts (the log) of an answer, oldest first. */
  facts(id: ResponseId): AnswerFact[] {
    const rows = this.#sql.exec<{ facts: Facts }>(LIST_BATCHES, id).toArray();
    return rows.flatMap(({ facts }) => parseJson(facts));
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
