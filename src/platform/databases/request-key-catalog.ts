import { columns, type RowOf, text } from "../../columns.ts";
import { firstKey, type ProjectId } from "../../ids.ts";
import type { RequestKey } from "../../request-key.ts";

/** The columns of the table of idempotency keys with which resources of the catalog were created. */
export const REQUEST_KEY = columns("request_key", {
  key: text(),
  projectId: text<ProjectId>(),
  content: text(),
  made: text(),
});
const MADE = REQUEST_KEY.omit("key", "projectId");

/** The record of an idempotency key: the id that it has created, and the digest of the content of its request. */
export type MadeWithKey = Readonly<RowOf<typeof MADE>>;

const FIND = `SELECT ${MADE.select()} FROM request_key WHERE key IN (?1, ?2) ORDER BY key LIMIT 1`;
const FORGET = "DELETE FROM request_key WHERE key < ?1";

/** Days for which a key is kept: the day of its first request, and the day after it. */
const KEPT_MS = 2 * 24 * 60 * 60_000;

/** Lists the keys of a request that may have a row, as JSON for a statement: today's and yesterday's; none without one. */
export const listKeys = (key: RequestKey | null): string =>
  JSON.stringify(key ? [key.today.part, key.yesterday.part] : []);

/** Makes the row of a key with which `made` is created, as the values of `REQUEST_KEY`. */
export const toKeyRow = ({ today, content }: RequestKey, projectId: ProjectId, made: string) =>
  REQUEST_KEY.bind({ key: today.part, projectId, content, made });

/** Finds what was created with a key, also if it was deleted since; null if nothing was. */
export async function findMade(db: D1Database, key: RequestKey): Promise<MadeWithKey | null> {
  const found = db.prepare(FIND).bind(key.today.part, key.yesterday.part);
  return await found.first<MadeWithKey>();
}

/** Erases the keys that have ended at `now`, in milliseconds since the epoch. */
export async function forgetRequestKeys(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(FORGET)
    .bind(firstKey(now - KEPT_MS))
    .run();
}
