import { CLAIM_LANGUAGES, FALSE_KINDS, isTrue } from "../claim.ts";
import type { JudgedClaim } from "./judge-claims.ts";

/** Number of claims of which a share is measured, and those that the rules and the overlap test accept. */
export type Acceptance = {
  readonly claims: number;
  readonly byRules: number;
  readonly byOverlap: number;
};

/** A row of the table: a kind of claims, in all languages and in each. */
export type ClaimRow = {
  readonly name: string;
  readonly all: Acceptance;
  readonly languages: readonly Acceptance[];
};

/** The results of an evaluation of claims. */
export type ClaimMeasures = {
  readonly falseAll: ClaimRow;
  readonly falseKinds: readonly ClaimRow[];
  readonly trueOrigins: readonly ClaimRow[];
};

/** The goals: the shares of false claims that are rejected at least, and of true ones that are lost at most. */
const GOALS = { rejected: 0.95, rejectedOfKind: 0.9, editedLost: 0.05, humanLost: 0.15 };

/** Origins of the true claims, by the name of their row. */
const ORIGINS: readonly (readonly [name: string, isOf: (judged: JudgedClaim) => boolean])[] = [
  ["human answers (mtRAG)", ({ claim }) => claim.kind === "human"],
  ["edited copies", ({ claim }) => claim.kind === "edited"],
  ["of SQuAD", ({ claim }) => claim.kind === "edited" && claim.source === "squad"],
  ["of the handbook", ({ claim }) => claim.kind === "edited" && claim.source === "handbook"],
  ["of XQuAD", ({ claim }) => claim.kind === "edited" && claim.source === "xquad"],
];

/** Counts the accepted claims by kind or origin and by language. */
export function measureClaims(judged: readonly JudgedClaim[]): ClaimMeasures {
  const row = (name: string, isOf: (one: JudgedClaim) => boolean): ClaimRow => {
    const own = judged.filter(isOf);
    return {
      name,
      all: count(own),
      languages: CLAIM_LANGUAGES.map((language) =>
        count(own.filter(({ claim }) => claim.language === language)),
      ),
    };
  };
  return {
    falseAll: row("all false claims", ({ claim }) => !isTrue(claim)),
    falseKinds: FALSE_KINDS.map((kind) => row(kind, ({ claim }) => claim.kind === kind)),
    trueOrigins: ORIGINS.map(([name, isOf]) => row(name, isOf)),
  };
}

const count = (judged: readonly JudgedClaim[]): Acceptance => ({
  claims: judged.length,
  byRules: judged.filter(({ isAccepted }) => isAccepted).length,
  byOverlap: judged.filter(({ isOverlapping }) => isOverlapping).length,
});

/** Returns the share of a row's claims that the rules do not accept; 0 without claims. */
export const rejectedShare = ({ claims, byRules }: Acceptance): number =>
  claims === 0 ? 0 : (claims - byRules) / claims;

/** Says which goals are missed, each with its figure. */
export function listMissedGoals({ falseAll, falseKinds, trueOrigins }: ClaimMeasures): string[] {
  const [human, edited] = trueOrigins;
  const missed: string[] = [];
  const expect = (isMet: boolean, row: ClaimRow, goal: string) => {
    if (!isMet && row.all.claims > 0) {
      missed.push(
        `${row.name}: ${(rejectedShare(row.all) * 100).toFixed(1)} % are rejected, ${goal}`,
      );
    }
  };
  expect(rejectedShare(falseAll.all) >= GOALS.rejected, falseAll, "the goal is at least 95 %");
  for (const kind of falseKinds) {
    expect(rejectedShare(kind.all) >= GOALS.rejectedOfKind, kind, "the goal is at least 90 %");
  }
  if (edited)
    expect(rejectedShare(edited.all) <= GOALS.editedLost, edited, "the goal is at most 5 %");
  if (human) expect(rejectedShare(human.all) <= GOALS.humanLost, human, "the goal is at most 15 %");
  return missed;
}
