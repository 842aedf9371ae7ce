import { existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** Linux's file system in memory. */
const MEMORY = "/dev/shm";
/** Several times what a run of all tests holds at once. */
const ROOM_BYTES = 4 * 1024 ** 3;
const PREFIX = "edgewise-tests-";

/**
 * Lets a test run keep its temporary files, among them the storage of every workerd, in memory where there is room for
 * them, until the process ends. Tests kill processes, never the machine, so a synced file and one in memory survive the
 * same; but SQLite syncs at each commit, and a disk makes the whole suite wait. A TMPDIR of the user's own is kept.
 */
export function keepTemporaryFilesInMemory(): void {
  if (process.env["TMPDIR"] || !hasRoom()) return;
  removeLeftFolders();
  const folder = join(MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(folder, { recursive: true });
  process.env["TMPDIR"] = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}

function hasRoom(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= ROOM_BYTES;
}

/** Removes the folders of runs that were killed. */
function removeLeftFolders(): void {
  for (const name of readdirSync(MEMORY)) {
    if (!name.startsWith(PREFIX) || isRunning(Number(name.slice(PREFIX.length)))) continue;
    rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
