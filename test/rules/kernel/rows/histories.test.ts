import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { RunExpressions } from "../../../../src/kernel/ledger/run-expressions.ts";
import { RunLedger } from "../../../../src/kernel/ledger/run-ledger.ts";
import { RunStore } from "../../../../src/kernel/ledger/run-store.ts";
import { KERNEL_MIGRATIONS, KernelStorage } from "../../../../src/kernel/rows/kernel-storage.ts";
import { TINY_EXPRESSIONS } from "../../../fakes/tiny-expressions.ts";
import { SqliteStorage } from "../ledger/sqlite-storage.ts";

/**
 * Runs as builds have stored them, with their expected views. Never change a history, since objects keep their storage.
 * A build that stores another shape adds one.
 */
const FOLDER = join(import.meta.dirname, "histories");

type History = {
  /** The last migration of the kernel in the build. */
  readonly migration: string;
  readonly tables: Readonly<
    Record<string, readonly Readonly<Record<string, string | number | null>>[]>
  >;
  readonly expected: Readonly<Record<string, { readonly view: unknown; readonly events: unknown }>>;
};

/** Inserts the rows of a history and migrates them, as objects do. */
function restore({ migration, tables }: History): SqliteStorage {
  const last = KERNEL_MIGRATIONS.findIndex(({ id }) => id === migration);
  const sqlite = new SqliteStorage(KERNEL_MIGRATIONS.slice(0, last + 1));
  for (const [table, rows] of Object.entries(tables)) {
    for (const row of rows) {
      const names = Object.keys(row);
      const places = names.map(() => "?").join(", ");
      sqlite.rows(
        `INSERT INTO ${table} (${names.join(", ")}) VALUES (${places})`,
        ...Object.values(row),
      );
    }
  }
  for (const { sql } of KERNEL_MIGRATIONS.slice(last + 1)) sqlite.db.exec(sql);
  return sqlite;
}

describe("a run of an earlier build", () => {
  const files = readdirSync(FOLDER);

  it.each(files)("%s has its expected view", (file) => {
    const history: History = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
    const storage = new KernelStorage(restore(history).storage.sql);
    const runs = new RunStore(storage, {
      now: () => 0,
      random: () => 0.5,
      strikesMax: 5,
      callbacks: {},
    });
    const expressions = new RunExpressions(storage, TINY_EXPRESSIONS);
    const ledger = new RunLedger(storage, runs, expressions, {
      claimAtOnce: (_run, record) => record,
      leaveToRound: () => false,
    });
    const seen = Object.keys(history.expected).map((runId) => {
      const view = ledger.view(runId);
      const events = storage.events(runId, 0, 1_000);
      return [runId, { view, events }];
    });
    expect(JSON.parse(JSON.stringify(Object.fromEntries(seen)))).toEqual(history.expected);
  });

  it("exists for every version that is still read", () => {
    const text = files.map((file) => readFileSync(join(FOLDER, file), "utf8")).join("");
    expect(text).toContain("kernel/0001_runs");
    expect(text).toContain("kernel/0002_workflows");
  });
});
