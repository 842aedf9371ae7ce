import { verifyClaimAgainst } from "../../../../src/answer/claims/verify-claim.ts";
import type { Claim } from "../claim.ts";

const SENTENCES = 100;
const PASSAGES = 8;
const ROUNDS = 9;

/**
 * Measures the processor time that verifying an answer takes: 100 sentences, with a citation each, over 8 passages.
 * Returns milliseconds, the median of several rounds, each with passages that were not seen before.
 */
export function measureTime(claims: readonly Claim[]): number {
  const times = Array.from({ length: ROUNDS }, (_round, round) => {
    const own = claims.filter(({ language }) => language === "en").slice(round * 40);
    const passages = [...new Set(own.flatMap((claim) => claim.passages))]
      .slice(0, PASSAGES)
      .map((passage) => ({ ...passage }));
    const cited = own.slice(0, SENTENCES).flatMap(({ text }, at) => {
      const passage = passages[at % PASSAGES];
      return passage ? [{ text, passage }] : [];
    });
    const before = process.cpuUsage();
    for (const { text, passage } of cited) verifyClaimAgainst(text, [passage]);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return times.toSorted((left, right) => left - right)[Math.floor(ROUNDS / 2)] ?? 0;
}
