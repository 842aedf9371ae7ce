import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

import { afterEach, describe, expect, it } from "vitest";

import { spreadAlarms } from "../../../scripts/local/spread-alarms.ts";

const NOW = 1_795_971_000_000;
const folder = mkdtempSync(join(tmpdir(), "edgewise-alarms-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Creates the alarms of a class as workerd stores them, in milliseconds relative to now. */
function store(className: string, alarms: readonly number[]) {
  const place = join(folder, "v3", "do", `edgewise-${className}`);
  mkdirSync(place, { recursive: true });
  const file = join(place, "metadata.sqlite");
  const database = new DatabaseSync(file);
  database.exec(
    "CREATE TABLE _cf_ALARM (actor_id TEXT PRIMARY KEY, scheduled_time INTEGER, actor_name TEXT) WITHOUT ROWID",
  );
  const add = database.prepare("INSERT INTO _cf_ALARM (actor_id, scheduled_time) VALUES (?, ?)");
  database.exec("BEGIN");
  for (const [number, at] of alarms.entries()) {
    add.run(`a${String(number).padStart(5, "0")}`, BigInt(NOW + at) * 1_000_000n);
  }
  database.exec("COMMIT");
  database.close();
  return () => {
    const reader = new DatabaseSync(file);
    const list = reader.prepare("SELECT scheduled_time AS at FROM _cf_ALARM ORDER BY actor_id");
    list.setReadBigInts(true);
    const times = list
      .all()
      .map(({ at }) => (typeof at === "bigint" ? Number(at / 1_000_000n) - NOW : NaN));
    reader.close();
    return times;
  };
}

describe("spreadAlarms", () => {
  it("leaves a few alarms as they are", () => {
    const read = store("RunObject", [-5_000, -4_000, 3_600_000]);

    expect(spreadAlarms(folder, NOW)).toBe(0);
    expect(read()).toEqual([-5_000, -4_000, 3_600_000]);
  });

  it("spreads a thousand overdue ones, oldest first, and keeps those of later", () => {
    const overdue = Array.from({ length: 1_000 }, (_none, number) => -60_000 + number);
    const read = store("ScheduleObject", [...overdue, 7_200_000]);

    expect(spreadAlarms(folder, NOW)).toBeGreaterThan(900);

    const times = read();
    expect(times).toHaveLength(1_001);
    expect(times.at(-1)).toBe(7_200_000);
    const spread = times.slice(0, -1);
    expect(spread).toEqual(spread.toSorted((left, right) => left - right));
    for (let from = 0; from < 120_000; from += 1_000) {
      const within = spread.filter((at) => at >= from && at < from + 1_000);
      expect(within.length).toBeLessThanOrEqual(10);
    }
    expect(spread.filter((at) => at <= 0).length).toBeLessThanOrEqual(5);
  });

  it("makes none earlier, and lets conversations go first", () => {
    const runs = store(
      "RunObject",
      Array.from({ length: 50 }, () => -90_000),
    );
    const soon = store("VectorStoreObject", [50_000]);
    const conversations = store("ConversationObject", [-1_000, -1_000]);

    spreadAlarms(folder, NOW);

    expect(conversations()).toEqual([-1_000, -1_000]);
    expect(soon()).toEqual([50_000]);
    expect(Math.max(...runs())).toBeGreaterThan(4_000);
  });

  it("does nothing for a new state folder", () => {
    expect(spreadAlarms(join(folder, "new"), NOW)).toBe(0);
  });
});
