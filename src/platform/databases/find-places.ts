import type { ProjectId } from "../../ids.ts";
import { type Refusal, unknownCursor } from "../../refusal.ts";
import { err, ok, type Result } from "../../result.ts";

/** The place of a row in a list that is ordered by creation. `createdAt` is in the unit of its table. */
type ListPlace = { readonly id: string; readonly createdAt: number };

/** The places of a page's cursors; null for a cursor that is not given. */
type CursorPlaces = { readonly after: ListPlace | null; readonly before: ListPlace | null };

/**
 * Finds the places of a page's cursors in a list that is ordered by creation and whose ids do not sort by time. A
 * removed entry can still be a cursor while its row exists. Refuses a cursor that the project has no row for; `kind`
 * names the entries of the list in the message.
 */
export async function findPlaces(
  catalog: D1Database,
  projectId: ProjectId,
  { table, kind }: { readonly table: "listed_response" | "run"; readonly kind: string },
  { after, before }: { readonly after?: string | undefined; readonly before?: string | undefined },
): Promise<Result<CursorPlaces, Refusal>> {
  const ids = [after, before].filter((id) => id !== undefined);
  if (ids.length === 0) return ok({ after: null, before: null });
  const find = `SELECT id, created_at AS createdAt FROM ${table}
    WHERE project_id = ?1 AND id IN (SELECT value FROM json_each(?2))`;
  const { results } = await catalog
    .prepare(find)
    .bind(projectId, JSON.stringify(ids))
    .all<ListPlace>();
  const placeOf = (id: string | undefined) => results.find((place) => place.id === id) ?? null;
  const places = { after: placeOf(after), before: placeOf(before) };
  if (after !== undefined && !places.after) return err(unknownCursor("after", after, kind));
  if (before !== undefined && !places.before) return err(unknownCursor("before", before, kind));
  return ok(places);
}
