import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

import service from "../../../src/index.ts";

/** Does what the cron trigger does by the minute. */
export const sweep = async () => await service.scheduled(createScheduledController(), env);

/** A row of the index of open work. Times are in milliseconds since the epoch. */
export type Row = { readonly kind: string; readonly seenAt: number; readonly pokeAt: number };

/** Reads the row of work in the index; null without one. */
export const readRow = async (id: string) =>
  await env.CATALOG.prepare(
    "SELECT kind, seen_at AS seenAt, poke_at AS pokeAt FROM open_work WHERE id = ?",
  )
    .bind(id)
    .first<Row>();

/** Lets the turn of all work come, as time would. */
export const becomeDue = async () =>
  await env.CATALOG.prepare("UPDATE open_work SET poke_at = 1").run();

/** Adds a row to the index, whose turn has come. */
export const addRow = async (kind: "response" | "store", id: string, projectId: string) =>
  await env.CATALOG.prepare(
    `INSERT OR REPLACE INTO open_work (id, kind, project_id, region, seen_at, poke_at)
     VALUES (?, ?, ?, 'auto', 1, 1)`,
  )
    .bind(id, kind, projectId)
    .run();

/** Takes an object's alarm away, and ends the leases of its steps. */
export const loseAlarm = async (stub: DurableObjectStub) =>
  await runInDurableObject(stub, async (_object, { storage }) => {
    storage.sql.exec("UPDATE kernel_step SET due = 1 WHERE phase = 'claimed'");
    await storage.deleteAlarm();
  });

/** Reads the time of an object's alarm; null without one. */
export const readAlarm = async (stub: DurableObjectStub) =>
  await runInDurableObject(stub, async (_object, { storage }) => await storage.getAlarm());
