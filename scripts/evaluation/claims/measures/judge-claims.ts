import type { ClaimVerdict } from "../../../../src/answer/claims/claim-types.ts";
import { verifyClaimAgainst } from "../../../../src/answer/claims/verify-claim.ts";
import { type Claim, isTrue } from "../claim.ts";
import { overlaps } from "./overlap-test.ts";

/** A claim with the verdicts of the rules and of the plain overlap test. */
export type JudgedClaim = {
  readonly claim: Claim;
  readonly verdict: ClaimVerdict["verdict"];
  /** The reason why no passage supports the claim; null if one does. */
  readonly reason: string | null;
  /** True if the rules leave the claim a citation. */
  readonly isAccepted: boolean;
  /** True if the plain overlap test leaves it one. */
  readonly isOverlapping: boolean;
};

/** The verdicts from the best to the worst: of several passages, the best one counts. */
const RANKS = ["supported", "partial", "contradicted", "unsupported"] as const;

/** Judges claims by the rules, and by the plain overlap test beside them. */
export const judgeClaims = (claims: readonly Claim[]): JudgedClaim[] => claims.map(judgeClaim);

function judgeClaim(claim: Claim): JudgedClaim {
  const verdicts = verifyClaimAgainst(claim.text, claim.passages);
  const [best] = verdicts.toSorted(
    (left, right) => RANKS.indexOf(left.verdict) - RANKS.indexOf(right.verdict),
  );
  if (!best) throw new Error(`A claim of ${claim.key} has no passage.`);
  return {
    claim,
    verdict: best.verdict,
    reason: "reason" in best ? best.reason : null,
    isAccepted: best.verdict === "supported" || best.verdict === "partial",
    isOverlapping: claim.passages.some((passage) => overlaps(claim.text, passage)),
  };
}

/**
 * Judges true claims with a passage of another document in the place of their own, as a model does that cites the wrong
 * passage. The passage does not support the claim.
 */
export function judgeStray(claims: readonly Claim[]): JudgedClaim[] {
  return claims.filter(isTrue).flatMap((claim, at, all) => {
    const other = [...all.slice(at), ...all].find(
      ({ language, key }) => language === claim.language && key !== claim.key,
    );
    return other ? judgeClaim({ ...claim, passages: other.passages.slice(0, 1) }) : [];
  });
}

/** Tests whether the rules are wrong about a claim. */
export const isMisjudged = ({ claim, isAccepted }: JudgedClaim): boolean =>
  isAccepted !== isTrue(claim);
