import { describe, it } from "vitest";

import { ROW_BYTES_MAX, utf8Length } from "../../../src/bounds.ts";
import {
  blob,
  withBound,
  columns,
  integer,
  json,
  text,
  ValueTooLarge,
} from "../../../src/columns.ts";
import { DECLARED } from "./declared.ts";

/** Bytes that SQLite needs for a row besides its values: at most nine for each column's type, and its header. */
const HEADER_BYTES = 256;

const TABLES = Object.entries(DECLARED).flatMap(([folder, tables]) =>
  tables.map((table) => [`${folder}/${table.table}`, table] as const),
);

describe("the columns of a table", () => {
  it.for(TABLES)("have a bound each, and fit a row together: %s", ([, { listed }], { expect }) => {
    const unbounded = listed.filter(({ type, bytesMax }) => type !== "INTEGER" && bytesMax <= 0);
    const sum = listed.reduce(
      (all, { type, bytesMax }) => all + (type === "INTEGER" ? 9 : bytesMax),
      0,
    );

    expect(unbounded.map(({ name }) => name)).toEqual([]);
    expect(sum + HEADER_BYTES).toBeLessThanOrEqual(ROW_BYTES_MAX);
  });

  it.for(TABLES)("take the largest value, and not a byte more: %s", ([, table], { expect }) => {
    for (const { key, name, type, bytesMax } of table.listed) {
      if (type === "INTEGER") continue;
      const bindSized = (bytes: number) =>
        type === "BLOB"
          ? columns(table.table, { value: withBound(blob(name), bytesMax) }).bind({
              value: new ArrayBuffer(bytes),
            })
          : columns(table.table, { value: withBound(text(name), bytesMax) }).bind({
              value: "x".repeat(bytes),
            });
      expect({ key, bound: bindSized(bytesMax).length }).toEqual({ key, bound: 1 });
      expect(() => bindSized(bytesMax + 1)).toThrow(ValueTooLarge);
    }
  });
});

describe("a bound", () => {
  it("counts bytes in UTF-8", ({ expect }) => {
    const one = columns<{ a: string; n: number }>("t", { a: withBound(json(), 8), n: integer() });

    expect(one.bind({ a: "ääää", n: 1 })).toEqual(["ääää", 1]);
    expect(() => one.bind({ a: "ääääb", n: 1 })).toThrow("t.a holds at most 8 bytes");
    expect(one.bind({ a: "😀😀", n: 1 })).toHaveLength(2);
    expect(() => one.bind({ a: "😀😀😀", n: 1 })).toThrow(ValueTooLarge);
  });

  it.for(["", "abc", "ä", "世界", "😀", "a😀b", "\ud800", "\udc00a", "😀\ud83d"])(
    "measures as the encoder does: %j",
    (sample, { expect }) => {
      expect(utf8Length(sample)).toBe(new TextEncoder().encode(sample).length);
    },
  );
});
