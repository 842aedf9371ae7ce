import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import type { Scope } from "../../../src/knowledge/scope.ts";
import { createProject } from "../project.ts";
import { readStepFailure, runStep } from "./step-context.ts";

const SCHEMA = [
  "CREATE TABLE Customers (id INTEGER PRIMARY KEY, mail TEXT NOT NULL, note TEXT)",
  "CREATE INDEX customers_by_mail ON Customers (mail)",
  "CREATE TABLE rates (country TEXT PRIMARY KEY, rate REAL) WITHOUT ROWID",
  "CREATE TABLE payroll (id INTEGER PRIMARY KEY AUTOINCREMENT, salary INTEGER)",
  "CREATE INDEX payroll_by_salary ON payroll (salary)",
  "CREATE TABLE keys (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID",
  "CREATE VIEW mails AS SELECT mail FROM Customers",
  "CREATE VIEW open_mails AS SELECT mail FROM Customers",
  "CREATE VIEW salaries AS SELECT salary FROM payroll",
  "CREATE VIRTUAL TABLE words USING fts5(word)",
  "INSERT INTO Customers (mail, note) VALUES ('ada@example.com', 'a'), ('bob@example.com', NULL)",
  "INSERT INTO rates VALUES ('de', 0.19), ('fr', 0.2)",
  "INSERT INTO payroll (salary) VALUES (70000)",
  "INSERT INTO keys VALUES ('door', '1234')",
];

let scope: Scope;
const query = (text: string, given: object = {}, options = {}) =>
  runStep(scope, "sql@1", { query: text, ...given }, options);
/** A database that gives the same answer to every call. */
const database = (answer: () => Promise<unknown>) => {
  const statement = { bind: () => statement, all: answer };
  return { prepare: () => statement, batch: answer };
};
/** Returns all data that a query could have changed. */
const everything = () =>
  env.DATA.batch(
    ["sqlite_master", "Customers", "rates", "payroll", "keys"].map((table) =>
      env.DATA.prepare(`SELECT * FROM ${table}`),
    ),
  ).then((results) => JSON.stringify(results.map((result) => result.results)));

beforeAll(async () => {
  await env.DATA.batch(SCHEMA.map((statement) => env.DATA.prepare(statement)));
  scope = (await createProject()).scope;
  const grant = env.CATALOG.prepare(
    "INSERT INTO project_grant (project_id, kind, value) VALUES (?, 'sql_table', ?)",
  );
  await env.CATALOG.batch([
    grant.bind(scope.projectId, "data.customers"),
    grant.bind(scope.projectId, "data.rates"),
    grant.bind(scope.projectId, "data.mails"),
  ]);
});

describe("sql@1", () => {
  it("answers with columns and rows, with values bound", async ({ expect }) => {
    const found = await query("SELECT id, note FROM Customers WHERE mail = ? AND ? IS NULL", {
      params: ["ada@example.com", null],
    });

    expect(found).toEqual({
      columns: ["id", "note"],
      rows: [{ id: 1, note: "a" }],
      truncated: false,
    });
  });

  it("treats a parameter as a value, never as SQL", async ({ expect }) => {
    const found = await query("SELECT id FROM customers WHERE mail = ?", {
      params: ["' OR 1=1; DROP TABLE customers; --"],
    });

    expect(found).toEqual({ columns: ["id"], rows: [], truncated: false });
  });

  it("drops rows with a notice, and keeps the order", async ({ expect }) => {
    const sorted = "SELECT mail FROM customers ORDER BY mail DESC;";

    expect(await query(sorted, { max_rows: 1 })).toEqual({
      columns: ["mail"],
      rows: [{ mail: "bob@example.com" }],
      truncated: true,
    });
    expect(await query(sorted, { max_rows: 2 })).toMatchObject({ truncated: false });
  });

  it("distinguishes columns of the same name", async ({ expect }) => {
    const found = await query("SELECT a.id, b.id FROM customers a JOIN customers b ON a.id < b.id");

    expect(found).toMatchObject({ columns: ["id", "id:1"], rows: [{ id: 1, "id:1": 2 }] });
  });

  it.for([
    "SELECT mail FROM customers",
    "SELECT count(*) FROM customers",
    "SELECT * FROM main.CUSTOMERS",
    'SELECT * FROM "Customers" -- all of them',
    "SELECT * FROM rates WHERE country = 'de'",
    "SELECT * FROM mails",
    "WITH c AS (SELECT * FROM customers), r AS MATERIALIZED (SELECT * FROM rates) SELECT * FROM c, r",
    "SELECT mail FROM customers UNION SELECT country FROM rates ORDER BY 1",
    "SELECT note, count(*) FROM customers GROUP BY note HAVING count(*) > 0",
    "SELECT sum(id) OVER (ORDER BY mail) FROM customers",
    "SELECT * FROM customers a JOIN customers b ON a.note = b.note",
    "SELECT * FROM customers WHERE mail IN ('ada@example.com', 'x') OR id = 2",
    "SELECT * FROM customers WHERE EXISTS (SELECT 1 FROM rates WHERE rate > id)",
    "SELECT json_object('n', 'DELETE; DROP')",
    "SELECT 1 AS [delete]",
  ])("reads %s", async (text, { expect }) => {
    expect(await query(text)).toMatchObject({ truncated: false });
  });

  it.for<[string, string]>([
    ["DELETE FROM customers", "begin with SELECT"],
    ["WITH x AS (SELECT 1) DELETE FROM customers", "near 'DELETE'"],
    ["WITH x AS (SELECT 1) INSERT INTO customers (mail) SELECT 'x'", "near 'INSERT'"],
    ["WITH x AS (SELECT 1) UPDATE customers SET mail = 'x'", "near 'UPDATE'"],
    ["WITH x AS (DELETE FROM customers RETURNING *) SELECT * FROM x", "near 'DELETE'"],
    ["WITH x AS (SELECT 1) REPLACE INTO customers (mail) VALUES ('x')", "near 'REPLACE'"],
    ["SELECT 1; DELETE FROM customers", "one statement"],
    ["SELECT 1 /* */; /* */ DROP TABLE customers", "one statement"],
    ["SELECT 1) LIMIT 1; DELETE FROM customers; SELECT * FROM (SELECT 1", "did not open"],
    ["SELECT 1) UNION SELECT salary FROM (SELECT salary FROM payroll", "did not open"],
    ["SELECT 1 /* without an end", "is not complete"],
    ["PRAGMA table_list", "begin with SELECT"],
    ["ATTACH 'x' AS y", "begin with SELECT"],
    ["VACUUM", "begin with SELECT"],
    ["EXPLAIN DELETE FROM customers", "begin with SELECT"],
    ["SELECT * INTO copies FROM customers", "its syntax near 'INTO'"],
  ])("refuses a query that writes: %s", async ([text, why], { expect }) => {
    const before = await everything();

    expect(await readStepFailure(query(text))).toMatchObject({
      name: "FatalStepError",
      message: expect.stringContaining(why),
    });
    expect(await everything()).toBe(before);
  });

  it.for<[string, string]>([
    ["SELECT * FROM payroll", "'payroll'"],
    ["SELECT salary FROM payroll", "'payroll'"],
    ["SELECT count(*) FROM payroll", "'payroll'"],
    ["SELECT max(salary) FROM payroll", "'payroll'"],
    ["SELECT 1 FROM payroll WHERE 0", "'payroll'"],
    ["SELECT salary FROM payroll INDEXED BY payroll_by_salary", "'payroll'"],
    ["SELECT * FROM keys", "'keys'"],
    ["SELECT * FROM salaries", "'salaries'"],
    ["SELECT * FROM open_mails", "'open_mails'"],
    ["SELECT * FROM customers c JOIN payroll p ON p.id = c.id", "'payroll'"],
    ["SELECT * FROM customers LEFT JOIN keys ON 1", "'keys'"],
    ["SELECT mail FROM customers UNION ALL SELECT value FROM keys", "'keys'"],
    ["SELECT mail FROM customers EXCEPT SELECT value FROM keys", "'keys'"],
    ["SELECT * FROM customers WHERE id IN (SELECT salary FROM payroll)", "'payroll'"],
    ["SELECT * FROM customers WHERE EXISTS (SELECT 1 FROM keys WHERE value > mail)", "'keys'"],
    ["SELECT (SELECT value FROM keys LIMIT 1) FROM customers", "'keys'"],
    ["SELECT * FROM customers ORDER BY (SELECT salary FROM payroll)", "'payroll'"],
    ["WITH customers AS (SELECT * FROM payroll) SELECT * FROM customers", "'payroll'"],
    ["SELECT mail FROM customers LIMIT (SELECT salary FROM payroll)", "'payroll'"],
    ["SELECT id IN payroll FROM customers", "'payroll'"],
    ["SELECT * FROM sqlite_master", "SQLite's own"],
    ["SELECT sql FROM main.sqlite_schema WHERE name = 'x'", "SQLite's own"],
    ["SELECT * FROM temp.sqlite_master", "SQLite's own"],
    ["SELECT * FROM sqlite_sequence", "'sqlite_sequence'"],
    ["SELECT * FROM words", "'words'"],
    ["SELECT * FROM words('x')", "'words'"],
    ["SELECT word FROM 'words' WHERE word MATCH 'x'", "'words'"],
    ["SELECT * FROM words_content", "'words_content'"],
    ["SELECT * FROM pragma_table_info('customers')", "virtual table"],
    ["SELECT * FROM json_each('[1]')", "virtual table"],
    ["SELECT * FROM _cf_METADATA", "'_cf_metadata'"],
  ])("refuses a query that the project may not read: %s", async ([text, why], { expect }) => {
    const refused = await readStepFailure(query(text));

    expect(refused).toMatchObject({
      name: "FatalStepError",
      message: expect.stringContaining(why),
    });
    expect(JSON.stringify(refused)).not.toMatch(/70000|1234/);
  });

  it("does not distinguish a table that is not granted from a missing one", async ({ expect }) => {
    const fail = async (table: string, columns = "*") => {
      const refused = await readStepFailure(query(`SELECT ${columns} FROM ${table}`));
      expect(refused.name).toBe("FatalStepError");
      return refused.message.replace(table, "…");
    };

    expect(await fail("payroll")).toBe(await fail("nowhere"));
    expect(await fail("payroll", "salry")).toBe(await fail("nowhere", "salry"));
    expect(await fail("customers", "mial")).toBe(
      "The query failed: it names the column 'mial', which none of its tables has.",
    );
  });

  it("refuses recursion, with and without the word", async ({ expect }) => {
    const steps = "AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t)";
    for (const text of [
      `WITH RECURSIVE t ${steps} SELECT count(*) FROM t`,
      `WITH t ${steps} SELECT n FROM t`,
      `SELECT (WITH t ${steps} SELECT max(n) FROM t) FROM customers`,
    ]) {
      expect(await readStepFailure(query(text))).toMatchObject({
        name: "FatalStepError",
        message: expect.stringContaining("recursive"),
      });
    }
  });

  it("reports SQLite's error of a query", async ({ expect }) => {
    const wrong = async (text: string, given: object, why: string) => {
      const failed = await readStepFailure(query(text, given));
      expect(failed).toMatchObject({
        name: "FatalStepError",
        message: expect.stringContaining(why),
      });
    };

    await wrong("SELECT FROM", {}, "failed: it has a mistake in its syntax near 'FROM'.");
    await wrong("SELECT abs(-9223372036854775808)", {}, "computes an integer that is too large.");
    await wrong("SELECT ?", {}, "another number of parameters than");
    await wrong("SELECT 1", { params: [1] }, "another number of parameters");
    const numbers = Array.from({ length: 20_000 }, () => 1).join();
    await wrong(`SELECT 1 WHERE 1 IN (${numbers})`, {}, "exceeds a limit of SQLite.");
    await wrong("SELECT 1", { max_rows: 5_000 }, "max_rows: Too big");
    await wrong("SELECT 1", { database: "catalog" }, "database: ");
  });

  it("refuses more text than an output may have", async ({ expect }) => {
    expect(await readStepFailure(query("SELECT hex(zeroblob(600000)) AS x"))).toMatchObject({
      name: "FatalStepError",
      message: expect.stringContaining("more than 950000 bytes"),
    });
  });

  it("retries when D1 fails, and ends with its attempt", async ({ expect }) => {
    const failing = database(() => Promise.reject(new Error("D1_ERROR: Network connection lost.")));
    const never = database(() => new Promise(() => {}));
    const lost = await readStepFailure(query("SELECT 1", {}, { vars: { DATA: failing } }));
    const late = await readStepFailure(
      query("SELECT 1", {}, { vars: { DATA: never }, signal: AbortSignal.timeout(50) }),
    );

    expect(lost).toEqual({ name: "Error", message: "D1_ERROR: Network connection lost." });
    expect(late).toEqual({
      name: "Error",
      message: "The query was cancelled: the time limit of the attempt has passed.",
    });
  });
});
