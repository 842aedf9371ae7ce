import { describe, expect, it } from "vitest";

import {
  CLAIM_LANGUAGES,
  FALSE_KINDS,
  type Half,
  HALVES,
  isTrue,
} from "../../../../scripts/evaluation/claims/claim.ts";
import { makeClaims } from "../../../../scripts/evaluation/claims/make-claims.ts";
import { makeAnswers, makeDocuments } from "./claim-sources.ts";

const sources = { documents: makeDocuments(8), answers: makeAnswers(6) };
const counts = { human: 2, true: 60, false: 220 };
const claims = makeClaims(sources, "1", counts);

const keysOf = (half: Half) =>
  new Set(claims.filter((claim) => claim.half === half).map(({ key }) => key));

describe("claims for an evaluation", () => {
  it("are the same for the same seed, and others for another one", () => {
    expect(makeClaims(sources, "1", counts)).toEqual(claims);
    expect(makeClaims(sources, "2", counts)).not.toEqual(claims);
  });

  it("have no document in both halves, in any language", () => {
    const [tuning, kept] = [keysOf("tuning"), keysOf("kept")];

    expect(tuning.size).toBeGreaterThan(1);
    expect(kept.size).toBeGreaterThan(1);
    expect([...tuning].filter((key) => kept.has(key))).toEqual([]);
  });

  it.for(HALVES)("have each kind in each language, in the %s half", (half) => {
    const missing = FALSE_KINDS.flatMap((kind) =>
      CLAIM_LANGUAGES.map((language) => ({ kind, language })),
    ).filter(
      ({ kind, language }) =>
        !claims.some(
          (claim) => claim.half === half && claim.kind === kind && claim.language === language,
        ),
    );

    expect(missing).toEqual([]);
  });

  it("differ from their sentence, unless a person wrote them", () => {
    const unchanged = claims.filter(
      ({ kind, text, original }) => kind !== "human" && text === original,
    );

    expect(unchanged).toEqual([]);
  });

  it("are not in their passage when they are false", () => {
    const said = claims.filter(
      (claim) => !isTrue(claim) && claim.passages.some(({ text }) => text.includes(claim.text)),
    );

    expect(said).toEqual([]);
  });

  it("take of a person's answer only the sentences that claim something", () => {
    const human = claims.filter(({ kind }) => kind === "human");

    expect(human).toHaveLength(4);
    expect(human.map(({ text }) => text.replace(/\d+\.$/, "N."))).toEqual(
      Array.from({ length: 4 }, () => "You climb 148 steps in lighthouse N."),
    );
  });
});
