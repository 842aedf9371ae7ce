import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { freePort } from "../../../scripts/local/port.ts";
import { type Service, startService } from "../../../scripts/local/service.ts";
import { forgetMigrations } from "../../fakes/forget-migrations.ts";

/** A part of a state folder: the D1 databases, the R2 buckets, or the Durable Objects. */
export type StatePart = "d1" | "r2" | "do";

/** Makes a new folder for a state, in the folder for temporary files. */
export const newFolder = () => mkdtempSync(join(tmpdir(), "edgewise-state-"));

/** Copies a state folder. The service on it must be stopped or idle; its lock and SQLite's shared memory are left out. */
export function copyState(from: string): string {
  const to = newFolder();
  cpSync(from, to, { recursive: true, filter: (path) => !/-shm$|service\.lock$/.test(path) });
  return to;
}

/** Puts a part of the state folder `from` into the place of that part of `into`, as a restore does. */
export function restorePart(part: StatePart, from: string, into: string): void {
  const place = join(into, "v3", part);
  rmSync(place, { recursive: true });
  cpSync(join(from, "v3", part), place, {
    recursive: true,
    filter: (path) => !path.endsWith("-shm"),
  });
}

/**
 * Takes a migration back in a state folder, so that it is as a build without it left it: `undo` is run on each database
 * that has a record of the migration. Returns their number. The newest migration has to be taken back first.
 */
export function takeBack(folder: string, migration: string, undo: string): number {
  const paths = globSync(join(folder, "v3", "{d1,do}", "*", "*.sqlite"));
  let count = 0;
  for (const path of paths.filter((one) => basename(one) !== "metadata.sqlite")) {
    const database = new DatabaseSync(path);
    for (const { table, find, forget } of RECORDS) {
      const known = database.prepare("SELECT 1 FROM sqlite_master WHERE name = ?").get(table);
      if (!known || !database.prepare(find).get(migration)) continue;
      database.exec(forget(migration));
      database.exec(undo);
      count++;
    }
    database.close();
  }
  return count;
}

/** The records of migrations in the databases of objects, and in those of D1. */
const RECORDS = [
  {
    table: "_migrations",
    find: "SELECT 1 FROM _migrations WHERE instr(' ' || id || ' ', ' ' || ? || ' ')",
    forget: forgetMigrations,
  },
  {
    table: "d1_migrations",
    find: "SELECT 1 FROM d1_migrations WHERE name = ?",
    forget: (name: string) => `DELETE FROM d1_migrations WHERE name = '${name}'`,
  },
] as const;

/** Starts a service on a state folder, whose models are those of the server at `llm`. */
export async function serve(folder: string, llm: string): Promise<Service> {
  const vars = { LLM_BASE_URL: llm, LLM_MODEL: "scripted", EMBEDDING_MODEL: "hash-1" };
  return await startService({ folder, port: await freePort(), output: "file", vars });
}
