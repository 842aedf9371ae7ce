import { describe, it } from "vitest";

import { readPlace, readQueueTable, describeMisplaced } from "../../../scripts/deploy/places.ts";

const database = (jurisdiction: string | null) =>
  ({ kind: "database", name: "edgewise-catalog", jurisdiction }) as const;
const queue = (jurisdiction: string | null) =>
  ({ kind: "queue", name: "edgewise-ingest", jurisdiction }) as const;

describe("readPlace", () => {
  it.for([
    [{}, { region: null, jurisdiction: null }],
    [{ region: "weur" }, { region: "weur", jurisdiction: null }],
    [{ jurisdiction: "us" }, { region: null, jurisdiction: "us" }],
  ] as const)("reads %o", ([flags, place], { expect }) => {
    expect(readPlace(new Map(Object.entries(flags)))).toEqual(place);
  });

  it.for([
    [{ region: "eu" }, "--region is one of wnam, enam, weur, eeur, apac, oc; 'eu' is not."],
    [{ jurisdiction: "weur" }, "--jurisdiction is one of eu, fedramp, us; 'weur' is not."],
    [{ region: "weur", jurisdiction: "eu" }, "Give --region or --jurisdiction"],
  ] as const)("refuses %o", ([flags, message], { expect }) => {
    expect(() => readPlace(new Map(Object.entries(flags)))).toThrow(message);
  });
});

describe("describeMisplaced", () => {
  it.for([
    ["edgewise", null, []],
    ["edgewise", null, [database(null), queue(null)]],
    ["other", "eu", [database("eu"), queue("eu")]],
  ] as const)("accepts %s in %s with %o", ([name, jurisdiction, parts], { expect }) => {
    expect(describeMisplaced({ name, jurisdiction }, parts)).toBeNull();
  });

  it.for([
    [
      "edgewise",
      null,
      [database("eu")],
      "before: npm run deploy -- --name edgewise --jurisdiction eu\n",
    ],
    ["other", null, [database("us")], "before: npm run deploy -- --name other --jurisdiction us\n"],
    ["edgewise", "eu", [database(null)], "before: npm run deploy -- --name edgewise\n"],
    ["edgewise", "eu", [database(null)], "name: npm run deploy -- --name NAME --jurisdiction eu"],
    // A jurisdiction that the platform has and this build does not know.
    ["edgewise", "us", [database("fedramp-high")], "is in the jurisdiction fedramp-high"],
    ["edgewise", "eu", [queue(null), database(null)], "The database edgewise-catalog"],
    ["edgewise", "eu", [queue(null), database("eu")], "npx wrangler queues delete edgewise-ingest"],
  ] as const)("refuses %s in %s with %o", ([name, jurisdiction, parts, words], { expect }) => {
    expect(describeMisplaced({ name, jurisdiction }, parts)).toContain(words);
  });
});

describe("readQueueTable", () => {
  it("reads jurisdictions where the table has them", ({ expect }) => {
    const table = `
┌────┬─────────────────┬──────────────┬────────────┐
│ id │ name            │ jurisdiction │ created_on │
├────┼─────────────────┼──────────────┼────────────┤
│ a1 │ edgewise-ingest │ eu           │ 2026       │
├────┼─────────────────┼──────────────┼────────────┤
│ b2 │ other           │              │ 2026       │
└────┴─────────────────┴──────────────┴────────────┘`;

    expect([...readQueueTable(table)]).toEqual([
      ["edgewise-ingest", "eu"],
      ["other", null],
    ]);
  });

  it("reads names where no queue has a jurisdiction", ({ expect }) => {
    const table = "│ id │ name │ created_on │\n│ a1 │ edgewise-ingest │ 2026 │";

    expect([...readQueueTable(table)]).toEqual([["edgewise-ingest", null]]);
    expect([...readQueueTable("")]).toEqual([]);
  });
});
