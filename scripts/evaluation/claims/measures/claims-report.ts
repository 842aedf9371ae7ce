import { table } from "../../../terminal/table.ts";
import { CLAIM_LANGUAGES } from "../claim.ts";
import type { JudgedClaim } from "./judge-claims.ts";
import {
  type Acceptance,
  type ClaimMeasures,
  type ClaimRow,
  rejectedShare,
} from "./measure-claims.ts";
import type { Reliability } from "./measure-reliability.ts";

/** Prints the shares of false claims that are rejected and of true claims that are lost, by kind and language. */
export function printClaims(half: string, measures: ClaimMeasures): void {
  const { falseAll, falseKinds, trueOrigins } = measures;
  console.log(`\n${half}\n`);
  console.log(table([heading("false, rejected"), ...[falseAll, ...falseKinds].map(showRow)]));
  console.log(`\n${table([heading("true, lost"), ...trueOrigins.map(showRow)])}`);
}

const heading = (title: string): string[] => [
  title,
  "claims",
  "rules",
  "overlap",
  ...CLAIM_LANGUAGES,
];

const showRow = ({ name, all, languages }: ClaimRow): string[] => [
  name,
  String(all.claims),
  percent(rejectedShare(all)),
  percent(rejectedShare({ ...all, byRules: all.byOverlap })),
  ...languages.map(showLanguage),
];

const showLanguage = (acceptance: Acceptance): string =>
  acceptance.claims === 0 ? "–" : `${percent(rejectedShare(acceptance))} of ${acceptance.claims}`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Prints how the confidence of mixed answers compares with the share of their sentences that is true. */
export function printReliability({ bins, error, strayRejected, rates }: Reliability): void {
  const rows = bins.map((bin) => [
    bin.from.toFixed(1),
    String(bin.cases),
    bin.confidence.toFixed(3),
    bin.share.toFixed(3),
  ]);
  const names = ["confidence from", "answers", "mean confidence", "sentences supported"];
  console.log(`\n${table([names, ...rows])}`);
  console.log(`\nexpected calibration error: ${error.toFixed(3)}`);
  console.log(
    `true claims with a passage of another document, rejected: ${percent(strayRejected)}`,
  );
  const shown = Object.entries(rates).map(([verdict, rate]) =>
    rate === null ? `${verdict} –` : `${verdict} ${percent(rate)}`,
  );
  console.log(`share supported, by verdict: ${shown.join(", ")}`);
}

/** Prints claims about which the rules are wrong, each with the sentence it was made of. */
export function printMisjudged(judged: readonly JudgedClaim[]): void {
  for (const { claim, verdict, reason } of judged) {
    const judgement = reason === null ? verdict : `${verdict}: ${reason}`;
    console.log(`\n[${claim.kind}, ${claim.language}, ${claim.source}] ${judgement}`);
    console.log(`  claim:    ${claim.text}`);
    if (claim.original !== claim.text) console.log(`  original: ${claim.original}`);
    else
      console.log(`  passages: ${claim.passages.map(({ text }) => text).join("\n            ")}`);
  }
}
