import type { ResponseId } from "../../../src/ids.ts";

const LIST_BUSY = `SELECT id FROM response
  WHERE conversation_id IS NOT NULL AND status IN ('queued', 'in_progress')`;

/** Lists the responses of the conversation that are queued or in progress, also those that wait for their turn. */
export const listBusy = (sql: SqlStorage): ResponseId[] =>
  sql
    .exec<{ id: ResponseId }>(LIST_BUSY)
    .toArray()
    .map(({ id }) => id);
