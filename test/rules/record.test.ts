import { describe, it } from "vitest";

import { verifyClaim } from "../../src/answer/claims/verify-claim.ts";
import { detectKind } from "../../src/ingest/decoding/detect-kind.ts";
import { lookUp } from "../../src/record.ts";
import { findAmounts } from "../../src/workflow/rules/find-amounts.ts";

/** The names that every object has. */
const INHERITED = Object.getOwnPropertyNames(Object.prototype);
const CLAIMS = [
  (word: string) => `It takes 3 ${word} and ${word} 5.`,
  (word: string) => `ราคา 3${word} หรือ ${word} 5`,
  (word: string) => `三${word}，${word} 5`,
  (word: string) => `세 ${word}, 5${word}`,
];

describe("a word that is the name of a member of every object", () => {
  it.for(INHERITED)("is no entry of a table: %s", (word, { expect }) => {
    expect(lookUp({ a: 1 }, word)).toBeUndefined();
    expect(detectKind(new TextEncoder().encode("A text."), `a.${word}`)).toEqual(
      detectKind(new TextEncoder().encode("A text."), "a.unknown"),
    );
    expect(findAmounts(`5 ${word}`, null)).toEqual([]);
    for (const claim of CLAIMS) {
      const text = claim(word);
      expect(verifyClaim(text, { text, heading: "" }).verdict).toBe("supported");
    }
  });
});
