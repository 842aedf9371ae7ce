import createRuns from "../../../migrations/kernel/0001_runs.sql";
import createFresh from "../../../migrations/kernel/0002_fresh.sql";
import createWorkflows from "../../../migrations/kernel/0002_workflows.sql";
import { type RowOf, toJson } from "../../columns.ts";
import type { Definition } from "../rules/definition.ts";
import { type RunEvent, startEvent, type StoredEvent, upcastEvent } from "../rules/run/event.ts";
import type { RunError, RunStatus } from "../rules/run/run-view.ts";
import { DEFINITION_VERSION, readDefinition } from "../rules/run/stored-definition.ts";
import { HeldRows, type LogEnd, type NewEvent, type RunStatusRow } from "./held-rows.ts";
import type { Migration } from "./migrate.ts";
import { DEFINITION, EVENT, RUN, STORED_RUN } from "./run-row.ts";
import { SignalRows } from "./signal-rows.ts";
import { StepRows } from "./step-rows.ts";

/** The migrations of the kernel's tables. An object that runs workflows appends them to its own list. */
export const KERNEL_MIGRATIONS: readonly Migration[] = [
  { id: "kernel/0001_runs", sql: createRuns },
  {
    id: "kernel/0002_workflows",
    sql: createWorkflows,
    fresh: { instead: ["kernel/0001_runs"], sql: createFresh },
  },
];

/** A run's row without its input and output, which may be large. */
export type StoredRun = Readonly<RowOf<typeof STORED_RUN>>;

/** A run to store, with its input as JSON. */
export type NewRun = {
  readonly id: string;
  readonly definitionId: number;
  /** The run's input as JSON. */
  readonly input: string;
  readonly parent: { readonly run: StoredRun; readonly step: string } | null;
  /** The number of steps of a run tree, stored in its topmost run; 0 for a run under that one. */
  readonly size: number;
};

type StatusDetails = Partial<Pick<RunStatusRow, "outcome" | "settledAt">> & {
  readonly error?: RunError | null;
  readonly output?: string | undefined;
};

const HAS_TABLES = "SELECT 1 FROM sqlite_master WHERE name = 'kernel_run' LIMIT 1";
const FIND_DEFINITION = "SELECT id FROM kernel_definition WHERE body = ?";
const ADD_DEFINITION = `INSERT INTO kernel_definition (${DEFINITION.names})
  VALUES (${DEFINITION.marks})`;
const GET_DEFINITION = "SELECT version, body FROM kernel_definition WHERE id = ?";
const PIN = "INSERT INTO kernel_pin (run_id, workflow, definition_id) VALUES (?, ?, ?)";
const FIND_PIN =
  "SELECT definition_id AS definitionId FROM kernel_pin WHERE run_id = ? AND workflow = ?";
const NEW_RUN = RUN.omit("output", "outcome", "errorStep", "errorMessage", "settledAt");
const ADD_RUN = `INSERT INTO kernel_run (${NEW_RUN.names}) VALUES (${NEW_RUN.marks})`;
const FIND_RUN = `SELECT ${STORED_RUN.select()} FROM kernel_run WHERE id = ?`;
const GROW_RUN = `UPDATE kernel_run SET size = size + ?2
  WHERE id = (SELECT root_run FROM kernel_run WHERE id = ?1) RETURNING size`;
const RECOUNT_RUN = `UPDATE kernel_run SET size = ?2 + (
    SELECT count(*) FROM kernel_run r CROSS JOIN kernel_step s ON s.run_id = r.id
    WHERE r.root_run = ?1 AND r.id >= ?1 AND r.id < ?1 || '0')
  WHERE id = ?1`;
const GET_INPUT = "SELECT input AS text FROM kernel_run WHERE id = ?";
const GET_OUTPUT = "SELECT output AS text FROM kernel_run WHERE id = ?";
/** A run and the runs under it. Their ids begin with its own id and a slash; `0` is the character after a slash. */
const LIST_TREE = `SELECT id FROM kernel_run WHERE id = ?1 OR (id > ?1 || '/' AND id < ?1 || '0'
  AND root_run = (SELECT root_run FROM kernel_run WHERE id = ?1)) ORDER BY id`;
const HAS_UNDONE = "SELECT 1 FROM kernel_step WHERE run_id = ? AND step LIKE '%~undo' LIMIT 1";
const READ_EVENT = EVENT.omit("runId", "open");
const LIST_EVENTS = `SELECT ${READ_EVENT.select()} FROM kernel_event
  WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?`;

/** Maximum number of inputs that are kept in memory, and of characters of each. */
const INPUTS_MAX = 32;
const INPUT_CHARACTERS_MAX = 16_384;

/** Reads and writes the kernel's tables. It makes no decisions. `steps` and `signals` have their own classes. */
export class KernelStorage {
  readonly steps: StepRows;
  readonly signals: SignalRows;
  readonly #sql: SqlStorage;
  readonly #held: HeldRows;
  /** Runs that were read in the current transaction; null outside of one. */
  #runs: Map<string, StoredRun | undefined> | null = null;
  /** Inputs never change, and every step asks for its run's. */
  readonly #inputs = new Map<string, string>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#held = new HeldRows(sql);
    this.steps = new StepRows(sql, this.#held);
    this.signals = new SignalRows(sql);
  }

  /** Tests whether the kernel's tables exist. Never cached, since the object's owner may have emptied its storage. */
  hasTables(): boolean {
    return this.#first(HAS_TABLES) !== undefined;
  }

  /** Stores a definition and returns its id. Equal definitions share one row. */
  addDefinition(definition: Definition): number {
    const body = toJson(definition);
    const known = this.#first<{ id: number }>(FIND_DEFINITION, body);
    if (known) return known.id;
    const added = { id: newDefinitionId(), body, version: DEFINITION_VERSION };
    this.#sql.exec(ADD_DEFINITION, ...DEFINITION.bind(added));
    return added.id;
  }

  /** Reads a definition, whichever build of the service stored it. Throws on an unknown id. */
  definition(id: number): Definition {
    const { version, body } = this.#sql
      .exec<{ version: number; body: string }>(GET_DEFINITION, id)
      .one();
    return readDefinition(version, body);
  }

  /** Fixes the definition that the workflow name `workflow` means in a run tree, whatever is saved later. */
  pin(runId: string, workflow: string, definitionId: number): void {
    this.#sql.exec(PIN, runId, workflow, definitionId);
  }

  /** Finds the id of the definition that `pin` recorded for a run tree and a workflow name; null without one. */
  pinned(rootRun: string, workflow: string): number | null {
    return this.#first<{ definitionId: number }>(FIND_PIN, rootRun, workflow)?.definitionId ?? null;
  }

  /** Adds a run with the status `running`. `now` is in milliseconds since the epoch. */
  addRun({ id, definitionId, input, parent, size }: NewRun, now: number): void {
    const { run, step } = parent ?? { run: null, step: null };
    const row = NEW_RUN.bind({
      id,
      definitionId,
      status: "running",
      input,
      parentRun: run?.id ?? null,
      parentStep: step,
      rootRun: run?.rootRun ?? id,
      depth: run ? run.depth + 1 : 0,
      size,
      createdAt: now,
    });
    this.#sql.exec(ADD_RUN, ...row);
  }

  /** Adds `steps`, which may be negative, to the stored number of steps of a run tree. Returns the new number. */
  growRun(id: string, steps: number): number {
    return this.#first<{ size: number }>(GROW_RUN, id, steps)?.size ?? 0;
  }

  /** Sets a run tree's stored number of steps to its number of rows plus `steps` that are about to be added. */
  recountRun(id: string, steps: number): void {
    this.#held.flush();
    this.#sql.exec(RECOUNT_RUN, id, steps);
  }

  /** Reads a run; undefined when there is none with this id. */
  run(id: string): StoredRun | undefined {
    const known = this.#runs?.get(id);
    if (known) return known;
    const stored = this.#first<StoredRun>(FIND_RUN, id);
    const run = stored && { ...stored, ...this.#held.findStatus(id) };
    this.#runs?.set(id, run);
    return run;
  }

  /**
   * Calls `work`, which must run one transaction and call `flush` at its end. Meanwhile, caches the rows of runs that
   * are read, and holds back the rows that are changed. Returns the result of `work`.
   */
  remembering<T>(work: () => T): T {
    if (this.#runs) return work();
    this.#runs = new Map();
    this.#held.begin();
    try {
      return work();
    } finally {
      this.#held.end();
      this.#runs = null;
    }
  }

  /** Writes the rows that are held back. Called at the end of a transaction, and before and after a part of one. */
  flush(): void {
    this.#held.flush();
  }

  /** Empties the caches of rows and inputs of runs. */
  forgetRuns(): void {
    this.#runs?.clear();
    this.#inputs.clear();
  }

  /** Forgets the rows that are held back. Called on rollback. */
  drop(): void {
    this.#held.drop();
  }

  /** Reads a run's input as JSON. */
  input(id: string): string {
    const known = this.#inputs.get(id);
    if (known !== undefined) return known;
    const input = this.#first<{ text: string }>(GET_INPUT, id)?.text ?? "null";
    if (this.#inputs.size >= INPUTS_MAX) this.#inputs.clear();
    if (input.length <= INPUT_CHARACTERS_MAX) this.#inputs.set(id, input);
    return input;
  }

  /** Reads a run's output as JSON; null if none is stored. */
  output(id: string): string | null {
    const stored = () => this.#first<{ text: string | null }>(GET_OUTPUT, id)?.text ?? null;
    return this.#held.findOutput(id) ?? stored();
  }

  /**
   * Changes the status of a run, and its `outcome`, `error` and `settledAt` (milliseconds since the epoch), which
   * become null if they are absent. Stores the output (JSON) if it is given; otherwise the stored output stays.
   */
  setStatus(id: string, status: RunStatus, more: StatusDetails = {}): void {
    const { outcome = null, error = null, settledAt = null, output } = more;
    const [errorStep, errorMessage] = [error?.step ?? null, error?.message ?? null];
    this.#runs?.delete(id);
    this.#held.setStatus(
      id,
      { status, outcome, errorStep, errorMessage, settledAt },
      output ?? null,
    );
  }

  /** Lists the ids of a run and of all its sub-workflows' runs, parents first. */
  runsUnder(id: string): string[] {
    const ids = this.#sql.exec<{ id: string }>(LIST_TREE, id).toArray();
    return ids.map((row) => row.id);
  }

  /** Erases a run and those under it. The run's row goes first: a trigger protects the events of a run that exists. */
  eraseRun(id: string): void {
    for (const member of this.#sql.exec<{ id: string }>(LIST_TREE, id).toArray()) {
      this.#runs?.delete(member.id);
      this.#inputs.delete(member.id);
      this.#held.dropRun(member.id);
      this.#sql.exec("DELETE FROM kernel_run WHERE id = ?", member.id);
      this.#sql.exec("DELETE FROM kernel_step WHERE run_id = ?", member.id);
      this.#sql.exec("DELETE FROM kernel_event WHERE run_id = ?", member.id);
      this.signals.erase(member.id);
    }
    this.#sql.exec("DELETE FROM kernel_pin WHERE run_id = ?", id);
  }

  /** Lists the ids of the runs that a step, its items or its undo started, and of all runs under those. */
  runsStartedBy(runId: string, step: string): string[] {
    const tree = this.#sql.exec<{ id: string }>(LIST_TREE, runId).toArray();
    const begins = `${runId}/${step}`;
    return tree
      .map(({ id }) => id)
      .filter((id) => id.startsWith(begins) && /^($|[[/~])/.test(id.slice(begins.length)));
  }

  /** Tests whether a run has undone any of its work. */
  hasUndone(runId: string): boolean {
    this.#held.flush();
    return this.#first(HAS_UNDONE, runId) !== undefined;
  }

  /** Logs an event, as `HeldRows.addEvent` does. The row of the run stands for the first event, `run.started`. */
  addEvent(runId: string, event: NewEvent, opened: number, start: LogEnd): LogEnd {
    return this.#held.addEvent(runId, event, opened, start);
  }

  /** Returns the end of a run's log; null if it has only its first event. */
  lastEvent(runId: string): LogEnd | null {
    return this.#held.readLogEnd(runId);
  }

  /** Reads at most `limit` events of a run, those with a number greater than `after`, oldest first. */
  events(runId: string, after: number, limit: number): RunEvent[] {
    this.#held.flush();
    const rows = this.#sql.exec<StoredEvent>(LIST_EVENTS, runId, after, limit).toArray();
    const events = rows.map(upcastEvent);
    const run = after < 1 && events[0]?.seq !== 1 ? this.run(runId) : undefined;
    return run ? [startEvent(run.createdAt), ...events].slice(0, limit) : events;
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}

/**
 * Makes a random id, so that an id is never used for another definition: neither after its transaction was rolled back
 * nor after the storage was emptied. Parsed definitions are cached by id.
 */
function newDefinitionId(): number {
  const [high = 0, low = 0] = crypto.getRandomValues(new Uint32Array(2));
  return (high % 2 ** 20) * 2 ** 32 + low;
}
