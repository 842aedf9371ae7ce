import type { DeadLetter } from "../../ingest/dead-letter.ts";

const KEEP = `
  INSERT INTO dead_letter (id, queue, project_id, body, sent_at, created_at)
  SELECT value ->> 'id', value ->> 'queue', value ->> 'projectId', value ->> 'body', value ->> 'sentAt', ?2
  FROM json_each(?1) WHERE true
  ON CONFLICT (id) DO NOTHING`;

/** A message may have 128 KB; a bound value 2 MB. */
const LETTERS_MAX = 8;

/** Keeps dead letters in CATALOG, each once. */
export async function keepDeadLetters(
  db: D1Database,
  letters: readonly DeadLetter[],
  now: number,
): Promise<void> {
  const statements: D1PreparedStatement[] = [];
  for (let start = 0; start < letters.length; start += LETTERS_MAX) {
    const some = JSON.stringify(letters.slice(start, start + LETTERS_MAX));
    statements.push(db.prepare(KEEP).bind(some, now));
  }
  if (statements.length > 0) await db.batch(statements);
}
