import {
  columns,
  integer,
  json,
  LONG_TEXT_BYTES_MAX,
  nullable,
  type RowOf,
  text,
  withBound,
} from "../../columns.ts";
import type { ProjectId } from "../../ids.ts";
import type { RunStatus } from "../../kernel/rules/run/run-view.ts";
import type { CorpusShardNumber } from "../../knowledge/shard-numbers.ts";
import type { RunFrame } from "../../workflow/runs/show-run.ts";
import { classifyFailure } from "../failure.ts";
import { CorpusRoom } from "./corpus-room.ts";
import { corpusNumbers, corpusShard } from "./corpus-shards.ts";

/** The columns of the table of archived runs in a corpus database. */
export const ARCHIVED_RUN = columns("archived_run", {
  id: text<RunFrame["id"]>(),
  projectId: text<ProjectId>(),
  workflow: text(),
  workflowVersion: integer(),
  status: text<RunStatus>(),
  errorStep: nullable(text()),
  errorMessage: nullable(withBound(text(), LONG_TEXT_BYTES_MAX)),
  metadata: json<RunFrame["metadata"]>(),
  createdAt: integer(),
  settledAt: nullable(integer()),
  updatedAt: integer(),
  version: integer(),
});
/** A run that has ended, as the archive stores it. */
export type ArchivedRun = RowOf<typeof ARCHIVED_RUN>;

const STORE = `INSERT INTO archived_run (${ARCHIVED_RUN.names})
  SELECT ${ARCHIVED_RUN.elements} FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO UPDATE SET ${ARCHIVED_RUN.omit("id").excluded}
  WHERE excluded.version > archived_run.version`;
const REMOVE = "DELETE FROM archived_run WHERE id = ?1";

/** The list entries of ended runs that were moved from the catalog to the corpus databases, because it was large. */
export class RunArchive {
  readonly #env: Env;
  readonly #room: CorpusRoom;

  constructor(env: Env) {
    this.#env = env;
    this.#room = new CorpusRoom(env.CATALOG);
  }

  /**
   * Stores runs in the corpus database with the most room. A run of which a newer state is stored there stays. Returns
   * false if no database has room.
   */
  async store(runs: readonly ArchivedRun[]): Promise<boolean> {
    const number = await this.#room.choose(corpusNumbers(this.#env));
    if (number === null) return false;
    // First, so that lists and deletions know of every archived run.
    await this.#room.markRuns(number);
    const rows = JSON.stringify(runs.map((run) => ARCHIVED_RUN.bind(run)));
    try {
      await this.open(number).prepare(STORE).bind(rows).run();
      return true;
    } catch (error) {
      if (classifyFailure(error) !== "full") throw error;
      await this.#room.close(number);
      return false;
    }
  }

  /** Removes a run that is deleted, or that is in the catalog again. */
  async remove(id: string): Promise<void> {
    const numbers = await this.#room.listWithRuns();
    await Promise.all(numbers.map((number) => this.open(number).prepare(REMOVE).bind(id).run()));
  }

  /** Returns the corpus database with the number `number`. */
  open(number: CorpusShardNumber): D1Database {
    return corpusShard(this.#env, number);
  }
}
