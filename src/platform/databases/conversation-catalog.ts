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
import type { ListedConversation } from "../../conversation/listed.ts";
import type { ConversationId, ProjectId } from "../../ids.ts";
import type { Page } from "../../page.ts";
import { type CatalogListQuery, listPage } from "./list-page.ts";

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
  query: CatalogListQuery,
): Promise<Page<ListedConversation>> {
  const shown = { table: "listed_conversation", columns: SHOWN.select() } as const;
  const { rows, hasMore } = await listPage<RowOf<typeof SHOWN>>(
    catalog,
    projectId,
    { ...shown, where: "removed_at IS NULL" },
    query,
  );
  return { rows: rows.map((row) => ({ ...row, metadata: parseJson(row.metadata) })), hasMore };
}

/**
 * Prepares the statement that deletes the rows of conversations that were removed by the time `removedBefore`, in
 * milliseconds since the epoch.
 */
export const forgetConversations = (
  catalog: D1Database,
  removedBefore: number,
): D1PreparedStatement => catalog.prepare(FORGET_REMOVED).bind(removedBefore);
