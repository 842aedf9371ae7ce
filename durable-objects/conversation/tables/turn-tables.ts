import createWaitingTurn from "../../../migrations/waiting-turn/0001_waiting_turn.sql";
import {
  columns,
  integer,
  json,
  nullable,
  type RowOf,
  text,
  toJson,
  withBound,
} from "../../../src/columns.ts";
import type { ResponseId } from "../../../src/ids.ts";
import type { Migration } from "../../../src/kernel/rows/migrate.ts";
import { type Definition, DEFINITION_BYTES_MAX } from "../../../src/kernel/rules/definition.ts";
import type { PinnedWorkflow } from "../../../src/kernel/rules/pinned-workflow.ts";
import {
  DEFINITION_VERSION,
  readDefinition,
} from "../../../src/kernel/rules/run/stored-definition.ts";
import { listBusy } from "./list-busy.ts";

/** The table is created by the first response that waits, so it is not in the list of migrations of the class. */
const TABLE: Migration = { id: "waiting-turn/0001_waiting_turn", sql: createWaitingTurn };

/** The columns of the table of responses that wait for their turn. A workflow has a row for each of its definitions. */
export const WAITING_TURN = columns(
  "waiting_turn",
  {
    responseId: text<ResponseId>(),
    /** Name of a sub-workflow, or empty for the workflow itself. Null, as the next two, for the built-in workflow. */
    name: nullable(text()),
    version: nullable(integer()),
    body: nullable(withBound(json<Definition>(), DEFINITION_BYTES_MAX)),
  },
  ["seq"],
);

const ADD_TURN = `INSERT INTO waiting_turn (${WAITING_TURN.names}) VALUES (${WAITING_TURN.marks})`;
const LIST_TURNS =
  "SELECT response_id AS id FROM waiting_turn GROUP BY response_id ORDER BY min(seq)";
const FIND_TURN = "SELECT 1 FROM waiting_turn WHERE response_id = ? LIMIT 1";
const LIST_DEFINITIONS = `SELECT ${WAITING_TURN.select()} FROM waiting_turn
  WHERE response_id = ? AND body IS NOT NULL ORDER BY seq`;
const REMOVE_TURN = "DELETE FROM waiting_turn WHERE response_id = ?";
const HAS_TABLE = "SELECT 1 FROM sqlite_master WHERE name = 'waiting_turn'";

/** The definitions of a workflow that a waiting response is pinned to, without its version. */
type PinnedDefinitions = Omit<PinnedWorkflow, "version">;

/** Reads and writes the table of the responses that wait for their turn in a conversation. It makes no decisions. */
export class TurnTables {
  readonly #sql: SqlStorage;
  /** False while the table certainly does not exist. */
  #mayExist: boolean;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#mayExist = true;
    this.#mayExist = this.#exists();
  }

  /** Finds the response of the conversation whose turn it is; null if none is in progress. */
  running(): ResponseId | null {
    const waiting = new Set(this.list());
    return listBusy(this.#sql).find((id) => !waiting.has(id)) ?? null;
  }

  /**
   * Adds a response that waits, with the definitions of its workflow; null for the built-in one. Creates the table with
   * the first response.
   */
  add(responseId: ResponseId, workflow: PinnedDefinitions | null): void {
    this.#mayExist = true;
    this.#sql.exec(TABLE.sql);
    if (!workflow) return this.#add({ responseId, name: null, version: null, body: null });
    const { definition, workflows } = workflow;
    for (const [name, body] of [["", definition] as const, ...Object.entries(workflows)]) {
      this.#add({ responseId, name, version: DEFINITION_VERSION, body: toJson(body) });
    }
  }

  /** Lists the responses that wait, in the order of their arrival. */
  list(): ResponseId[] {
    return this.#exists() ? this.#ids(LIST_TURNS) : [];
  }

  /** Tests whether a response waits. */
  has(id: ResponseId): boolean {
    return this.#exists() && this.#sql.exec(FIND_TURN, id).toArray().length > 0;
  }

  /** Reads the definitions of the workflow that a waiting response is pinned to; null for the built-in one. */
  definitions(id: ResponseId): PinnedDefinitions | null {
    const rows = this.#sql.exec<RowOf<typeof WAITING_TURN>>(LIST_DEFINITIONS, id).toArray();
    let definition: Definition | null = null;
    const workflows: [string, Definition][] = [];
    for (const { name, version, body } of rows) {
      const read = readDefinition(version ?? DEFINITION_VERSION, body ?? "");
      if (name) workflows.push([name, read]);
      else definition = read;
    }
    return definition && { definition, workflows: Object.fromEntries(workflows) };
  }

  /** Removes a response that waits no longer. */
  remove(id: ResponseId): void {
    if (this.#exists()) this.#sql.exec(REMOVE_TURN, id);
  }

  #exists(): boolean {
    return this.#mayExist && this.#sql.exec(HAS_TABLE).toArray().length > 0;
  }

  #add(row: RowOf<typeof WAITING_TURN>): void {
    this.#sql.exec(ADD_TURN, ...WAITING_TURN.bind(row));
  }

  #ids(query: string, ...bindings: SqlStorageValue[]): ResponseId[] {
    return this.#sql
      .exec<{ id: ResponseId }>(query, ...bindings)
      .toArray()
      .map(({ id }) => id);
  }
}
