import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Interval between alarms that are overdue when a service starts. workerd fires all of them at once, each in an object
 * that it must open first: 400 of them kept the port closed for a minute.
 */
const SPREAD_MS = 100;
/** These fire at once, so that a few overdue alarms wait for nothing. */
const AT_ONCE_MAX = 5;

const NANOSECONDS = 1_000_000n;
/** People wait for conversations. */
const FIRST = "ConversationObject";

/** An alarm of a Durable Object, as workerd stores it. */
type Alarm = { readonly file: string; readonly actorId: string; readonly at: bigint };

const LIST = "SELECT actor_id, scheduled_time FROM _cf_ALARM WHERE scheduled_time <= ?";
const MOVE = "UPDATE _cf_ALARM SET scheduled_time = ? WHERE actor_id = ?";
const FIND_TABLE = "SELECT 1 FROM sqlite_master WHERE name = '_cf_ALARM'";

/**
 * Moves the overdue alarms of the local Durable Objects in `folder` to different times after `now` (milliseconds since
 * the epoch), oldest first, so that they do not all fire at once when a service starts on the folder. No alarm is lost
 * and none becomes earlier. No service may run on the folder. Returns the number of moved alarms.
 */
export function spreadAlarms(folder: string, now: number): number {
  const databases = openDatabases(folder);
  try {
    const alarms = [...databases].flatMap(([file, database]) => listAlarms(file, database, now));
    const ordered = alarms.toSorted(compareAlarms);
    const moves = ordered.flatMap((alarm, place) => {
      const wait = Math.max(0, place - AT_ONCE_MAX + 1) * SPREAD_MS;
      const at = BigInt(now + wait) * NANOSECONDS;
      return wait > 0 && at > alarm.at ? [{ ...alarm, at }] : [];
    });
    for (const [file, database] of databases) {
      moveAlarms(
        database,
        moves.filter((move) => move.file === file),
      );
    }
    return moves.length;
  } finally {
    for (const database of databases.values()) database.close();
  }
}

function openDatabases(folder: string): ReadonlyMap<string, DatabaseSync> {
  const files = globSync(join(folder, "v3", "do", "*", "metadata.sqlite"));
  const databases = new Map(files.map((file) => [file, new DatabaseSync(file)]));
  for (const [file, database] of databases) {
    if (database.prepare(FIND_TABLE).get()) continue;
    database.close();
    databases.delete(file);
  }
  return databases;
}

/** Lists the alarms that fall into the time over which overdue ones are spread; a minute more does no harm. */
function listAlarms(file: string, database: DatabaseSync, now: number): Alarm[] {
  const list = database.prepare(LIST);
  list.setReadBigInts(true);
  return list.all(BigInt(now + 60_000) * NANOSECONDS).flatMap((row) => {
    const { actor_id: actorId, scheduled_time: at } = row;
    return typeof actorId === "string" && typeof at === "bigint" ? [{ file, actorId, at }] : [];
  });
}

function compareAlarms(left: Alarm, right: Alarm): number {
  const rank = ({ file }: Alarm) => (basename(dirname(file)).includes(FIRST) ? 0 : 1);
  return rank(left) - rank(right) || (left.at < right.at ? -1 : Number(left.at > right.at));
}

function moveAlarms(database: DatabaseSync, moves: readonly Alarm[]): void {
  const move = database.prepare(MOVE);
  database.exec("BEGIN");
  for (const { actorId, at } of moves) move.run(at, actorId);
  database.exec("COMMIT");
}
