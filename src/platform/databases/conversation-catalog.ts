import {
  columns,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toJson,
} from "../../columns.ts";
import type { ConversationListQuery, ListedConversation } from "../../conversation/listed.ts";
import { type ConversationId, firstKey, type ProjectId } from "../../ids.ts";
import type { Page } from "../../page.ts";
import { listPage } from "./list-page.ts";
import { containsText, isAtLeast, isBelow } from "./row-filter.ts";

/** The columns of the table of listed conversations. The conversations' objects write its rows. */
export const LISTED_CONVERSATION = columns(
  "listed_conversation",
  {
    projectId: text<ProjectId>(),
    id: text<ConversationId>(),
    title: nullable(text()),
    metadata: json<ListedConversation["metadata"]>(),
    createdAt: integer(),
    activeAt: integer(),
    version: integer(),
  },
  ["removed_at"],
);
const SHOWN = LISTED_CONVERSATION.omit("projectId", "version");

const PUT = `INSERT INTO listed_conversation (${LISTED_CONVERSATION.names}) SELECT ${LISTED_CONVERSATION.marks}
  WHERE EXISTS (SELECT 1 FROM project WHERE id = ${LISTED_CONVERSATION.mark("projectId")})
  ON CONFLICT (project_id, id) DO UPDATE SET title = excluded.title, metadata = excluded.metadata,
    active_at = max(active_at, excluded.active_at), version = excluded.version
  WHERE listed_conversation.version <= excluded.version AND removed_at IS NULL`;
const REMOVE = `UPDATE listed_conversation SET title = NULL, metadata = '{}', removed_at = ?3
  WHERE project_id = ?1 AND id = ?2 AND removed_at IS NULL`;
const FORGET_REMOVED =
  "DELETE FROM listed_conversation WHERE removed_at IS NOT NULL AND removed_at <= ?1";
/**
 * Prepares the statement that writes a conversation's row, unless a newer one is stored or the project does not exist.
 * `version` orders the writes of one conversation.
 */
export function putConversation(
  catalog: D1Database,
  projectId: ProjectId,
  conversation: ListedConversation,
  version: number,
): D1PreparedStatement {
  const row = { ...conversation, projectId, metadata: toJson(conversation.metadata), version };
  return catalog.prepare(PUT).bind(...LISTED_CONVERSATION.bind(row));
}

/**
 * Prepares the statement that removes a conversation from the list and erases its texts. `now` is in milliseconds since
 * the epoch. The row itself stays until `forgetConversations` deletes it, to reject late writes.
 */
export const removeConversation = (
  catalog: D1Database,
  projectId: ProjectId,
  id: ConversationId,
  now: number,
): D1PreparedStatement => catalog.prepare(REMOVE).bind(projectId, id, now);

/** Reads a page of a project's conversations, ordered by id, which is their order of creation. */
export async function listConversations(
  catalog: D1Database,
  projectId: ProjectId,
  query: ConversationListQuery,
): Promise<Page<ListedConversation>> {
  const { title, createdAfter, createdBefore } = query;
  const shown = {
    table: "listed_conversation",
    columns: SHOWN.select(),
    where: "removed_at IS NULL",
    filters: [
      ...containsText("title", title),
      ...isAtLeast("created_at", createdAfter),
      ...isBelow("created_at", createdBefore),
    ],
    ids: {
      low: createdAfter === undefined ? null : idAt(createdAfter - EARLY_SECONDS),
      high: createdBefore === undefined ? null : idAt(createdBefore + LATE_SECONDS),
    },
  } as const;
  const page = await listPage<RowOf<typeof SHOWN>>(catalog, projectId, shown, query);
  const rows = page.rows.map((row) => ({ ...row, metadata: parseJson(row.metadata) }));
  return { ...page, rows };
}

/** The time in an id is at most this much earlier than the creation: a request's key gives it that of the day. */
const EARLY_SECONDS = 2 * 86_400;
/** It is at most this much later: the id is made after the time was read. */
const LATE_SECONDS = 60;
/** Returns the lowest possible id of a conversation that was created at `at`, in Unix seconds. */
const idAt = (at: number): string => `conv_${firstKey(Math.max(at, 0) * 1_000)}`;

/**
 * Prepares the statement that deletes the rows of conversations that were removed by the time `removedBefore`, in
 * milliseconds since the epoch.
 */
export const forgetConversations = (
  catalog: D1Database,
  removedBefore: number,
): D1PreparedStatement => catalog.prepare(FORGET_REMOVED).bind(removedBefore);
