import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import type { Scope } from "../../../src/knowledge/scope.ts";
import { createProject } from "../project.ts";
import { readStepFailure, runStep } from "./step-context.ts";

const ROWS = 20_000;
const SCHEMA = [
  "CREATE TABLE people (id INTEGER PRIMARY KEY, mail TEXT, city TEXT, bio TEXT)",
  "CREATE UNIQUE INDEX people_by_mail ON people (mail)",
  "CREATE TABLE visits (person_id INTEGER, day INTEGER, note TEXT)",
  "CREATE INDEX visits_by_person ON visits (person_id)",
  // Row ids far apart: the range of ids is no good bound.
  "CREATE TABLE sparse (id INTEGER PRIMARY KEY, name TEXT)",
  "INSERT INTO sparse VALUES (1, 'a'), (4000000000, 'b')",
  "CREATE TABLE pairs (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID",
  `INSERT INTO people WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
   SELECT i, 'm' || i || '@example.com', 'city ' || (i % 50), 'likes tea ' || i FROM n`,
  "INSERT INTO visits SELECT id, id % 365, 'came ' || id FROM people UNION ALL SELECT id, 1, 'again' FROM people",
  "INSERT INTO pairs SELECT mail, bio FROM people WHERE id <= 3000",
  "CREATE TABLE payroll (id INTEGER PRIMARY KEY, salary INTEGER)",
  "CREATE VIEW pay AS SELECT salary FROM payroll",
  "CREATE VIEW cities AS SELECT DISTINCT city FROM people",
  "CREATE VIRTUAL TABLE words USING fts5(word)",
];
const GRANTED = ["people", "visits", "sparse", "pairs"];

let scope: Scope;
const query = (text: string, given: object = {}) =>
  runStep(scope, "sql@1", { query: text, ...given });

const fail = async (text: string) => (await readStepFailure(query(text))).message;

beforeAll(async () => {
  await env.DATA.batch(SCHEMA.map((statement) => env.DATA.prepare(statement)));
  scope = (await createProject()).scope;
  const grant = env.CATALOG.prepare(
    "INSERT INTO project_grant (project_id, kind, value) VALUES (?, 'sql_table', ?)",
  );
  await env.CATALOG.batch(GRANTED.map((table) => grant.bind(scope.projectId, `data.${table}`)));
});

describe("the cost of a query of sql@1", () => {
  it.for([
    "SELECT * FROM people",
    "SELECT * FROM people WHERE mail = 'm7@example.com'",
    "SELECT city, count(*), min(bio) FROM people GROUP BY city ORDER BY 2 DESC",
    "SELECT p.mail, count(*) FROM people p JOIN visits v ON v.person_id = p.id GROUP BY p.id",
    "SELECT p.mail, v.note FROM people p LEFT JOIN visits v ON v.person_id = p.id ORDER BY v.day LIMIT 9",
    "SELECT mail FROM people WHERE bio LIKE '%tea 19%' ORDER BY city",
    "SELECT upper(city) || ': ' || mail FROM people ORDER BY bio",
    "SELECT * FROM people WHERE id IN (SELECT person_id FROM visits WHERE day = 7)",
    "SELECT a.name, b.name FROM sparse a, sparse b WHERE a.name < b.name",
    "SELECT k, p.city FROM pairs JOIN people p ON p.mail = k WHERE v LIKE '%9'",
    "SELECT id, row_number() OVER (PARTITION BY city ORDER BY mail) FROM people",
  ])("runs %s", async (text, { expect }) => {
    expect(await query(text, { max_rows: 5 })).toMatchObject({ columns: expect.any(Array) });
  });

  it.for([
    "SELECT count(*) FROM people a, people b",
    "SELECT count(*) FROM people a, people b WHERE a.city || b.city = 'x'",
    "SELECT count(*) FROM visits a JOIN visits b ON a.day = b.day",
    "SELECT 1 WHERE (SELECT count(*) FROM people a CROSS JOIN visits b) < 0",
    "SELECT mail FROM people p ORDER BY (SELECT count(*) FROM visits v WHERE v.day > p.id)",
    "SELECT count(*) FROM people WHERE hex(zeroblob(500000)) LIKE '%1%1%1%1' || mail",
    "SELECT length(printf('%*c', 1000000, 'x')) FROM people ORDER BY 1",
    "SELECT count(*) FROM pairs a, pairs b, pairs c",
    "SELECT length(replace(?, 'a', bio)) FROM people ORDER BY 1",
  ])("refuses %s before it runs", async (text, { expect }) => {
    const params = text.includes("?") ? ["a".repeat(40_000)] : [];

    expect(await readStepFailure(query(text, { params }))).toMatchObject({
      name: "FatalStepError",
      message: expect.stringMatching(
        /^The query is too expensive: .* 20 million are allowed\. Join and filter by indexed columns/,
      ),
    });
  });

  it("refuses a query whose text multiplies itself, before it is compiled", async ({ expect }) => {
    const levels = Array.from(
      { length: 25 },
      (_none, n) => `, a${n + 1} AS (SELECT x.id FROM a${n} x, a${n} y)`,
    );
    const text = `WITH a0 AS (SELECT id FROM people)${levels.join("")} SELECT count(*) FROM a25`;

    expect(await readStepFailure(query(text))).toMatchObject({
      name: "FatalStepError",
      message: expect.stringContaining("too many times in each other"),
    });
  });
});

describe("tables beside those that a project may read", () => {
  it.for(["payroll", "pay", "cities", "words", "words_content"])(
    "does not say that %s exists",
    async (name, { expect }) => {
      for (const text of [
        "SELECT * FROM #",
        "SELECT count(*) FROM people JOIN #",
        "SELECT absent FROM #",
        "SELECT #.absent FROM #",
        "SELECT id FROM people WHERE id IN #",
        "SELECT id FROM people WHERE id IN (SELECT 1 FROM main.#)",
        'SELECT * FROM "#", people',
        "SELECT * FROM people, (SELECT * FROM '#')",
        "WITH x AS (SELECT * FROM #) SELECT * FROM x",
        "WITH # AS (SELECT 1) SELECT * FROM main.#",
        "SELECT rowid FROM # WHERE # MATCH 'x'",
        "SELECT * FROM #('x')",
      ]) {
        const existing = await fail(text.replaceAll("#", name));
        const missing = await fail(text.replaceAll("#", "nowhere"));
        expect(existing.replaceAll(name, "nowhere")).toBe(missing);
        expect(missing).toContain("does not exist or is not granted");
      }
    },
  );

  it.for(["payroll", "pay", "cities", "words", "nowhere"])(
    "lets a query use the name %s for its own things",
    async (name, { expect }) => {
      expect(await query(`SELECT 1 AS ${name}`)).toMatchObject({ rows: [{ [name]: 1 }] });
      expect(await query(`WITH ${name} AS (SELECT 2 AS n) SELECT n FROM ${name}`)).toMatchObject({
        rows: [{ n: 2 }],
      });
      expect(
        await query(`SELECT ${name}.id FROM people ${name} WHERE ${name}.bio = '${name}'`),
      ).toMatchObject({ rows: [] });
    },
  );
});
