import { withBound, columns, integer, json, nullable, text } from "../../columns.ts";
import type { DeadLetter } from "../../ingest/dead-letter.ts";

/** Maximum bytes of a message as JSON. A queue takes 128 KB of it in its own encoding. */
const MESSAGE_BYTES_MAX = 262_144;

/** The columns of the table of dead letters: queue messages that failed in all of their deliveries. */
export const DEAD_LETTER = columns("dead_letter", {
  id: text(),
  queue: text(),
  projectId: nullable(text()),
  body: withBound(json<unknown>(), MESSAGE_BYTES_MAX),
  sentAt: integer(),
  createdAt: integer(),
});
const LETTER = DEAD_LETTER.omit("createdAt");

const KEEP = `
  INSERT INTO dead_letter (${LETTER.names}, created_at)
  SELECT ${LETTER.elements}, ?2 FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO NOTHING`;

/** Maximum messages per statement: a message may have 128 KB, a bound value 2 MB. */
const LETTERS_MAX = 8;

/**
 * Stores dead letters in the catalog. A letter that is stored already is not stored twice. `now` is in Unix seconds.
 */
export async function keepDeadLetters(
  db: D1Database,
  letters: readonly DeadLetter[],
  now: number,
): Promise<void> {
  const statements: D1PreparedStatement[] = [];
  for (let start = 0; start < letters.length; start += LETTERS_MAX) {
    const some = letters.slice(start, start + LETTERS_MAX).map((letter) => LETTER.bind(letter));
    statements.push(db.prepare(KEEP).bind(JSON.stringify(some), now));
  }
  if (statements.length > 0) await db.batch(statements);
}
