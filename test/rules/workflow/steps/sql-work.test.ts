import { DatabaseSync } from "node:sqlite";

import { describe, expect, it } from "vitest";

import {
  checkWork,
  formatKey,
  type Statistics,
} from "../../../../src/workflow/steps/sql-query/check-work.ts";
import { estimateWork } from "../../../../src/workflow/steps/sql-query/work/estimate-work.ts";
import { compileQuery } from "./compile-query.ts";

/** Programs are SQLite's own; the sizes of the tables are made up, so no row is stored. */
const database = new DatabaseSync(":memory:");
database.exec(`
  CREATE TABLE customers (id INTEGER PRIMARY KEY, mail TEXT, country TEXT, name TEXT);
  CREATE UNIQUE INDEX customers_by_mail ON customers (mail);
  CREATE INDEX customers_by_country ON customers (country);
  CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total REAL, note TEXT);
  CREATE INDEX orders_by_customer ON orders (customer_id);
  CREATE TABLE rates (country TEXT PRIMARY KEY, rate REAL) WITHOUT ROWID;
`);
const ROWS: Readonly<Record<string, number>> = { customers: 10_000, orders: 100_000, rates: 200 };
/** At most 50 orders of one customer, 4,000 customers of one country. */
const ROWS_OF_KEY: Readonly<Record<string, number>> = {
  orders_by_customer: 50,
  customers_by_country: 4_000,
};
const schema = database
  .prepare("SELECT name, tbl_name, rootpage FROM sqlite_master WHERE rootpage > 0")
  .all()
  .map((row) => ({
    name: String(row["name"]),
    table: String(row["tbl_name"]),
    rootPage: Number(row["rootpage"]),
  }));
const statistics: Statistics = {
  rows: new Map(schema.map(({ table, rootPage }) => [rootPage, ROWS[table] ?? 0])),
  rowsOfKey: new Map(
    schema.flatMap(({ name, rootPage }) => {
      const rows = ROWS_OF_KEY[name];
      return rows === undefined ? [] : [[formatKey({ rootPage, columns: 1 }), rows] as const];
    }),
  ),
  longestValue: 60,
};

const compile = (query: string) => compileQuery(database, query);

const ORDINARY = [
  "SELECT 1",
  "SELECT * FROM customers",
  "SELECT * FROM customers WHERE id = 7",
  "SELECT * FROM customers WHERE mail = 'ada@example.com'",
  "SELECT * FROM customers WHERE id IN (1, 2, 3) OR mail = 'x'",
  "SELECT * FROM customers WHERE country = 'de' ORDER BY name",
  "SELECT count(*) FROM orders",
  "SELECT sum(total), avg(total), min(note) FROM orders WHERE total > 5",
  "SELECT country, count(*) FROM customers GROUP BY country HAVING count(*) > 1 ORDER BY 2 DESC",
  "SELECT DISTINCT country FROM customers",
  "SELECT count(DISTINCT note) FROM orders",
  "SELECT * FROM orders ORDER BY total DESC LIMIT 10",
  "SELECT * FROM customers LIMIT 10 OFFSET 500",
  "SELECT c.name, o.total FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.mail = 'a'",
  "SELECT c.name, sum(o.total) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id",
  "SELECT * FROM orders o LEFT JOIN customers c ON c.id = o.customer_id ORDER BY o.total LIMIT 5",
  "SELECT * FROM customers NATURAL JOIN rates",
  "SELECT c.*, r.rate FROM customers c LEFT JOIN rates r USING (country)",
  "SELECT name, (SELECT max(total) FROM orders WHERE customer_id = customers.id) FROM customers",
  "SELECT * FROM customers WHERE EXISTS (SELECT 1 FROM orders WHERE customer_id = customers.id)",
  "SELECT * FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total > 100)",
  "WITH big AS (SELECT customer_id, sum(total) AS s FROM orders GROUP BY 1) SELECT name, s FROM big JOIN customers ON id = customer_id",
  "SELECT mail FROM customers UNION SELECT note FROM orders ORDER BY 1",
  "SELECT mail FROM customers EXCEPT SELECT note FROM orders",
  "SELECT id, row_number() OVER (PARTITION BY country ORDER BY name) FROM customers",
  "SELECT sum(total) OVER (ORDER BY id ROWS BETWEEN 5 PRECEDING AND CURRENT ROW) FROM orders LIMIT 10",
  "SELECT name FROM customers WHERE name LIKE '%ada%'",
  "SELECT upper(name) || ' <' || mail || '>' FROM customers ORDER BY country",
  "SELECT printf('%.2f', total) FROM orders ORDER BY note",
  "SELECT replace(mail, '@', ' at ') FROM customers ORDER BY name",
  "SELECT group_concat(name, ', ') FROM customers",
  "SELECT hex(zeroblob(600000))",
  "SELECT json_object('id', id, 'name', name) FROM customers ORDER BY name",
  "SELECT count(*) FROM rates a, rates b",
  "WITH a(x) AS (VALUES (1), (2), (3)) SELECT count(*) FROM a x, a y, a z",
  "WITH a AS MATERIALIZED (SELECT id FROM customers LIMIT 100) SELECT count(*) FROM a x, a y",
  "SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM customers",
];

const EXPENSIVE = [
  "SELECT count(*) FROM orders a, orders b",
  "SELECT count(*) FROM orders a CROSS JOIN customers b",
  "SELECT count(*) FROM customers a, customers b, customers c",
  "SELECT * FROM customers a, customers b WHERE a.id + b.id = -1",
  "SELECT 1 WHERE (SELECT count(*) FROM orders a, orders b) > 0",
  "SELECT * FROM customers WHERE id IN (SELECT a.id + b.id FROM orders a, customers b)",
  "SELECT (SELECT count(*) FROM orders o WHERE o.total > c.id) FROM customers c ORDER BY 1",
  "SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM orders WHERE total = c.id) ORDER BY name",
  "SELECT * FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders WHERE note LIKE '%' || c.name || '%')",
  "SELECT * FROM orders a JOIN orders b ON a.note = b.note ORDER BY a.total",
  "SELECT a.id FROM customers a JOIN customers b ON a.country = b.country ORDER BY b.name",
  "SELECT * FROM customers a, customers b ORDER BY a.name || b.name",
  "WITH a AS (SELECT id FROM customers), b AS (SELECT x.id FROM a x, a y) SELECT count(*) FROM b",
  "SELECT count(*) FROM (SELECT DISTINCT a.id, b.id FROM customers a, customers b)",
  "SELECT a.id FROM customers a, customers b UNION SELECT 1",
  "SELECT a.id FROM orders a, customers b EXCEPT SELECT 1",
  "SELECT max((SELECT count(*) FROM orders WHERE total < c.id)) FROM customers c",
  "SELECT id FROM customers c ORDER BY (SELECT count(*) FROM orders WHERE note > c.name)",
  "SELECT id FROM customers c GROUP BY (SELECT count(*) FROM orders WHERE note > c.name)",
  "SELECT 1 FROM customers LIMIT (SELECT count(*) FROM orders a, orders b)",
  "SELECT * FROM customers a FULL JOIN orders b ON a.name < b.note",
  "SELECT * FROM customers WHERE id < 10 AND (SELECT count(*) FROM orders a, orders b) = id",
  "SELECT CASE WHEN c.id > 0 THEN (SELECT count(*) FROM orders x WHERE x.total > c.id) END FROM customers c ORDER BY 1",
  "SELECT sum(total) OVER (ORDER BY id ROWS BETWEEN 5000 PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM orders",
  "SELECT group_concat(a.name) FROM customers a, customers b",
  "SELECT group_concat(name) OVER (ORDER BY id) FROM customers",
  "SELECT group_concat(a.name || b.name) FROM customers a, customers b",
  "SELECT hex(randomblob(1000000)) FROM customers ORDER BY name",
  "SELECT length(printf('%*c', 1000000, 'x')) FROM customers ORDER BY 1",
  "SELECT length(printf('%1000000d', 1)) FROM customers ORDER BY 1",
  "SELECT length(replace(hex(zeroblob(100000)), '0', name)) FROM customers ORDER BY 1",
  "SELECT count(*) FROM customers WHERE hex(zeroblob(500000)) LIKE '%1%1%1%1%1' || name",
  "SELECT instr(hex(zeroblob(50000)), hex(zeroblob(20000)) || '1') FROM customers ORDER BY 1",
  "SELECT instr(hex(zeroblob(500000)), hex(zeroblob(250000)) || 'f')",
  "SELECT replace(hex(zeroblob(500000)), hex(zeroblob(250000)) || 'f', '')",
  "SELECT string_agg(name, (SELECT group_concat(name) FROM customers)) FROM customers",
  "SELECT group_concat(name, hex(zeroblob(1000000))) FROM customers",
  "SELECT group_concat(note) OVER (ORDER BY id ROWS BETWEEN 100 PRECEDING AND CURRENT ROW) FROM orders",
  "SELECT count(*) FROM customers a JOIN customers b ON a.id BETWEEN b.id - 5 AND b.id + 5",
  "SELECT count(*) FROM customers a LEFT JOIN customers b ON a.name = b.mail LEFT JOIN customers c ON c.name = b.name",
  "SELECT name, (SELECT count(*) FROM orders o WHERE o.note > max(c.mail)) FROM customers c GROUP BY name",
  "SELECT count(*) FROM (SELECT hex(zeroblob(100000)) AS h LIMIT 1), customers WHERE h || name = 'x'",
  "WITH d AS MATERIALIZED (SELECT group_concat(name) AS t FROM customers) SELECT t || name FROM d, customers ORDER BY 1",
  `SELECT sum(length(a || name)) FROM customers, ${doubling(8)}`,
  "WITH a AS MATERIALIZED (SELECT id FROM customers) SELECT count(*) FROM a x, a y",
  `WITH a(x) AS (VALUES (1), (2)) SELECT count(*) FROM ${Array.from({ length: 30 }, (_none, at) => `a a${at}`).join(", ")}`,
  "WITH a AS (SELECT id FROM customers UNION SELECT id FROM orders) SELECT (SELECT count(*) FROM a x, a y WHERE x.id > y.id)",
  "WITH t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t",
  "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t LIMIT 1000000000) SELECT max(n) FROM t",
  "WITH RECURSIVE t(n) AS (SELECT id FROM customers UNION SELECT n + 1 FROM t WHERE n < 1e9) SELECT max(n) FROM t",
];

/** A text that is joined with itself at each level of materialized subqueries. */
function doubling(levels: number): string {
  let from = "(SELECT name AS a FROM customers LIMIT 1)";
  for (let level = 0; level < levels; level++) {
    from = `(SELECT b || b AS a FROM (SELECT a AS b FROM ${from} LIMIT 1) LIMIT 1)`;
  }
  return from;
}

describe("the bound on a query's work", () => {
  it.each(ORDINARY)("lets %s pass", (query) => {
    expect(checkWork(compile(query), statistics)).toEqual({ ok: true, value: null });
  });

  it.each(EXPENSIVE)("refuses %s", (query) => {
    expect(checkWork(compile(query), statistics)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/too expensive|nothing bounds/) },
    });
  });

  it("says how much the query needs, and what to do", () => {
    const refused = checkWork(compile("SELECT count(*) FROM orders a, orders b"), statistics);

    expect(refused.ok ? "" : refused.error.message).toMatch(
      /may need \d+ billion instructions of SQLite, and 20 million are allowed\. Join and filter by indexed columns/,
    );
  });

  it("needs no statistics for searches by unique keys", () => {
    const none: Statistics = { rows: new Map(), rowsOfKey: new Map(), longestValue: 1e9 };

    expect(checkWork(compile("SELECT * FROM customers WHERE mail = 'a'"), none).ok).toBe(true);
    expect(checkWork(compile("SELECT * FROM customers WHERE name = 'a'"), none).ok).toBe(false);
  });

  it("names the keys whose rows it has to know", () => {
    const query =
      "SELECT count(o.total) FROM customers c LEFT JOIN orders o ON o.customer_id = c.id";
    const refused = checkWork(compile(query), { ...statistics, rowsOfKey: new Map() });
    const rootPage = schema.find(({ name }) => name === "orders_by_customer")?.rootPage;

    expect(refused).toMatchObject({ ok: false, error: { keys: [{ rootPage, columns: 1 }] } });
    expect(checkWork(compile(query), statistics).ok).toBe(true);
  });

  it("refuses an instruction that it does not know", () => {
    const program = compile("SELECT * FROM customers").map((instruction) =>
      instruction.opcode === "Column" ? { ...instruction, opcode: "Teleport" } : instruction,
    );

    expect(checkWork(program, statistics)).toMatchObject({
      ok: false,
      error: { message: "The query needs Teleport, which is not supported." },
    });
  });
});

/** Each call of `tick` is an instruction with this weight. */
const TICK_WORK = 4;

const TICKING = [
  "SELECT tick() FROM a",
  "SELECT 1 FROM a WHERE tick()",
  "SELECT 1 FROM a, b WHERE tick()",
  "SELECT count(*) FROM a, b, c WHERE tick()",
  "SELECT count(*) FROM a JOIN b ON a.x = b.x AND tick()",
  "SELECT count(*) FROM a LEFT JOIN b ON a.x = b.x AND tick()",
  "SELECT count(*) FROM a LEFT JOIN b ON a.id < b.id LEFT JOIN c ON tick() WHERE tick()",
  "SELECT count(*) FROM a FULL JOIN b ON a.y = b.y AND tick()",
  "SELECT count(*) FROM a RIGHT JOIN b ON a.y = b.y WHERE tick()",
  "SELECT (SELECT count(*) FROM b WHERE b.id > a.id AND tick()) FROM a",
  "SELECT (SELECT sum(tick()) FROM b WHERE b.x = a.x ORDER BY b.y) FROM a",
  "SELECT * FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.y = a.id AND tick() = 0)",
  "SELECT * FROM a WHERE id IN (SELECT y FROM b WHERE tick())",
  "SELECT * FROM a WHERE x IN (SELECT b.x FROM b WHERE b.y > a.y AND tick())",
  "SELECT y, sum(tick()) FROM a GROUP BY y",
  "SELECT a.y, sum(tick()) FROM a, b GROUP BY a.y HAVING tick()",
  "SELECT x, count(*) FROM a GROUP BY x ORDER BY tick()",
  "SELECT DISTINCT tick() > 0, a.y FROM a, b",
  "SELECT tick() FROM a UNION SELECT tick() FROM b ORDER BY 1",
  "SELECT tick() FROM a UNION ALL SELECT tick() FROM b",
  "SELECT tick() FROM a INTERSECT SELECT tick() FROM b",
  "SELECT tick() FROM a EXCEPT SELECT tick() FROM b",
  "SELECT * FROM (SELECT tick() AS t FROM a ORDER BY y) p, (SELECT tick() AS t FROM b LIMIT 5) q WHERE p.t + q.t > tick()",
  "WITH m AS MATERIALIZED (SELECT tick() AS t, y FROM a) SELECT count(*) FROM m p, m q WHERE p.t < tick()",
  "WITH m AS NOT MATERIALIZED (SELECT tick() AS t, y FROM a) SELECT count(*) FROM m p, m q WHERE p.y < tick()",
  "SELECT sum(tick()) OVER (ORDER BY y) FROM a",
  "SELECT sum(tick()) OVER (PARTITION BY a.y ORDER BY b.x), tick() FROM a, b",
  "SELECT sum(a.id) OVER (ORDER BY b.y ROWS BETWEEN 2 PRECEDING AND 2 FOLLOWING) + tick() FROM a, b",
  "SELECT count(*) FILTER (WHERE tick()) OVER (ORDER BY y ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING EXCLUDE CURRENT ROW) FROM a",
  "SELECT 1 FROM a WHERE x = 1 OR y = 2 OR tick()",
  "SELECT 1 FROM a WHERE (x = 1 AND tick()) OR (id = 2 AND tick())",
  "SELECT 1 FROM a JOIN b ON a.x = b.x OR a.id = b.id WHERE tick()",
  "SELECT 1 FROM a WHERE x IN (1, 2, 3) AND tick() ORDER BY y LIMIT 4 OFFSET 2",
  "SELECT 1 FROM a, b LIMIT tick()",
  "SELECT 1 FROM a WHERE tick() LIMIT 3",
  "SELECT tick() FROM a, b LIMIT CASE WHEN tick() THEN (SELECT 1000) ELSE 1 END",
  "SELECT tick() FROM a, b LIMIT -1",
  "SELECT count(*) FROM (SELECT 1 FROM a, b WHERE tick() LIMIT 7 OFFSET 600)",
  "SELECT 1 FROM a, (SELECT y FROM b WHERE tick() LIMIT 3) q WHERE tick() LIMIT 30",
  "SELECT 1 FROM a, b WHERE (SELECT count(*) FROM c WHERE c.id > a.id AND tick()) > 2 LIMIT 1000",
  "SELECT CASE WHEN tick() THEN (SELECT max(y) FROM b WHERE tick() AND b.id <> a.id) ELSE 1 END FROM a",
  "SELECT max(y), tick() FROM a WHERE x BETWEEN 1 AND 3 AND tick()",
  "SELECT 1 FROM w WHERE k > 'k1' AND tick()",
  "SELECT 1 FROM w JOIN a ON a.y = w.v WHERE tick()",
  "SELECT (SELECT (SELECT count(*) FROM c WHERE c.id < b.id AND tick()) FROM b WHERE b.id > a.id AND tick()) FROM a",
  "SELECT * FROM a WHERE (x, y) IN (SELECT x, y FROM b WHERE tick()) AND tick()",
  "SELECT y FROM a GROUP BY y HAVING (SELECT count(*) FROM b WHERE b.y = a.y AND tick()) > 0",
  "SELECT group_concat(tick()) FROM a, b GROUP BY a.x",
  "SELECT count(*) FROM a NATURAL JOIN b WHERE tick() AND a.x > 0",
];

describe("the bound, against what a query does", () => {
  let calls = 0;
  const small = new DatabaseSync(":memory:");
  small.function("tick", { deterministic: false }, () => {
    calls++;
    return 1;
  });
  small.exec("CREATE TABLE w (k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID");
  for (const [table, rows] of [
    ["a", 30],
    ["b", 23],
    ["c", 9],
  ] as const) {
    small.exec(
      `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER); CREATE INDEX ${table}_x ON ${table} (x)`,
    );
    for (let id = 1; id <= rows; id++) {
      small.exec(`INSERT INTO ${table} VALUES (${id}, ${id % 4}, ${id % 7})`);
    }
  }
  small.exec("INSERT INTO w SELECT 'k' || id, y FROM a");
  const rows = new Map(
    small
      .prepare("SELECT tbl_name, rootpage FROM sqlite_master WHERE rootpage > 0")
      .all()
      .map((row) => [
        Number(row["rootpage"]),
        Number(small.prepare(`SELECT count(*) AS n FROM ${String(row["tbl_name"])}`).get()?.["n"]),
      ]),
  );

  it.each(TICKING)("is not too low for %s", (query) => {
    const estimate = estimateWork(compileQuery(small, query, 1_000_000), {
      stored: 8,
      sizeOf: (root) => ({ rows: rows.get(root) ?? 0, rowsOfKey: () => 8 }),
    });
    calls = 0;
    small.prepare(query).all();

    expect(estimate.ok ? estimate.value : estimate.error).toBeGreaterThanOrEqual(calls * TICK_WORK);
    // A bound of nothing would pass too.
    expect(calls).toBeGreaterThan(0);
  });
});
