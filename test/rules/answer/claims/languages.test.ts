import { describe, expect, it } from "vitest";

import { LANGUAGE_TABLES } from "../../../../src/answer/claims/languages/tables.ts";
import { verifyClaim } from "../../../../src/answer/claims/verify-claim.ts";
import { LANGUAGE_CASES } from "./language-cases.ts";

it("has cases for each language that has a table", () => {
  expect(Object.keys(LANGUAGE_CASES).toSorted()).toEqual(
    LANGUAGE_TABLES.map(({ code }) => code).toSorted(),
  );
});

describe.each(Object.entries(LANGUAGE_CASES))("in %s", (_code, { passage, cases }) => {
  const supported = cases.filter(([, reason]) => reason === null);
  const unsupported = cases.filter(([, reason]) => reason !== null);

  it.each(supported)("the passage supports: %s", (claim) => {
    const verdict = verifyClaim(claim, { heading: "", text: passage });
    expect(verdict).toMatchObject({ verdict: "supported" });
  });

  it.each(unsupported)("the passage does not support: %s (%s)", (claim, reason) => {
    expect(verifyClaim(claim, { heading: "", text: passage })).toMatchObject({ reason });
  });
});
