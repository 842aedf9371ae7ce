import type { Bound } from "../languages/lexicon.ts";
import type { Quantity } from "../reading/read-quantities.ts";
import type { Sentence } from "../reading/read-sentence.ts";
import {
  type AlignedEvidence,
  type Finding,
  findHome,
  findReplaced,
  NEAR_COPY,
} from "./evidence.ts";

/** Compares the numbers of a claim with those of its evidence. */
export function compareQuantities(evidence: AlignedEvidence): Finding[] {
  const findings = evidence.claim.quantities.flatMap(
    (quantity) => compareQuantity(quantity, evidence) ?? [],
  );
  return hasOtherRate(evidence) ? [...findings, OTHER_UNIT] : findings;
}

const OTHER_UNIT: Finding = { reason: "unit", isConflict: true, isSure: true };

function unitsAt({ words, terms, lexicon }: Sentence, gap: readonly number[]) {
  return gap.flatMap((at) =>
    terms[at] === "" ? [] : (lexicon.units.get(words[at]?.folded ?? "") ?? []),
  );
}

/** Returns true if a copy has another unit where the evidence has one without a number: "per year" for "per month". */
function hasOtherRate({ claim, found, alignment }: AlignedEvidence): boolean {
  if (alignment.closeness < NEAR_COPY) return false;
  return alignment.gaps.some((gap) => {
    const [here, there] = [unitsAt(claim, gap.claim), unitsAt(found.sentence, gap.evidence)];
    return here.length > 0 && there.length > 0 && here.join() !== there.join();
  });
}

function compareQuantity(quantity: Quantity, evidence: AlignedEvidence): Finding | null {
  const { found, context, claim } = evidence;
  const here = found.sentence.quantities;
  const replaced = findReplaced(quantity, here, evidence);
  if (replaced && isRival(quantity, replaced)) {
    const isUnit = quantity.written === replaced.written;
    return { reason: isUnit ? "unit" : "number", isConflict: true, isSure: true };
  }
  const equal = here.filter((other) => isEqual(quantity, other));
  if (equal.length > 0) return compareBounds(quantity, equal);
  if (hasYear(found.sentence, quantity)) return null;
  const open = here.filter((other) => !claim.quantities.some((one) => isEqual(one, other)));
  if (open.some((other) => satisfies(quantity, other))) return null;
  const says = (sentence: Sentence) => hasQuantity(sentence, quantity);
  const rivals = open.filter((other) => isComparable(quantity, other));
  if (rivals.length > 0) {
    if (findHome(evidence, quantity, says)) return null;
    const isUnit = here.some(
      (other) => other.written === quantity.written && other.kind === quantity.kind,
    );
    return { reason: isUnit ? "unit" : "number", isConflict: true, isSure: true };
  }
  if (here.some((other) => isOtherUnit(quantity, other))) {
    return { reason: "unit", isConflict: true, isSure: true };
  }
  if (context.some(says) || findHome(evidence, quantity, says)) return null;
  const isElsewhere = evidence.pool.some(({ sentence }) => says(sentence));
  if (!isElsewhere && isCount(quantity, claim)) return null;
  return { reason: isElsewhere ? "joined" : "number", isConflict: false, isSure: !isElsewhere };
}

/** Largest number in words by which a claim may count what its passage lists: "there are three options". */
const COUNT_MAX = 10;

/** Returns true for a count or an order that a claim may add of itself, since it is in words and has no unit. */
function isCount({ kind, value, dimension, first }: Quantity, { words }: Sentence): boolean {
  if (kind === "ordinal") return true;
  return dimension === null && value <= COUNT_MAX && words[first]?.kind === "word";
}

function hasQuantity(sentence: Sentence, quantity: Quantity): boolean {
  return (
    sentence.quantities.some((other) => isEqual(quantity, other)) || hasYear(sentence, quantity)
  );
}

/** A number without a unit may be a year. */
function hasYear({ dates }: Sentence, { written, dimension }: Quantity): boolean {
  return dimension === null && dates.some(({ parts }) => parts.year === written);
}

/** Tolerance of a number that a claim calls approximate. */
const ABOUT = 0.05;

function isEqual(quantity: Quantity, other: Quantity): boolean {
  if (quantity.kind !== other.kind) return false;
  const isSameUnit = quantity.dimension === other.dimension;
  if (!isSameUnit && quantity.dimension !== null && other.dimension !== null) return false;
  // A number with a unit is not one of something else: "14 days" is not "14 characters".
  if (!isSameUnit && (quantity.hasNoun || other.hasNoun)) return false;
  const [one, two] = isSameUnit ? [quantity.value, other.value] : [quantity.written, other.written];
  const tolerance = quantity.bound === "about" || other.bound === "about" ? ABOUT : 1e-9;
  return Math.abs(one - two) <= tolerance * Math.max(Math.abs(one), Math.abs(two));
}

/** Returns true for another number of the same kind, or another unit of the same number. */
function isRival(quantity: Quantity, other: Quantity): boolean {
  if (isEqual(quantity, other) || satisfies(quantity, other)) return false;
  return isComparable(quantity, other) || isOtherUnit(quantity, other);
}

/** Quantities that exclude each other at the same place: of the same dimension, or both without a known unit. */
function isComparable(quantity: Quantity, other: Quantity): boolean {
  return quantity.kind === other.kind && quantity.dimension === other.dimension;
}

function isOtherUnit(quantity: Quantity, other: Quantity): boolean {
  return (
    quantity.written === other.written &&
    quantity.kind === other.kind &&
    quantity.dimension !== null &&
    other.dimension !== null
  );
}

/** Returns true if an exact number fulfils what a claim says with a limit: 30 is more than 20. */
function satisfies({ bound, value, dimension }: Quantity, other: Quantity): boolean {
  if (dimension !== other.dimension || other.kind !== "amount" || other.bound !== null)
    return false;
  if (bound === "moreThan" || bound === "atLeast") return other.value > value;
  if (bound === "lessThan" || bound === "atMost") return other.value < value;
  return false;
}

const UPWARD: ReadonlySet<Bound> = new Set(["moreThan", "atLeast"]);
const DOWNWARD: ReadonlySet<Bound> = new Set(["lessThan", "atMost"]);

/** Compares the limits of equal numbers: "at least 30" is not "at most 30", and "more than 30" is not "30". */
function compareBounds({ bound }: Quantity, equal: readonly Quantity[]): Finding | null {
  if (bound === null || bound === "about") return null;
  const side = UPWARD.has(bound) ? UPWARD : DOWNWARD;
  if (equal.some((other) => other.bound !== null && side.has(other.bound))) return null;
  const isConflict = equal.some((other) => other.bound !== null && other.bound !== "about");
  return {
    reason: "comparison",
    isConflict: isConflict || bound.endsWith("Than"),
    isSure: isConflict,
  };
}
