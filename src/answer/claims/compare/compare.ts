import { compareClauses } from "./compare-clauses.ts";
import { compareCues } from "./compare-cues.ts";
import { compareDates } from "./compare-dates.ts";
import { compareNames } from "./compare-names.ts";
import { compareNegations } from "./compare-negations.ts";
import { compareOrder } from "./compare-order.ts";
import { compareQuantities } from "./compare-quantities.ts";
import { compareReplaced } from "./compare-replaced.ts";
import { compareSubjects } from "./compare-subjects.ts";
import type { AlignedEvidence, Finding } from "./evidence.ts";

/** Compares all that a claim says with its evidence. Returns the disagreements, the most certain one first. */
export function compare(evidence: AlignedEvidence): Finding[] {
  const findings = COMPARISONS.flatMap((comparison) => comparison(evidence));
  // Any difference is one of the subject if it is at the beginning, so the subject is asked last.
  if (findings.length === 0) return compareSubjects(evidence);
  return findings.toSorted((a, b) => weigh(b) - weigh(a));
}

const COMPARISONS: readonly ((evidence: AlignedEvidence) => Finding[])[] = [
  compareQuantities,
  compareDates,
  compareOrder,
  compareNames,
  compareNegations,
  compareCues,
  compareClauses,
  compareReplaced,
];

function weigh({ isConflict, isSure }: Finding): number {
  return (isConflict ? 2 : 0) + (isSure ? 1 : 0);
}
