import { describe, it } from "vitest";

import { findJurisdiction, placeProject } from "../../../src/knowledge/place-project.ts";

describe("placeProject", () => {
  it.for([
    [{}, null, "auto"],
    [{}, "eu", "eu"],
    [{ jurisdiction: null }, null, "auto"],
    [{ jurisdiction: null }, "eu", "auto"],
    [{ jurisdiction: "eu" }, "eu", "eu"],
    [{ jurisdiction: "us", region: "us" }, "us", "us"],
    [{ jurisdiction: "eu", residency: "EU_STORAGE_PROCESSING", region: "eu" }, "eu", "eu"],
    [{ jurisdiction: null, region: "weur" }, "eu", "weur"],
    [{ region: "auto" }, "fedramp", "auto"],
    [{ region: "fedramp" }, "fedramp", "fedramp"],
    [{ region: "apac" }, null, "apac"],
    [{ residency: "GLOBAL" }, "eu", "auto"],
    [{ residency: null }, "eu", "eu"],
    [{ residency: "GLOBAL", region: "oc" }, null, "oc"],
    [{ residency: "EU_STORAGE_PROCESSING" }, "eu", "eu"],
  ] as const)(
    "places %o on a deployment in %s: %s",
    ([request, deployment, region], { expect }) => {
      expect(placeProject(request, deployment)).toEqual({ ok: true, value: region });
    },
  );

  it.for([
    [{ jurisdiction: "eu" }, null, "jurisdiction", "are in no jurisdiction"],
    [{ jurisdiction: "us" }, "eu", "jurisdiction", "are in the jurisdiction 'eu'"],
    [{ region: "eu" }, null, "region", "--jurisdiction eu"],
    [{ region: "fedramp" }, "us", "region", "--jurisdiction fedramp"],
    [{ residency: "EU_STORAGE_PROCESSING" }, null, "residency", "leave 'residency' out"],
  ] as const)(
    "refuses %o on a deployment in %s",
    ([request, deployment, param, words], { expect }) => {
      expect(placeProject(request, deployment)).toMatchObject({
        ok: false,
        error: { code: "jurisdiction_unavailable", param, message: expect.stringContaining(words) },
      });
    },
  );

  it.for([
    [{ jurisdiction: "eu", region: "weur" }, "region"],
    [{ jurisdiction: null, region: "eu" }, "region"],
    [{ jurisdiction: "us", region: "eu" }, "region"],
    [{ jurisdiction: "eu", residency: "GLOBAL" }, "residency"],
    [{ region: "auto", residency: "EU_STORAGE_PROCESSING" }, "residency"],
    [{ jurisdiction: null, residency: "EU_STORAGE_PROCESSING" }, "residency"],
  ] as const)("refuses the contradiction in %o", ([request, param], { expect }) => {
    expect(placeProject(request, "eu")).toMatchObject({
      ok: false,
      error: { code: "invalid_request", param, message: expect.stringContaining("contradicts") },
    });
  });
});

describe("findJurisdiction", () => {
  it.for([
    ["eu", "eu", "eu"],
    ["eu", null, null],
    ["eu", "us", null],
    ["auto", null, null],
    ["weur", "eu", null],
  ] as const)(
    "finds for the region %s on a deployment in %s: %s",
    ([region, deployment, found], { expect }) => {
      expect(findJurisdiction({ region }, deployment)).toBe(found);
    },
  );
});
