import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import { readClaimOptions } from "../../../../scripts/evaluation/claims/options.ts";
import { CLAIM_COLLECTIONS } from "../../../../scripts/evaluation/claims/sources/read-sources.ts";
import { readFlags } from "../../../../scripts/local/flags.ts";
import { EVAL_CLAIMS } from "../../../../scripts/local/test-commands.ts";

const folder = mkdtempSync(join(tmpdir(), "claims-"));
for (const name of CLAIM_COLLECTIONS) mkdirSync(join(folder, name));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (...args: string[]) => readClaimOptions(readFlags(EVAL_CLAIMS, args));

describe("the options of npm run eval:claims", () => {
  it("take both halves, unless one is named", () => {
    expect(read(folder).halves).toEqual(["tuning", "kept"]);
    expect(read(folder, "--half", "kept").halves).toEqual(["kept"]);
  });

  it("show claims of the tuning half, and refuse to show those of the kept half", () => {
    expect(read(folder, "--show", "5", "--kind", "negation")).toMatchObject({
      halves: ["tuning"],
      show: 5,
      kind: "negation",
    });
    expect(() => read(folder, "--show", "5", "--half", "kept")).toThrow("tuning half only");
  });

  it("name the collections that are missing", () => {
    const empty = join(folder, "xquad");

    expect(() => read(empty)).toThrow(`${empty} lacks mtrag_un, squad2, handbook, xquad.`);
  });

  it.for([
    [["--half", "third"], '--half takes tuning or kept, not "third".'],
    [["--kind", "colour"], "--kind takes one of number, date,"],
  ] as const)("refuse %j", ([args, message]) => {
    expect(() => read(folder, ...args)).toThrow(message);
  });
});
