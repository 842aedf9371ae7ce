import { describe, expect, it } from "vitest";

import { readStatement } from "../../../../src/workflow/steps/sql-query/statement.ts";

const chain = (levels: number, next: (before: string) => string) =>
  `WITH a0 AS (SELECT id FROM customers)${Array.from({ length: levels }, (_none, level) => `, a${level + 1} AS (${next(`a${level}`)})`).join("")} SELECT * FROM a${levels}`;
const nested = (levels: number) => {
  let from = "customers";
  for (let level = 0; level < levels; level++) from = `(SELECT id || id AS id FROM ${from})`;
  return `SELECT id FROM ${from}`;
};

describe("a query that its own text multiplies", () => {
  it.each([
    chain(20, (before) => `SELECT x.id FROM ${before} x, ${before} y`),
    chain(20, (before) => `SELECT id FROM ${before} UNION ALL SELECT id FROM ${before}`),
    chain(
      20,
      (before) => `SELECT (SELECT max(id) FROM ${before}) + (SELECT 1 FROM "${before}") AS id`,
    ),
    nested(20),
    nested(20).replaceAll("AS id", "id"),
  ])("is refused before it is compiled: %.60s", (query) => {
    expect(readStatement(query)).toMatchObject({
      ok: false,
      error: expect.stringContaining("too many times"),
    });
  });

  it.each([
    chain(6, (before) => `SELECT count(id) AS id FROM ${before} GROUP BY id HAVING count(id) > 1`),
    nested(4),
    chain(30, (before) => `SELECT id FROM ${before} WHERE id > 1`),
  ])("passes with a few levels: %.60s", (query) => {
    expect(readStatement(query).ok).toBe(true);
  });
});
