import { createHash, createHmac } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";

/** The ids that wrangler.toml gave the databases until 30 November 2026, by their bindings. */
const EARLIER_IDS: Readonly<Record<string, string>> = {
  CATALOG: "00000000-0000-4000-8000-00000000ca7a",
  CORPUS_0: "00000000-0000-4000-8000-00000000c000",
  CORPUS_1: "00000000-0000-4000-8000-00000000c001",
  DATA: "00000000-0000-4000-8000-0000000da7a0",
};
/** The namespace of local databases, and the folder of their files. */
const NAMESPACE = "miniflare-D1DatabaseObject";
/** SQLite's files beside the database come first, so that an interrupted move is finished by the next start. */
const SUFFIXES = ["-wal", "-shm", ""];

/**
 * Renames the files of local databases that had an id: a database without one is found by its binding's name. No
 * service may run on the folder. A database that already has a file under its new name is left alone. Returns the
 * bindings of the renamed databases.
 */
export function nameDatabases(folder: string): string[] {
  const databases = join(folder, "v3", "d1", NAMESPACE);
  return Object.entries(EARLIER_IDS).flatMap(([binding, id]) => {
    const from = join(databases, `${objectId(id)}.sqlite`);
    const to = join(databases, `${objectId(binding)}.sqlite`);
    if (!existsSync(from) || existsSync(to)) return [];
    for (const suffix of SUFFIXES) {
      if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
    }
    return [binding];
  });
}

/** Computes the id that the local runtime gives the object of a name: it names the object's file. */
function objectId(name: string): string {
  const key = createHash("sha256").update(NAMESPACE).digest();
  const sign = (data: string | Buffer) =>
    createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const named = sign(name);
  return Buffer.concat([named, sign(named)]).toString("hex");
}
