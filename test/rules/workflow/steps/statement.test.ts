import { describe, expect, it } from "vitest";

import { explainRefusal } from "../../../../src/workflow/steps/sql-query/explain-refusal.ts";
import {
  checkProgram,
  type Instruction,
  isRecursive,
  listHidden,
} from "../../../../src/workflow/steps/sql-query/program.ts";
import { bounded, readStatement } from "../../../../src/workflow/steps/sql-query/statement.ts";

describe("readStatement", () => {
  it.each([
    "SELECT 1",
    "  select 1 ;  ",
    "WITH x AS (SELECT 1) SELECT * FROM x",
    "-- about\n/* more; */ SELECT ';' AS \";\" FROM [a;b] -- end;",
    "SELECT 'it''s (' || \"a\"\")\"",
    "SELECT 1; -- nothing follows\n /* really */",
    "SELECT 1 /*/ still a comment; */",
    "select/**/1",
  ])("lets %j pass", (query) => {
    expect(readStatement(query)).toMatchObject({ ok: true });
  });

  it.each([
    ["DELETE FROM a", "begin with SELECT"],
    ["-- SELECT\nDROP TABLE a", "begin with SELECT"],
    ["/* SELECT */ PRAGMA table_info(a)", "begin with SELECT"],
    ["EXPLAIN SELECT 1", "begin with SELECT"],
    ["(SELECT 1)", "begin with SELECT"],
    ["VALUES (1)", "begin with SELECT"],
    ["'SELECT' 1", "begin with SELECT"],
    ["SELECTED", "begin with SELECT"],
    ["", "begin with SELECT"],
    [";", "begin with SELECT"],
    ["SELECT 1; DELETE FROM a", "one statement"],
    ["SELECT 1;;SELECT 2", "one statement"],
    ["SELECT 1 -- ;\n; DELETE FROM a", "one statement"],
    ["SELECT '\\'; DELETE FROM a --'", "one statement"],
    ["SELECT 1) UNION SELECT * FROM (SELECT 2", "did not open"],
    ["SELECT 1) --", "did not open"],
    ["SELECT (1", "does not close"],
    ["SELECT ')' || (1", "does not close"],
  ])("refuses %j: %s", (query, why) => {
    expect(readStatement(query)).toMatchObject({ ok: false, error: expect.stringContaining(why) });
  });

  it("separates a comment at the end from the enclosing query", () => {
    const statement = readStatement("SELECT 1 -- one");
    if (!statement.ok) throw new Error(statement.error);

    expect(bounded(statement.value, 3)).toBe("SELECT * FROM (\nSELECT 1 -- one\n) LIMIT 3");
  });

  it("finds every name, quoted or not", () => {
    const statement = readStatement('SELECT Ab, \'x\' FROM "c""D" JOIN [E f] JOIN `g` -- h');
    if (!statement.ok) throw new Error(statement.error);

    expect([...statement.value.names]).toEqual(
      expect.arrayContaining(["ab", 'c"d', "e f", "g", "x"]),
    );
    expect(statement.value.names.has("h")).toBe(false);
  });
});

const does = (opcode: string, p2 = 0, p3 = 0, p5 = 0): Instruction => ({
  addr: 0,
  opcode,
  p1: 0,
  p2,
  p3,
  p4: null,
  p5,
});

describe("checkProgram", () => {
  const schema = [
    { type: "table", name: "Customers", table: "Customers", rootpage: 2, sql: null },
    { type: "index", name: "by_mail", table: "Customers", rootpage: 3, sql: null },
    { type: "table", name: "payroll", table: "payroll", rootpage: 4, sql: null },
    { type: "view", name: "v", table: "v", rootpage: 0, sql: null },
  ];
  const readable = new Set(["customers"]);
  const check = (...program: Instruction[]) => checkProgram(program, schema, readable);

  it("allows reads of granted tables and of their indexes, with scratch tables", () => {
    const program = [
      does("Transaction"),
      does("OpenRead", 2),
      does("OpenRead", 3),
      does("ReopenIdx", 3),
      does("OpenEphemeral", 5),
      does("OpenAutoindex", 3),
      does("SorterOpen", 3),
      does("Insert", 4),
      does("Variable", 1),
    ];

    expect(check(...program)).toEqual({ ok: true, value: null });
  });

  it.each([
    [does("Transaction", 1), "writes"],
    [does("OpenWrite", 2), "writes"],
    [does("Clear", 2), "writes"],
    [does("Destroy", 2), "writes"],
    [does("Vacuum"), "writes"],
    [does("JournalMode"), "writes"],
    [does("SqlExec"), "writes"],
    [does("VOpen"), "virtual table"],
    [does("VUpdate"), "virtual table"],
    [does("OpenRead", 4), "'payroll'"],
    [does("ReopenIdx", 4), "'payroll'"],
    [does("OpenRead", 1), "SQLite's own"],
    [does("OpenRead", 99), "SQLite's own"],
    [does("OpenRead", 2, 1), "SQLite's own"],
    [does("OpenRead", 2, 0, 0x10), "not supported"],
    [does("OpenSomethingNew", 2), "OpenSomethingNew"],
  ])("refuses %o: %s", (instruction, why) => {
    expect(check(does("Init"), instruction)).toMatchObject({
      ok: false,
      error: expect.stringContaining(why),
    });
  });

  it("hides every table and view that is not granted", () => {
    expect([...listHidden(schema, readable)]).toEqual(["payroll", "v"]);
    expect([...listHidden(schema, new Set(["v", "payroll"]))]).toEqual(["customers"]);
  });

  it("words a missing table as one that is not granted", () => {
    expect(explainRefusal("no such table: main.Payrolls", "SELECT * FROM Payrolls")).toBe(
      "The query reads the table 'payrolls', which does not exist or is not granted to the project.",
    );
  });

  it.each([
    ["no such column: salry", "SELECT salry FROM a", "names the column 'salry', which none"],
    ["no such column: t.hidden", "SELECT x FROM v", "names the column, which none"],
    ["no such table: main.hidden", "SELECT x FROM v", "reads a view whose tables do not exist"],
    ['near "FORM": syntax error', "SELECT 1 FORM a", "a mistake in its syntax near 'FORM'"],
    ['near "hidden": syntax error', "SELECT x FROM v", "a mistake in its syntax."],
    ["no such function: sha1", "SELECT sha1(1)", "calls the function 'sha1'"],
    [
      "Wrong number of parameter bindings for SQL query.",
      "SELECT ?",
      "another number of parameters",
    ],
    ["hidden words of a provider", "SELECT x FROM v", "SQLite refuses it"],
  ])("words a refusal in our words, with names of the query alone: %s", (message, query, words) => {
    const explained = explainRefusal(message, query);

    expect(explained).toContain(words);
    expect(explained).not.toContain("hidden");
  });

  it("repeats no more than 200 characters of the query", () => {
    const name = "x".repeat(3_000);

    expect(explainRefusal(`no such column: ${name}`, `SELECT ${name}`).length).toBeLessThan(250);
  });

  it("detects recursion by SQLite's plan", () => {
    expect(isRecursive([{ detail: "SETUP" }, { detail: "RECURSIVE STEP" }])).toBe(true);
    expect(isRecursive([{ detail: "SCAN customers" }])).toBe(false);
  });
});
