import { DatabaseSync } from "node:sqlite";

import { describe, it } from "vitest";

import {
  columns,
  flag,
  integer,
  json,
  nullable,
  parseJson,
  type RowOf,
  text,
  toFlag,
  toJson,
} from "../../src/columns.ts";

const VISIT = columns("visit", {
  runId: text<`run_${string}`>(),
  at: integer(),
  start: nullable(integer("span_start")),
  isOver: flag(),
  tags: json<readonly string[]>(),
});
const row: RowOf<typeof VISIT> = {
  runId: "run_1",
  at: 7,
  start: null,
  isOver: toFlag(true),
  tags: toJson(["a", "b"]),
};

describe("columns", () => {
  it("write the lists of a statement, all in one order", ({ expect }) => {
    expect(VISIT.names).toBe("run_id, at, span_start, is_over, tags");
    expect(VISIT.marks).toBe("?, ?, ?, ?, ?");
    expect(VISIT.bind(row)).toEqual(["run_1", 7, null, 1, '["a","b"]']);
    expect(VISIT.pick("at", "runId").select("v")).toBe("v.at, v.run_id AS runId");
    expect(VISIT.omit("tags", "isOver").excluded).toBe(
      "run_id = excluded.run_id, at = excluded.at, span_start = excluded.span_start",
    );
    expect(VISIT.pick("isOver", "at").assigned).toBe("is_over = ?, at = ?");
    expect([VISIT.mark("start"), VISIT.element("start")]).toEqual(["?3", "value ->> 2"]);
  });

  it("return the row that was bound", ({ expect }) => {
    const db = new DatabaseSync(":memory:");
    db.exec(
      `CREATE TABLE visit (run_id TEXT NOT NULL, at INTEGER NOT NULL, span_start INTEGER, is_over INTEGER NOT NULL,
        tags TEXT NOT NULL) STRICT`,
    );
    db.prepare(`INSERT INTO visit (${VISIT.names}) VALUES (${VISIT.marks})`).run(
      ...VISIT.bind(row).map((one) => (one instanceof ArrayBuffer ? new Uint8Array(one) : one)),
    );
    expect({ ...db.prepare(`SELECT ${VISIT.select()} FROM visit`).get() }).toEqual(row);
    expect(parseJson(row.tags)).toEqual(["a", "b"]);
  });

  it.for([0.5, Number.NaN, Infinity, 2 ** 53])("refuse %s as an integer", (at, { expect }) => {
    expect(() => VISIT.bind({ ...row, at })).toThrow(`visit.at must be an integer, not ${at}`);
  });

  it("do not compile with missing, extra or wrong values of a row", ({ expect }) => {
    const AT = VISIT.pick("at", "isOver");
    const calls = [
      // @ts-expect-error -- a column is missing
      () => AT.bind({ at: 1 }),
      // @ts-expect-error -- there is no such column
      () => AT.bind({ at: 1, isOver: 0, other: 1 }),
      // @ts-expect-error -- it cannot be null
      () => AT.bind({ at: null, isOver: 0 }),
      // @ts-expect-error -- a flag is 0 or 1
      () => AT.bind({ at: 1, isOver: 2 }),
      // @ts-expect-error -- the JSON is of another type
      () => VISIT.pick("tags").bind({ tags: toJson({ a: 1 }) }),
      // @ts-expect-error -- there is no such column
      () => VISIT.omit("nothing"),
    ];
    expect(calls).toHaveLength(6);
  });
});
