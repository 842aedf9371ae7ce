import createSchedule from "../../migrations/schedule/0001_schedule.sql";
import addStrikes from "../../migrations/schedule/0002_strikes.sql";
import type { Migration } from "../../src/kernel/rows/migrate.ts";

/** The SQL migrations of the tables of a schedule object. */
export const SCHEDULE_MIGRATIONS: readonly Migration[] = [
  { id: "0001_schedule", sql: createSchedule },
  { id: "0002_strikes", sql: addStrikes },
];
