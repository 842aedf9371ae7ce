import { columns, integer, nullable, type RowOf, text } from "../../columns.ts";
import type { ListedResponse, ResponseListQuery } from "../../conversation/listed.ts";
import type { ResponseStatus } from "../../conversation/response-object.ts";
import type { ServiceTier } from "../../conversation/service-tier.ts";
import type { ConversationId, ProjectId, ResponseId } from "../../ids.ts";
import { cutPage, type Page, planPage } from "../../page.ts";
import type { Refusal } from "../../refusal.ts";
import { ok, type Result } from "../../result.ts";
import { findPlaces } from "./find-places.ts";

/** The columns of the table of listed background responses. The conversation objects write its rows. */
export const LISTED_RESPONSE = columns(
  "listed_response",
  {
    id: text<ResponseId>(),
    projectId: text<ProjectId>(),
    conversationId: nullable(text<ConversationId>()),
    status: text<ResponseStatus>(),
    model: text(),
    workflow: nullable(text()),
    serviceTier: text<ServiceTier>(),
    title: nullable(text()),
    error: nullable(text()),
    createdAt: integer(),
    endedAt: nullable(integer()),
    version: integer(),
  },
  ["removed_at"],
);
const LISTED = { table: "listed_response", kind: "response in the background" } as const;
const SHOWN = LISTED_RESPONSE.omit("projectId", "version");
const CHANGING = LISTED_RESPONSE.pick("status", "title", "error", "endedAt", "version");

const PUT = `INSERT INTO listed_response (${LISTED_RESPONSE.names}) SELECT ${LISTED_RESPONSE.marks}
  WHERE EXISTS (SELECT 1 FROM project WHERE id = ${LISTED_RESPONSE.mark("projectId")})
  ON CONFLICT (id) DO UPDATE SET ${CHANGING.excluded}
  WHERE listed_response.version <= excluded.version AND removed_at IS NULL`;
const WITHOUT_TEXT = "removed_at = ?1, title = NULL, error = NULL";
const REMOVE = `UPDATE listed_response SET ${WITHOUT_TEXT} WHERE id = ?2 AND removed_at IS NULL`;
/** Responses of one object have ids with the same prefix, and `~` sorts after all characters of ids. */
const REMOVE_ALL = `UPDATE listed_response SET ${WITHOUT_TEXT}
  WHERE id > ?2 AND id < ?2 || '~' AND removed_at IS NULL`;
const FORGET_REMOVED =
  "DELETE FROM listed_response WHERE removed_at IS NOT NULL AND removed_at <= ?1";
/** An upper bound of creation times: the end of the year 2999, in Unix seconds. */
const AFTER_ALL = 32_503_680_000;
const listIn = (
  direction: "ASC" | "DESC",
  filter: string,
) => `SELECT ${SHOWN.select()} FROM listed_response
  WHERE project_id = ?1 AND removed_at IS NULL ${filter}
    AND (created_at, id) > (coalesce(?2, -1), coalesce(?3, ''))
    AND (created_at, id) < (coalesce(?4, ${AFTER_ALL}), coalesce(?5, ''))
  ORDER BY created_at ${direction}, id ${direction} LIMIT ?6`;
const LIST_UP = listIn("ASC", "");
const LIST_DOWN = listIn("DESC", "");
const LIST_STATUS_UP = listIn("ASC", "AND status = ?7");
const LIST_STATUS_DOWN = listIn("DESC", "AND status = ?7");

/**
 * Prepares the statement that writes a background response's row, unless a newer one is stored or the project does not
 * exist. `version` orders the writes of one response.
 */
export const putResponse = (
  catalog: D1Database,
  projectId: ProjectId,
  response: ListedResponse,
  version: number,
): D1PreparedStatement =>
  catalog.prepare(PUT).bind(...LISTED_RESPONSE.bind({ ...response, projectId, version }));

/**
 * Prepares the statement that removes a response from the list and erases its texts. `now` is in milliseconds since the
 * epoch. The row itself stays until `forgetResponses` deletes it, to reject late writes.
 */
export const removeResponse = (
  catalog: D1Database,
  id: ResponseId,
  now: number,
): D1PreparedStatement => catalog.prepare(REMOVE).bind(now, id);

/**
 * Prepares the statement that removes all responses of the conversation object `conversationKey`, as `removeResponse`
 * removes one.
 */
export const removeResponses = (
  catalog: D1Database,
  conversationKey: string,
  now: number,
): D1PreparedStatement => catalog.prepare(REMOVE_ALL).bind(now, `resp_${conversationKey}`);

/**
 * Reads a page of a project's background responses, ordered by creation. Refuses an unknown cursor, as `findPlaces`
 * does.
 */
export async function listResponses(
  catalog: D1Database,
  projectId: ProjectId,
  query: ResponseListQuery,
): Promise<Result<Page<ListedResponse>, Refusal>> {
  const cursors = await findPlaces(catalog, projectId, LISTED, query);
  if (!cursors.ok) return cursors;
  const { limit, order, status } = query;
  const { low, high, direction } = planPage({ limit, order, ...cursors.value });
  const bounds = [low, high].flatMap((place) => [place?.createdAt ?? null, place?.id ?? null]);
  const [up, down] = status ? [LIST_STATUS_UP, LIST_STATUS_DOWN] : [LIST_UP, LIST_DOWN];
  const { results } = await catalog
    .prepare(direction === "ASC" ? up : down)
    .bind(projectId, ...bounds, limit + 1, ...(status ? [status] : []))
    .all<RowOf<typeof SHOWN>>();
  return ok(cutPage(results, query));
}

/**
 * Prepares the statement that deletes the rows of responses that were removed by the time `removedBefore`, in
 * milliseconds since the epoch.
 */
export const forgetResponses = (catalog: D1Database, removedBefore: number): D1PreparedStatement =>
  catalog.prepare(FORGET_REMOVED).bind(removedBefore);
