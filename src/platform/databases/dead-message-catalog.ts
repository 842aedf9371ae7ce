import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  withBound,
} from "../../columns.ts";
import { cutPage, type Page } from "../../page.ts";
import { type Refusal, unknownCursor } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";
import {
  type DeadMessage,
  type KeptMessage,
  MESSAGE_KEPT_SECONDS,
} from "../../workflow/dead-letters/dead-message.ts";

/** Maximum bytes of a message as JSON. A queue takes 128 KB of it in its own encoding. */
const MESSAGE_BYTES_MAX = 262_144;

/** The columns of the table of queue messages that no consumer could read. */
export const DEAD_MESSAGE = columns("dead_letter", {
  id: text(),
  queue: text(),
  projectId: nullable(text()),
  body: withBound(json<unknown>(), MESSAGE_BYTES_MAX),
  sentAt: integer(),
  createdAt: integer(),
});
const MESSAGE = DEAD_MESSAGE.omit("createdAt");

const KEEP = `
  INSERT INTO dead_letter (${MESSAGE.names}, created_at)
  SELECT ${MESSAGE.elements}, ?2 FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO NOTHING`;

const IS_KEPT = "SELECT 1 FROM dead_letter WHERE id = ?1";
/** The list begins at its newest message with the position "". */
const LIST = `SELECT ${DEAD_MESSAGE.select()} FROM dead_letter
  WHERE (created_at, id) < (SELECT created_at, id FROM dead_letter WHERE id = ?1
    UNION ALL SELECT 9e15, '' LIMIT 1)
  ORDER BY created_at DESC, id DESC LIMIT ?2`;
const FORGET_OLD = "DELETE FROM dead_letter WHERE created_at <= ?1";

/** Maximum messages per statement: a message may have 128 KB, a bound value 2 MB. */
const MESSAGES_MAX = 8;

/** Stores dead messages in the catalog. A letter that is already stored is skipped. `now` is in Unix seconds. */
export async function keepDeadMessages(
  db: D1Database,
  messages: readonly DeadMessage[],
  now: number,
): Promise<void> {
  const statements: D1PreparedStatement[] = [];
  for (let start = 0; start < messages.length; start += MESSAGES_MAX) {
    const some = messages
      .slice(start, start + MESSAGES_MAX)
      .map((message) => MESSAGE.bind(message));
    statements.push(db.prepare(KEEP).bind(JSON.stringify(some), now));
  }
  if (statements.length > 0) await db.batch(statements);
}

/** Reads a page of the stored messages, the newest first, those after the message `after`, which must be stored. */
export async function listDeadMessages(
  db: D1Database,
  limit: number,
  after: string | undefined,
): Promise<Result<Page<KeptMessage>, Refusal>> {
  if (after !== undefined && (await db.prepare(IS_KEPT).bind(after).first()) === null) {
    return err(unknownCursor("after", after, "message"));
  }
  const found = db.prepare(LIST).bind(after ?? "", limit + 1);
  const { results } = await found.all<RowOf<typeof DEAD_MESSAGE>>();
  const rows = results.map((row) => ({ ...row, body: parseJson(row.body) }));
  return ok(cutPage(rows, { limit, order: "desc", after }));
}

/** Deletes messages whose time is over. `now` is in Unix seconds. */
export async function forgetDeadMessages(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(FORGET_OLD)
    .bind(now - MESSAGE_KEPT_SECONDS)
    .run();
}
