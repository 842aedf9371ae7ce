import type { ProjectId } from "../../ids.ts";
import { type Refusal, unknownCursor } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";

/** The place of a row in a list that is ordered by creation. `createdAt` is in the unit of its table. */
export type ListPlace = { readonly id: string; readonly createdAt: number };

/** The places of a page's cursors; null for a cursor that is not given. */
export type CursorPlaces = { readonly after: ListPlace | null; readonly before: ListPlace | null };

/** The ids by which a request names the page's place in the list. */
type Cursors = { readonly after?: string | undefined; readonly before?: string | undefined };

/**
 * Finds the places of a page's cursors in a list that is ordered by creation and whose ids do not sort by time. A
 * removed entry can still be a cursor while its row exists. Refuses a cursor that the project has no row for; `kind`
 * names the entries of the list in the message.
 */
export async function findPlaces(
  catalog: D1Database,
  projectId: ProjectId,
  { table, kind }: { readonly table: "listed_response"; readonly kind: string },
  cursors: Cursors,
): Promise<Result<CursorPlaces, Refusal>> {
  const ids = [cursors.after, cursors.before].filter((id) => id !== undefined);
  if (ids.length === 0) return ok({ after: null, before: null });
  const find = `SELECT id, created_at AS createdAt FROM ${table}
    WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))`;
  const { results } = await catalog
    .prepare(find)
    .bind(projectId, JSON.stringify(ids))
    .all<ListPlace>();
  return readPlaces(results, cursors, kind);
}

/** Takes the places of the cursors from those that were found. Refuses a cursor without one. */
export function readPlaces(
  found: readonly ListPlace[],
  { after, before }: Cursors,
  kind: string,
): Result<CursorPlaces, Refusal> {
  const placeOf = (id: string | undefined) => found.find((place) => place.id === id) ?? null;
  const places = { after: placeOf(after), before: placeOf(before) };
  if (after !== undefined && !places.after) return err(unknownCursor("after", after, kind));
  if (before !== undefined && !places.before) return err(unknownCursor("before", before, kind));
  return ok(places);
}
